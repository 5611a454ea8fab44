// Measures contestants in turns: each of them once in a round.

import { cpuMicros } from '../test/support/process-use.ts'
import type { Round, Sample } from './figures.ts'
import type { LoadGenerator } from './load-generator.ts'
import { requireClean } from './load-report.ts'

export interface Runner {
  readonly name: string
  readonly url: string
  /** The processes whose CPU time a request costs. */
  readonly pids: readonly number[]
  /** What is sent to it. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface Schedule {
  readonly connections: number
  /** Of one measurement, a whole number. */
  readonly seconds: number
  readonly rounds: number
}

/** Of every measurement, so that what ran before it does not matter: compiled code, grown heaps, open connections. */
const WARM_UP_SECONDS = 1

/** @throws Error where a request failed, or a process ended */
export async function measureRounds(
  generator: LoadGenerator,
  runners: readonly Runner[],
  schedule: Schedule,
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round < schedule.rounds; round++) {
    const samples: [string, Sample][] = []
    for (const runner of alternate(runners, round))
      samples.push([runner.name, await measure(generator, runner, schedule)])
    // in one order, whoever was first
    rounds.push(Object.fromEntries(alternate(samples, round)))
  }
  return rounds
}

/** Every other round the other way round, so that nobody always has the same neighbour. */
function alternate<T>(all: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? all : all.toReversed()
}

async function measure(
  generator: LoadGenerator,
  { name, url, pids, headers, body }: Runner,
  { connections, seconds }: Schedule,
): Promise<Sample> {
  const used = () => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0)
  const load = { url, headers, body, connections }
  requireClean(await generator.run({ ...load, seconds: WARM_UP_SECONDS }), name)
  const before = used()
  const report = await generator.run({ ...load, seconds })
  requireClean(report, name)
  return {
    requestsPerSecond: report.requestsPerSecond,
    cpuMicros: (used() - before) / report.answered,
  }
}
