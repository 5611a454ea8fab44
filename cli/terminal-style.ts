// Colours and weights of text on a terminal.

export type Style = 'bold' | 'dim' | 'red' | 'yellow'

/** Makes text look as it is to. */
export type Paint = (style: Style, text: string) => string

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
}

/**
 * Paints on a terminal and where FORCE_COLOR asks for it, else not at all; NO_COLOR forbids it on a terminal.
 *
 * @see https://no-color.org, https://force-color.org
 */
export function painter(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  const forced = env['FORCE_COLOR']
  const wanted =
    forced === undefined || forced === '' ? isTerminal && (env['NO_COLOR'] ?? '') === '' : forced !== '0'
  if (!wanted) return (_, text) => text
  return (style, text) => {
    const [on, off] = CODES[style]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }
}
