// Some requests block their worker for 100 ms: how long the others wait is up to who hands requests out.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { repositoryPath } from '../../test/support/start-runtime.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { startContestants } from '../contestants/start-contestants.ts'
import type { Sample } from '../figures.ts'
import { WARM_UP_SECONDS } from '../load-sample.ts'
import { takeRounds } from '../rounds.ts'
import { choose, type Scenario } from '../scenario.ts'
import { type Column, makeSection } from '../section.ts'
import type { SteadyLoad, SteadyReport } from '../steady-load.ts'
import { leastTarget } from '../verdict.ts'

const CONTESTANTS = ['bare-nginx', 'nginx', 'node', 'node-1'] as const
const BASELINE = 'bare-nginx'
const APP = { program: 'blocking', module: repositoryPath('bench/modules/blocking') } as const
const PROGRAM = fileURLToPath(new URL('../steady-load.js', import.meta.url))
const MIX = { oneIn: 200, blockMs: 100, seed: 7 }
const CLIENTS = 64
/** Of what the baseline can do at most: its workers stand still for a good third of the time. */
const SHARE = 0.5

const COLUMNS: readonly Column[] = [
  { measure: 'p50Ms', hasRatio: false },
  { measure: 'p99Ms', hasRatio: true },
  { measure: 'maxMs', hasRatio: false },
  { measure: 'lateMs', hasRatio: false },
]
const TARGETS = ['nginx', 'node', 'node-1'].map(contestant => leastTarget(contestant, 'p99Ms', 0.5, BASELINE))

export const BLOCKING: Scenario = {
  name: 'blocking',
  title: `one request in ${MIX.oneIn} blocks its worker for ${MIX.blockMs} ms; latency of the others at a constant rate`,
  contestants: CONTESTANTS,
  async measure(bench) {
    const { rounds, seconds, chosen, absent } = bench
    const title = 'others beside blocking ones'
    const targets = TARGETS.filter(({ contestant }) => chosen.has(contestant))
    const plan = { title, baseline: BASELINE, columns: COLUMNS, targets }
    const names = choose(bench, CONTESTANTS, BASELINE)
    if (names.length === 0) return targets.length === 0 ? [] : [makeSection(plan, [], absent)]
    await using started = await startContestants(names, APP, bench.folder)
    for (const contestant of started.all) await requireBlocking(contestant)
    const baseline = started.all.find(({ name }) => name === BASELINE)
    const closed = { pace: { clients: CLIENTS }, seconds: seconds + WARM_UP_SECONDS }
    const { requestsPerSecond } = await run(BASELINE, { ...closed, url: `${baseline?.url}/score` })
    const perSecond = Math.round(requestsPerSecond * SHARE)

    const measured = await takeRounds(started.all, rounds, async ({ name, url }): Promise<Sample> => {
      const steady = { url: `${url}/score`, pace: { perSecond } }
      await run(name, { ...steady, seconds: WARM_UP_SECONDS })
      const { others, lateMs } = await run(name, { ...steady, seconds: measuredSeconds(seconds) })
      const { p50Ms, p99Ms, maxMs } = others
      return { p50Ms, p99Ms, maxMs, lateMs }
    })
    const full = `${title}, ${perSecond} requests/s of ${requestsPerSecond.toFixed(0)} that ${BASELINE} takes`
    return [makeSection({ ...plan, title: full }, measured, absent)]
  },
}

/**
 * Longer than other measurements, 10 s where those are 3: of 800 requests a second 40 then block, and the 99th percentile of
 * the others is the least of the 80 worst; in 3 s it would hang on two or three requests that block at the same time.
 */
function measuredSeconds(seconds: number): number {
  return 3 * seconds + 1
}

/** @throws Error where it does not answer as it should, or does not block */
async function requireBlocking({ name, url }: Contestant): Promise<void> {
  const body = JSON.stringify({ blockMs: MIX.blockMs })
  const headers = { 'content-type': 'application/json' }
  const start = performance.now()
  const answer = await fetch(`${url}/score`, { method: 'POST', headers, body })
  const text = await answer.text()
  const tookMs = performance.now() - start
  if (text !== body || tookMs < MIX.blockMs)
    throw new Error(`${name} answers ${answer.status} ${text} after ${tookMs.toFixed(0)} ms`)
}

/** @throws Error where a request failed */
async function run(
  name: string,
  load: Omit<SteadyLoad, 'oneIn' | 'blockMs' | 'seed'>,
): Promise<SteadyReport> {
  const order: SteadyLoad = { ...MIX, ...load }
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, JSON.stringify(order)])
  const report: SteadyReport = JSON.parse(stdout)
  const failed = Object.entries(report.failures).map(([kind, count]) => `${kind} ${count}`)
  if (failed.length > 0) throw new Error(`${name}: requests failed under load: ${failed.join(', ')}`)
  return report
}
