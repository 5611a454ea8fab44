// A table in Markdown that can be read as it is: its lines are of one length.

/** @param left How many columns, from the first on, are texts; the others are numbers, at the right of theirs. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  left: number,
): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map(cells => cells[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column < left)).join(' | ')} |`
  const rules = widths.map((width, column) =>
    column < left ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  )
  return [line(header), `|${rules.join('|')}|`, ...rows.map(line)].join('\n')
}

function pad(text: string, width: number, isLeft: boolean): string {
  return isLeft ? text.padEnd(width) : text.padStart(width)
}
