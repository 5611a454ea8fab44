// What is wanted of a contestant, and whether it is so.

import { type Round, type Spread, spread, valuesOf } from './figures.ts'
import { type MeasureName, measureOf } from './measures.ts'

/** Of a contestant's measure: as it is, divided by another contestant's in the same round, or that subtracted from it. */
export type Comparison =
  | { readonly kind: 'value' }
  | { readonly kind: 'ratio' | 'difference'; readonly to: string }

export interface Target {
  readonly contestant: string
  readonly measure: MeasureName
  readonly comparison: Comparison
  readonly bound: '≥' | '≤'
  /** In the measure's unit, where it is no ratio; null where it is shown, and not judged. */
  readonly limit: number | null
}

export type Outcome = 'met' | 'missed' | 'shown' | 'not measured'

export interface Verdict {
  /** What was held against the target, in words. */
  readonly measure: string
  /** The target, in words; null where there is none. */
  readonly target: string | null
  /** The median counts; null where it was not measured. */
  readonly spread: Spread | null
  readonly outcome: Outcome
  /** Why it was not measured. */
  readonly reason: string | null
  readonly digits: number
}

/** Requests per second, as a ratio to another contestant's. */
export function speedTarget(contestant: string, limit: number | null, to: string): Target {
  return {
    contestant,
    measure: 'requestsPerSecond',
    comparison: { kind: 'ratio', to },
    bound: '≥',
    limit,
  }
}

/** A measure of which less is better, as a ratio to another contestant's. */
export function leastTarget(contestant: string, measure: MeasureName, limit: number, to: string): Target {
  return { contestant, measure, comparison: { kind: 'ratio', to }, bound: '≤', limit }
}

/**
 * @param absent Contestants that cannot be there, with the reason.
 * @returns null where one of the two was not to be measured
 */
export function judge(
  target: Target,
  rounds: readonly Round[],
  absent: ReadonlyMap<string, string>,
): Verdict | null {
  const { contestant, measure, comparison, bound, limit } = target
  const parties = comparison.kind === 'value' ? [contestant] : [contestant, comparison.to]
  const missing = parties.find(name => absent.has(name))
  if (missing === undefined && parties.some(name => rounds[0]?.[name] === undefined)) return null

  const { name, unit, needs } = measureOf(measure)
  const isRatio = comparison.kind === 'ratio'
  const digits = isRatio ? 2 : measureOf(measure).digits
  const known = {
    measure: `${name}: ${parties.join(isRatio ? ' ÷ ' : ' − ')}`,
    target: limit === null ? null : `${bound} ${isRatio ? limit.toFixed(2) : `${limit} ${unit}`}`,
    digits,
  }
  const compared = missing === undefined ? compare(target, rounds) : null
  if (compared === null) {
    const reason = absent.get(missing ?? '') ?? `needs ${needs}`
    return { ...known, spread: null, outcome: 'not measured', reason }
  }
  const found = spread(compared)
  return { ...known, spread: found, outcome: outcomeOf(found.median, bound, limit), reason: null }
}

/** Round by round; null where the rounds lack the measure. */
function compare({ contestant, measure, comparison }: Target, rounds: readonly Round[]): number[] | null {
  const own = valuesOf(rounds, contestant, measure)
  if (comparison.kind === 'value') return own
  const others = valuesOf(rounds, comparison.to, measure)
  if (own === null || others === null) return null
  return own.map((value, round) => {
    const other = others[round] ?? 0
    return comparison.kind === 'ratio' ? value / other : value - other
  })
}

function outcomeOf(median: number, bound: Target['bound'], limit: number | null): Outcome {
  if (limit === null) return 'shown'
  return (bound === '≥' ? median >= limit : median <= limit) ? 'met' : 'missed'
}
