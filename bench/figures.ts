// From what was measured to what is shown.

/** One contestant in one round. */
export interface Sample {
  readonly requestsPerSecond: number
  /** User and system time of its processes per answered request, in microseconds. */
  readonly cpuMicros: number
}

/** What was measured in one round, by contestant. */
export type Round = Readonly<Record<string, Sample>>

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** A contestant's place after all rounds. The ratios are to the baseline in the same round. */
export interface Standing {
  readonly name: string
  readonly requestsPerSecond: number
  readonly cpuMicros: number
  readonly speedRatio: Spread
  readonly cpuRatio: Spread
}

/** @throws RangeError where there is no value */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of no values')
  return (lower + upper) / 2
}

/**
 * The standings in the order of the first round. Ratios are taken within a round and only then the median: what slows the
 * machine for a minute slows both sides of a ratio.
 *
 * @throws RangeError where there is no round, or one without the baseline or a contestant of the first round
 */
export function standings(rounds: readonly Round[], baseline: string): Standing[] {
  return Object.keys(rounds[0] ?? {}).map(name => {
    const own = rounds.map(round => sampleOf(round, name))
    const ratios = (measure: keyof Sample) =>
      spread(rounds.map(round => sampleOf(round, name)[measure] / sampleOf(round, baseline)[measure]))
    return {
      name,
      requestsPerSecond: median(own.map(sample => sample.requestsPerSecond)),
      cpuMicros: median(own.map(sample => sample.cpuMicros)),
      speedRatio: ratios('requestsPerSecond'),
      cpuRatio: ratios('cpuMicros'),
    }
  })
}

function sampleOf(round: Round, name: string): Sample {
  const sample = round[name]
  if (sample === undefined) throw new RangeError(`a round has no sample of ${name}`)
  return sample
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}

/** The standings as a Markdown table, with ratios to the baseline. */
export function table(rows: readonly Standing[], title: string, baseline: string): string {
  const header = [title, 'requests/s', `× ${baseline}`, 'CPU µs/request', `× ${baseline}`]
  const cells = rows.map(row => [
    row.name,
    row.requestsPerSecond.toFixed(0),
    ratio(row.speedRatio),
    row.cpuMicros.toFixed(1),
    ratio(row.cpuRatio),
  ])
  const widths = header.map((title, column) =>
    Math.max(...[header, ...cells].map(line => line[column]?.length ?? title.length)),
  )
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)
  const line = (texts: readonly string[]) => `| ${texts.map(pad).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(header), rule, ...cells.map(line)].join('\n')
}

function ratio({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
}

/** How a contestant stands to its target: the least median ratio of requests per second. */
export interface Verdict {
  readonly name: string
  readonly target: number
  readonly ratio: number
  readonly isMet: boolean
}

/** @param targets By contestant; those that have none are not judged. */
export function verdicts(rows: readonly Standing[], targets: Readonly<Record<string, number>>): Verdict[] {
  return rows.flatMap(({ name, speedRatio: { median: ratio } }) => {
    const target = targets[name]
    return target === undefined ? [] : [{ name, target, ratio, isMet: ratio >= target }]
  })
}

/** One line. */
export function verdictText({ name, target, ratio, isMet }: Verdict): string {
  return `${name}: ${ratio.toFixed(2)}, target ${target.toFixed(2)}, ${isMet ? 'met' : 'missed'}`
}
