// What a scenario is, and what it is given to work with.

import type { LoadGenerator } from './load-generator.ts'
import type { Section } from './section.ts'

export interface Scenario {
  readonly name: string
  readonly title: string
  /** Everybody whom it can measure. */
  readonly contestants: readonly string[]
  /**
   * Starts what it needs, and disposes of it.
   *
   * @returns none where nobody of it is chosen
   * @throws Error where something does not start, answers wrongly or fails under load
   */
  measure(bench: Bench): Promise<readonly Section[]>
}

export interface Bench {
  readonly generator: LoadGenerator
  /** Of one measurement, a whole number. */
  readonly seconds: number
  readonly rounds: number
  /** Of the memory scenario. */
  readonly requests: number
  readonly idleConnections: number
  /** For files; gone when the benchmark ends. */
  readonly folder: string
  readonly chosen: ReadonlySet<string>
  /** Contestants that cannot be started here, with the reason. */
  readonly absent: ReadonlyMap<string, string>
  /** Says something that belongs to the setting, once. */
  note(text: string): void
}

/**
 * Of those whom a table may have, the ones that it is to have: the chosen and their baseline. None where none of them is
 * chosen, or the baseline cannot be started.
 */
export function choose<T extends string>(
  { chosen, absent }: Pick<Bench, 'chosen' | 'absent'>,
  names: readonly T[],
  baseline: T,
): T[] {
  if (absent.has(baseline) || !names.some(name => chosen.has(name))) return []
  return names.filter(name => !absent.has(name) && (name === baseline || chosen.has(name)))
}
