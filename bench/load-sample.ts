// One measurement of one contestant under load.

import { cpuMicros } from '../test/support/process-use.ts'
import type { Sample } from './figures.ts'
import type { Load, LoadGenerator } from './load-generator.ts'
import { requireClean, requireNoFailure } from './load-report.ts'

export interface Runner {
  readonly name: string
  /** With its path. */
  readonly url: string
  /** The processes whose CPU time a request costs. */
  readonly pids: readonly number[]
  /** What is sent to it. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Before every measurement, so that what ran before it does not matter: compiled code, grown heaps, open connections. */
export const WARM_UP_SECONDS = 1

const FIRST_WARM_UP_SECONDS = 2
const FIRST_WARM_UP_CONNECTIONS = 16

/**
 * Before the first round: a process that has answered a few thousand requests is still being compiled.
 *
 * @param seconds Of one measurement: who asks for short ones is not kept waiting.
 * @throws Error where a request failed
 */
export async function warmUp(
  generator: LoadGenerator,
  runners: readonly Runner[],
  seconds: number,
): Promise<void> {
  const load = {
    connections: FIRST_WARM_UP_CONNECTIONS,
    seconds: Math.min(FIRST_WARM_UP_SECONDS, seconds),
  }
  for (const { name, url, headers, body } of runners)
    requireNoFailure(await generator.run({ url, headers, body, ...load }), name)
}

/** @throws Error where a request failed, or a process ended */
export async function sampleLoad(
  generator: LoadGenerator,
  { name, url, pids, headers, body }: Runner,
  { connections, seconds }: Pick<Load, 'connections' | 'seconds'>,
): Promise<Sample> {
  const used = () => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0)
  const load = { url, headers, body, connections }
  requireNoFailure(await generator.run({ ...load, seconds: WARM_UP_SECONDS }), name)
  const before = used()
  const report = await generator.run({ ...load, seconds })
  requireClean(report, name)
  return {
    requestsPerSecond: report.requestsPerSecond,
    cpuMicros: (used() - before) / report.answered,
    ...report.percentiles,
  }
}
