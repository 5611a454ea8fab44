// A worker process as the supervisor holds it.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ErrorCode } from '../runtime/errors.ts'
import { type FromWorker, isFromWorker, type ToWorker, type WorkerAddress } from '../runtime/ipc.ts'
import type { ModelState } from '../runtime/model-info.ts'
import { type Settings, withoutSecrets } from '../runtime/settings.ts'
import { whenGone } from './child-end.ts'
import type { KillReason, Phase, WorkerView } from './plan.ts'

export interface WorkerExit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Why the supervisor killed it, null where it did not. */
  readonly killedFor: KillReason | 'shutdown' | null
}

/** Why a worker, or the whole service, could not start. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

export interface WorkerEvents {
  message(worker: WorkerHandle, message: FromWorker): void
  exit(worker: WorkerHandle, exit: WorkerExit): void
}

/** A worker whose run() blocks its event loop takes longer. */
const BEAT_MS = 200

const WORKER_MAIN = fileURLToPath(new URL('../runtime/worker/main.js', import.meta.url))

/** One life: a restart is a new handle. */
export class WorkerHandle implements WorkerView {
  readonly id: number
  readonly slot: number
  readonly generation: number
  readonly startedAtMs: number
  /** Where it was told to listen, where that is a Unix socket. */
  readonly socketPath: string | null
  readonly #process: ChildProcess
  readonly #now: () => number
  #phase: Phase = 'starting'
  #phaseSinceMs: number
  #lastHeardMs: number
  #address: WorkerAddress | null = null
  #concurrency = 0
  #models: readonly ModelState[] = []
  #load: { readonly inFlight: number; readonly queued: number; readonly rssBytes: number | null } = {
    inFlight: 0,
    queued: 0,
    rssBytes: null,
  }
  readonly #awaitsBeat: (() => void)[] = []
  #killedFor: WorkerExit['killedFor'] = null
  /** True from a timeout that only the front saw until the next heartbeat: its event loop is blocked. */
  quarantined = false
  /** What it said of itself when it could not become ready. */
  failure: Failure | null = null

  constructor(
    identity: { readonly id: number; readonly slot: number; readonly generation: number },
    settings: Settings,
    start: Pick<ToWorker & { readonly kind: 'start' }, 'models' | 'requiredModel' | 'socketPath'>,
    events: WorkerEvents,
    now: () => number,
  ) {
    this.id = identity.id
    this.slot = identity.slot
    this.generation = identity.generation
    this.socketPath = start.socketPath
    this.#now = now
    this.startedAtMs = this.#phaseSinceMs = this.#lastHeardMs = now()
    this.#process = fork(WORKER_MAIN, {
      cwd: settings.appRoot,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...withoutSecrets(process.env),
        ORT_DISABLE_TELEMETRY: '1',
        AML_APP_ROOT: settings.appRoot,
        AZUREML_MODEL_DIR: settings.modelDir,
      },
    })
    this.#process.on('message', message => {
      if (isFromWorker(message)) this.#take(message, events)
    })
    whenGone(this.#process, (exitCode, signal) =>
      events.exit(this, { exitCode, signal, killedFor: this.#killedFor }),
    )
    const { slot, generation } = this
    this.send({ kind: 'start', slot, generation, settings, ...start })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get phase(): Phase {
    return this.#phase
  }

  get phaseSinceMs(): number {
    return this.#phaseSinceMs
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs
  }

  /** Where it listens; null until it is ready. */
  get address(): WorkerAddress | null {
    return this.#address
  }

  /** Requests it takes at once; 0 until it is ready. */
  get concurrency(): number {
    return this.#concurrency
  }

  /** The models that it has, and in which state; none before it is ready. */
  get models(): readonly ModelState[] {
    return this.#models
  }

  /** Every model that it was to load is ready. */
  get complete(): boolean {
    return this.#models.every(model => model.state === 'READY' || model.reason === '')
  }

  /** What it last said of its load. */
  get load() {
    return this.#load
  }

  /** In rotation: may be sent requests. */
  get available(): boolean {
    return this.#phase === 'ready' && !this.quarantined
  }

  /** Asks for a heartbeat; settles when it is here, or when this worker has no time for it. */
  beat(): Promise<void> {
    if (this.#phase === 'starting') return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(resolve, BEAT_MS)
      this.#awaitsBeat.push(() => {
        clearTimeout(timer)
        resolve()
      })
      this.send({ kind: 'beat' })
    })
  }

  /** Lets it finish what it has and exit. */
  drain(): void {
    this.#enter('draining')
    this.send({ kind: 'drain' })
  }

  /** It was told to die and has not exited yet. */
  get killed(): boolean {
    return this.#killedFor !== null
  }

  kill(reason: WorkerExit['killedFor']): void {
    this.#killedFor ??= reason
    this.#process.kill('SIGKILL')
  }

  #take(message: FromWorker, events: WorkerEvents): void {
    this.#lastHeardMs = this.#now()
    if (message.kind === 'heartbeat') {
      this.#load = message
      for (const settle of this.#awaitsBeat.splice(0)) settle()
    }
    if (message.kind === 'failed') this.failure = { code: message.code, message: message.message }
    if (message.kind === 'ready') {
      this.#address = message.address
      this.#concurrency = message.concurrency
      this.#models = message.models
      if (this.#phase === 'starting') this.#enter('ready')
    }
    events.message(this, message)
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#phaseSinceMs = this.#now()
  }

  /** The channel of a process that has just died is closed; its exit tells all there is to tell. */
  send(message: ToWorker): void {
    if (this.#process.connected) this.#process.send(message, () => {})
  }
}

/** How it ended, in words. */
export function describeExit({ exitCode, signal, killedFor }: WorkerExit): string {
  if (killedFor !== null) return `was killed (${killedFor})`
  if (signal !== null) return `was killed by ${signal}`
  return exitCode === null ? 'could not be started' : `exited with code ${exitCode}`
}
