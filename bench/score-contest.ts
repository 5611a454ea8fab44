// Contestants that serve one app, and are asked for the same at /score.

import { measureContest } from './contest.ts'
import type { Contestant } from './contestants/contestant.ts'
import { type App, type ContestantName, startContestants } from './contestants/start-contestants.ts'
import type { Runner } from './load-sample.ts'
import { type Bench, choose } from './scenario.ts'
import type { Section } from './section.ts'
import type { Target } from './verdict.ts'

export interface ScoreContest {
  readonly title: string
  readonly connections: number
  readonly contestants: readonly ContestantName[]
  readonly baseline: ContestantName
  readonly app: App
  /** What is sent to all of them. */
  readonly request: Pick<Runner, 'headers' | 'body'>
  readonly targets: readonly Target[]
  /** @throws Error where the answer is not the right one */
  requireRight(runner: Runner): Promise<void>
}

/** @throws Error where one of them does not start, answers wrongly or fails under load */
export async function measureScoring(bench: Bench, contest: ScoreContest): Promise<Section[]> {
  const { title, connections, contestants, baseline, app, request, targets, requireRight } = contest
  const chosen = choose(bench, contestants, baseline)
  if (chosen.length === 0) return []
  await using started = await startContestants(chosen, app, bench.folder)
  const runners = started.all.map(contestant => scoreRunner(contestant, request))
  for (const runner of runners) await requireRight(runner)
  return [await measureContest(bench, { title, connections, baseline, targets, runners })]
}

export function scoreRunner(
  { name, url, pids }: Omit<Contestant, keyof AsyncDisposable>,
  request: Pick<Runner, 'headers' | 'body'>,
): Runner {
  return { name, url: `${url}/score`, pids, ...request }
}
