// npm run soak [minutes [seed]]: a steady load for minutes while faults come at random; exit code 1 where a request is lost.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Load, startLoad, tally } from '../support/load.ts'
import { openFiles, rssBytes } from '../support/process-use.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'
import { type FaultKind, faultSchedule } from './fault-schedule.ts'
import { commit, type FaultTraffic } from './faults.ts'
import { report, type Usage } from './report.ts'
import { addCounts, judge } from './verdict.ts'

const WORKERS = 3
/** Clients with a small body, which the front holds until it is whole, and with one that it passes on as it comes. */
const SMALL_CLIENTS = 16
const LARGE_CLIENTS = 4
const LARGE_PADDING = 100_000

const ENV = {
  WORKER_COUNT: `${WORKERS}`,
  SCORING_TIMEOUT_MS: '1000',
  SCOREHOST_CONCURRENCY: '8',
  SCOREHOST_QUEUE_SIZE: '32',
  // a worker in a loop does not drain: it would keep the end of the soak waiting
  SCOREHOST_DRAIN_TIMEOUT_MS: '5000',
}

const minutes = Number(process.argv[2] ?? process.env['SOAK_MINUTES'] ?? 3)
const seed = Number(process.argv[3] ?? process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
if (!(minutes > 0 && Number.isInteger(seed))) {
  print('usage: npm run soak -- [minutes [seed]]')
  process.exit(2)
}
process.exit((await soak()) ? 0 : 1)

/** @returns whether everything is as it ought to be */
async function soak(): Promise<boolean> {
  print(`seed ${seed}, ${minutes} minutes, ${WORKERS} workers, ${SMALL_CLIENTS + LARGE_CLIENTS} clients`)
  await using runtime = await startReady({ module: 'behaviours', env: ENV })
  const loads = startLoads(runtime)
  await Promise.all(loads.map(load => load.answered(500)))
  const before = await usage(runtime)

  const { traffic: ofFaults, kinds } = await doFaults(runtime)
  const whole = await runtime.waitForStatus(
    status =>
      status.nextGeneration === null &&
      status.workers.length === WORKERS &&
      status.workers.every(worker => worker.state === 'ready'),
  )
  await Promise.all(loads.map(load => load.answered(500)))
  const after = await usage(runtime)

  const ofLoads = await Promise.all(
    loads.map(async load => ({ outcomes: await load.stop(), sent: load.sent })),
  )
  const all = [...ofLoads, ...ofFaults]
  const traffic = {
    sent: all.reduce((sum, { sent }) => sum + sent, 0),
    counts: addCounts(all.map(({ outcomes }) => tally(outcomes))),
  }
  const verdict = judge(traffic, new Set(kinds))
  const faults = addCounts(kinds.map(kind => ({ [kind]: 1 })))
  const restarts = addCounts(whole.workers.map(worker => worker.restarts))
  print(report({ seed, minutes, traffic, verdict, faults, restarts, before, after }))
  return verdict.lost === 0 && verdict.unexplained.length === 0
}

function startLoads({ url }: Runtime): Load[] {
  const small = { do: 'sleep', ms: 20 }
  const large = { ...small, padding: 'x'.repeat(LARGE_PADDING) }
  return [
    startLoad(url, SMALL_CLIENTS, JSON.stringify(small)),
    startLoad(url, LARGE_CLIENTS, JSON.stringify(large)),
  ]
}

/** One fault after the other until the time is up; they overlap where one takes long. */
async function doFaults(runtime: Runtime): Promise<{ traffic: FaultTraffic[]; kinds: FaultKind[] }> {
  const startMs = performance.now()
  const underWay: Promise<FaultTraffic>[] = []
  const kinds: FaultKind[] = []
  for (const fault of faultSchedule(seed)) {
    await sleep(fault.afterMs)
    const elapsedMs = performance.now() - startMs
    if (elapsedMs > minutes * 60_000) break
    if (runtime.process.exitCode !== null || runtime.process.signalCode !== null)
      throw new Error(`the supervisor has ended: ${JSON.stringify(runtime.log.slice(-5))}`)
    print(`${(elapsedMs / 1000).toFixed(1).padStart(7)} s  ${fault.kind}`)
    kinds.push(fault.kind)
    const done = commit(runtime, fault)
    done.catch(() => {}) // thrown below, when the others are over too
    underWay.push(done)
  }
  return { traffic: await Promise.all(underWay), kinds }
}

async function usage(runtime: Runtime): Promise<Usage[]> {
  const { pid, workers } = await runtime.status()
  const processes = [
    { process: 'supervisor', pid },
    ...workers.map(worker => ({ process: `worker ${worker.slot}`, pid: worker.pid ?? pid })),
  ]
  return processes.map(one => ({
    process: one.process,
    rssBytes: rssBytes(one.pid),
    openFiles: openFiles(one.pid),
  }))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
