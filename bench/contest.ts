// Contestants that are asked for the same by the load generator, and held against one of them.

import { type Runner, sampleLoad, warmUp } from './load-sample.ts'
import { takeRounds } from './rounds.ts'
import type { Bench } from './scenario.ts'
import { LOAD_COLUMNS, makeSection, type Section } from './section.ts'
import type { Target } from './verdict.ts'

export interface Contest {
  readonly title: string
  readonly connections: number
  readonly baseline: string
  readonly targets: readonly Target[]
  /** None where the baseline is absent. */
  readonly runners: readonly Runner[]
}

/** @throws Error where a request failed, or a process ended */
export async function measureContest(bench: Bench, contest: Contest): Promise<Section> {
  const { generator, rounds, seconds, chosen, absent } = bench
  const { connections, runners } = contest
  await warmUp(generator, runners, seconds)
  const measured = await takeRounds(runners, rounds, runner =>
    sampleLoad(generator, runner, { connections, seconds }),
  )
  const title = `${contest.title}, ${connections === 1 ? '1 connection' : `${connections} connections`}`
  const targets = contest.targets.filter(({ contestant }) => chosen.has(contestant))
  const { baseline } = contest
  return makeSection({ title, baseline, columns: LOAD_COLUMNS, targets }, measured, absent)
}
