// From what was measured to where everybody stands.

import type { MeasureName } from './measures.ts'

/** One contestant in one round. */
export type Sample = Readonly<Partial<Record<MeasureName, number>>>

/** What was measured in one round, by contestant. */
export type Round = Readonly<Record<string, Sample>>

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** A contestant's place after all rounds. A measure that one of its samples lacks is left out. */
export interface Standing {
  readonly name: string
  readonly values: Readonly<Partial<Record<MeasureName, Spread>>>
  /** To the baseline in the same round. */
  readonly ratios: Readonly<Partial<Record<MeasureName, Spread>>>
}

/** @throws RangeError where there is no value */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of no values')
  return (lower + upper) / 2
}

/** @throws RangeError where there is no value */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}

/**
 * The standings in the order of the first round. Ratios are taken within a round and only then the median: what slows the
 * machine for a minute slows both sides of a ratio.
 *
 * @throws RangeError where a round lacks the baseline or a contestant of the first round
 */
export function standings(rounds: readonly Round[], baseline: string): Standing[] {
  return Object.entries(rounds[0] ?? {}).map(([name, first]) => {
    const values: Partial<Record<MeasureName, Spread>> = {}
    const ratios: Partial<Record<MeasureName, Spread>> = {}
    // true: the keys of a sample are measures
    for (const measure of Object.keys(first) as MeasureName[]) {
      const own = valuesOf(rounds, name, measure)
      if (own === null) continue
      values[measure] = spread(own)
      const others = valuesOf(rounds, baseline, measure)
      if (others !== null) ratios[measure] = spread(own.map((value, round) => value / (others[round] ?? 0)))
    }
    return { name, values, ratios }
  })
}

/**
 * A contestant's values, round by round; null where it has not one in each of them.
 *
 * @throws RangeError where a round lacks the contestant
 */
export function valuesOf(rounds: readonly Round[], name: string, measure: MeasureName): number[] | null {
  const values = rounds.flatMap(round => {
    const sample = round[name]
    if (sample === undefined) throw new RangeError(`a round has no sample of ${name}`)
    return sample[measure] ?? []
  })
  return values.length === rounds.length ? values : null
}
