// The worker process: loads the score module, serves it on its own port, does what the supervisor says.

import { contractsFor } from '../contracts/index.ts'
import { asScorehostError, messageOf } from '../errors.ts'
import { collecting } from '../http/collecting.ts'
import { ScoringServer } from '../http/server.ts'
import type { ToWorker, WorkerAddress } from '../ipc.ts'
import { createLog, type Log } from '../log.ts'
import { tracesAsked } from '../trace-environment.ts'
import type { RunningTracing } from '../traces/start-tracing.ts'
import { logConsole } from './console.ts'
import { startCollector } from './data-collector.ts'
import { SupervisorDesk } from './desk.ts'
import { closeInspector, openInspector } from './inspector.ts'
import { SupervisorLink } from './link.ts'
import { Measurements } from './measurements.ts'
import { OomScore } from './oom-score.ts'
import { loadService, type Service } from './service.ts'

/** Workers listen here only: the front is the one public door. */
const WORKER_HOST = '127.0.0.1'

const oomScore = new OomScore()
oomScore.raiseForStart()
const link = new SupervisorLink()
const desk = new SupervisorDesk(link)
// A terminal and some init systems signal the whole process group; a worker takes its orders from the supervisor alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let serving: Serving | null = null
link.onMessage(message => {
  if (message.kind === 'start') void start(message)
  else if (message.kind === 'beat') link.beat()
  else if (message.kind === 'answer') desk.answered(message)
  else if (message.kind === 'statistics') void answerStatistics(message.id, message.process)
  else if (message.kind === 'trace') serving?.tracing?.frontAnswered(message.answers)
  else if (serving === null) process.exit(0)
  else void serving.drain()
})

type StartMessage = ToWorker & { readonly kind: 'start' }

/** A worker that is ready. */
interface Serving {
  readonly measurements: Measurements
  /** Null where nothing is traced. */
  readonly tracing: RunningTracing | null
  drain(): Promise<void>
}

async function answerStatistics(id: number, withProcess: boolean): Promise<void> {
  const counted = serving?.measurements.counted() ?? { statistics: {}, routes: [] }
  const process = withProcess ? ((await serving?.measurements.process()) ?? []) : null
  await link.send({ kind: 'statistics', id, ...counted, process })
}

async function start(message: StartMessage): Promise<void> {
  const { slot, generation, settings } = message
  const log = createLog(settings, { process: 'worker', pid: process.pid, worker: slot, generation })
  try {
    serving = await serve(message, log)
  } catch (thrown) {
    const error = asScorehostError(thrown)
    log.error({ code: error.code, err: error.cause }, error.message)
    await link.send({ kind: 'failed', code: error.code, message: error.message })
    process.exit(1)
  }
}

/** Becomes ready. */
async function serve(message: StartMessage, log: Log): Promise<Serving> {
  const { settings, models, requiredModel } = message
  handleStrayErrors(log)
  logConsole(log)
  await openInspector(settings, log)
  // before the score module, which may look for it when it is loaded
  const tracing = await traced(message, log)
  const collector = settings.dataCollection ? startCollector(settings, message.slot, log) : null
  const served = contractsFor(settings)
  const contracts = collector === null ? served : collecting(served, collector, settings)
  const service = await loadService(settings, log, { whole: desk, models: new Set(models), requiredModel })
  const { core, concurrency, sampleJson } = service
  const measurements = new Measurements(message, contracts, core)
  const { observers } = measurements
  const server = new ScoringServer({ contracts, core, log, settings, observers, tracing })
  const address = await listen(server, message)
  oomScore.raiseForService()
  await link.send({ kind: 'ready', address, concurrency, sampleJson, models: core.models.states() })
  link.startHeartbeat(() => ({ inFlight: core.inFlight, queued: core.queued }))
  link.startStatistics(() => measurements.counted())

  return {
    measurements,
    tracing,
    async drain() {
      closeInspector()
      await server.close()
      await collector?.close()
      await close(service, log)
      // what it has scored is not to be forgotten with it
      await link.send({ kind: 'statistics', id: null, ...measurements.counted(), process: null })
      await tracing?.stop()
      process.exit(0)
    },
  }
}

/** Loads what traces only where traces are asked for: it takes 130 ms and 16 MB. */
async function traced(message: StartMessage, log: Log): Promise<RunningTracing | null> {
  const asked = tracesAsked(process.env)
  if (asked === null) return null
  try {
    const { startTracing } = await import('../traces/start-tracing.ts')
    return await startTracing(asked, message, log)
  } catch (thrown) {
    // as with an endpoint that is down: no reason to serve nobody
    log.warn({ err: thrown }, `Nothing is traced: ${messageOf(thrown)}`)
    return null
  }
}

/** On a port, on a Unix socket, or on both where the front wants the socket. */
async function listen(server: ScoringServer, message: StartMessage): Promise<WorkerAddress> {
  const { slot, settings, socketPath } = message
  const alone = settings.workerAddress === 'unix'
  const socket = socketPath === null ? null : await server.listenOnSocket(socketPath, alone)
  if (alone && socket !== null) return socket
  const port = await server.listen(WORKER_HOST, settings.workerPort + slot)
  return { host: WORKER_HOST, port, ...socket }
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
