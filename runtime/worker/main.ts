// The worker process: loads the score module, serves it on its own port, does what the supervisor says.

import { readFileSync, writeFileSync } from 'node:fs'
import { CONTRACTS } from '../contracts/index.ts'
import { asScorehostError } from '../errors.ts'
import { ScoringServer } from '../http/server.ts'
import { createLog, type Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import { logConsole } from './console.ts'
import { closeInspector, openInspector } from './inspector.ts'
import { SupervisorLink } from './link.ts'
import { loadService, type Service } from './service.ts'

/** Workers listen here only: the front is the one public door. */
const WORKER_HOST = '127.0.0.1'

const OOM_SCORE_FILE = '/proc/self/oom_score_adj'
const OOM_SCORE_RAISE = 500
const OOM_SCORE_MOST = 1000

preferForOomKill()
const link = new SupervisorLink()
// A terminal and some init systems signal the whole process group; a worker takes its orders from the supervisor alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let drain: (() => Promise<void>) | null = null
link.onMessage(message => {
  if (message.kind === 'start') void start(message.slot, message.generation, message.settings)
  else if (drain === null) process.exit(0)
  else void drain()
})

async function start(slot: number, generation: number, settings: Settings): Promise<void> {
  const log = createLog(settings, { process: 'worker', pid: process.pid, worker: slot, generation })
  try {
    drain = await serve(slot, settings, log)
  } catch (thrown) {
    const error = asScorehostError(thrown)
    log.error({ code: error.code, err: error.cause }, error.message)
    await link.send({ kind: 'failed', code: error.code, message: error.message })
    process.exit(1)
  }
}

/** Becomes ready. Gives back how to drain. */
async function serve(slot: number, settings: Settings, log: Log): Promise<() => Promise<void>> {
  handleStrayErrors(log)
  logConsole(log)
  await openInspector(settings, log)
  const service = await loadService(settings, log)
  const { core, concurrency, sampleJson } = service
  const server = new ScoringServer({ contracts: CONTRACTS, core, log, settings })
  const port = await server.listen(WORKER_HOST, settings.workerPort + slot)
  await link.send({ kind: 'ready', address: { host: WORKER_HOST, port }, concurrency, sampleJson })
  link.startHeartbeat(() => ({ inFlight: core.inFlight, queued: core.queued }))

  return async () => {
    closeInspector()
    await server.close()
    await close(service, log)
    process.exit(0)
  }
}

/**
 * Where memory runs out, the kernel is to kill a worker and not the supervisor, whose end is the end of all of them.
 * It is raised from what the container has and not set: Kubernetes gives -997 to a guaranteed pod, which must not become
 * the first of its node to be killed, and 1000 to one without requests.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior
 */
function preferForOomKill(): void {
  if (process.platform !== 'linux') return
  try {
    const score = Number(readFileSync(OOM_SCORE_FILE, 'utf8')) + OOM_SCORE_RAISE
    writeFileSync(OOM_SCORE_FILE, `${Math.min(OOM_SCORE_MOST, score)}`)
  } catch {
    // without /proc, or where it may not be written, the largest process is killed, which most likely is a worker
  }
}

async function close(service: Service, log: Log): Promise<void> {
  try {
    await service.close()
  } catch (thrown) {
    log.error({ err: thrown }, 'close() of the score module failed.')
  }
}

/**
 * A promise of the score module that nobody awaits costs a line in the log; an exception that nobody caught leaves the
 * process in no known state, so it costs the worker.
 */
function handleStrayErrors(log: Log): void {
  process.on('unhandledRejection', reason => {
    log.error({ err: reason }, 'A promise of the score module was rejected and nobody handled it.')
  })
  process.on('uncaughtException', thrown => {
    log.fatal({ err: thrown }, 'An exception of the score module was not caught; this worker ends.')
    process.exit(1)
  })
}
