// Starts and watches the front and the workers: looks, plans, acts.

import { requireAppRoot } from '../runtime/app-root.ts'
import type { AnswerCode } from '../runtime/errors.ts'
import type { FromWorker } from '../runtime/ipc.ts'
import type { Log } from '../runtime/log.ts'
import { modelsToLoad, type Settings } from '../runtime/settings.ts'
import { createFront } from './front/create-front.ts'
import type { Front } from './front/front.ts'
import { Generations, type ReloadOutcome } from './generations.ts'
import { describeStart, type ServiceState } from './health.ts'
import { MemoryWatch } from './memory-death.ts'
import { ModelDesk } from './model-desk.ts'
import { ModelReload } from './model-reload.ts'
import { Operations } from './operations.ts'
import { plan, SILENCE_MARGIN_MS } from './plan.ts'
import { Slots } from './slots.ts'
import { type ServiceStatus, workerStatus } from './status.ts'
import type { SupervisorEvents } from './supervisor-events.ts'
import {
  describeExit,
  type Failure,
  type WorkerEvents,
  type WorkerExit,
  type WorkerHandle,
} from './worker-handle.ts'
import { surroundingsFor, Workers } from './workers.ts'

/** What a worker without requests gets for its close(), even where the drain timeout is used up. */
const LEAST_DRAIN_MS = 1000

export class Supervisor {
  readonly #settings: Settings
  readonly #events: SupervisorEvents
  readonly #log: Log
  readonly #front: Front
  readonly #workers: Workers
  readonly #slots = new Slots()
  readonly #generations = new Generations()
  readonly #memory = new MemoryWatch()
  readonly #models: ModelDesk
  readonly #now = () => performance.now()
  #state: 'starting' | 'serving' | 'draining' | 'stopped' = 'starting'
  readonly #startedAtMs = this.#now()
  #port: number | null = null
  readonly operations: Operations
  #drainLimitMs: number
  #wakeTimer: NodeJS.Timeout | null = null

  constructor(settings: Settings, events: SupervisorEvents, log: Log) {
    this.#settings = settings
    this.#drainLimitMs = settings.drainTimeoutMs
    this.#events = events
    this.#log = log
    const surroundings = surroundingsFor(log)
    const workerEvents: WorkerEvents = {
      message: (worker, message) => this.#heard(worker, message),
      exit: (worker, exit) => this.#exited(worker, exit),
    }
    this.#workers = new Workers(settings, workerEvents, this.#now, surroundings)
    this.operations = new Operations(settings, log, {
      state: () => this.#serviceState(),
      status: () => this.status(),
      workers: () => this.#workers.all,
      frontAnswers: () => this.#front.answers(),
      restarts: () => this.#slots.allRestarts,
    })
    const reloads = new ModelReload(this.#workers, settings.workerCount, {
      reload: () => this.reload(),
      settled: () => this.#generations.settled(),
      serving: () => this.#state === 'serving',
    })
    this.#models = new ModelDesk(
      {
        statistics: () => this.operations.statistics(),
        reload: wish => reloads.with(wish),
      },
      modelsToLoad(settings),
    )
    this.#front = createFront(settings, surroundings, this.operations.paths, {
      edgeTimeout: id => this.#quarantine(id),
    })
  }

  /**
   * Opens the port and starts the workers.
   *
   * @returns the port; null where it has none
   * @throws ScorehostError ERR_CONFIG_INVALID, ERR_ADDRESS_IN_USE
   */
  async start(): Promise<number | null> {
    requireAppRoot(this.#settings.appRoot)
    await this.operations.start()
    this.#port = await this.#front.start()
    this.#tick()
    return this.#port
  }

  /** Starts a new generation of workers beside the serving one, which stays until the new one is complete, or if it fails. */
  reload(): Promise<ReloadOutcome> {
    if (this.#state !== 'serving') {
      const code = this.#state === 'starting' ? 'ERR_NO_WORKER' : 'ERR_DRAINING'
      return Promise.resolve({ ok: false, code, message: `the service is ${this.#serviceState()}` })
    }
    const outcome = this.#generations.begin()
    this.#log.info(
      { generation: this.#generations.wanted },
      `reload: starting generation ${this.#generations.wanted}`,
    )
    this.#tick()
    return outcome
  }

  async status(): Promise<ServiceStatus> {
    if (this.#front.waiting() === null) await this.#workers.beat()
    return {
      pid: process.pid,
      state: this.#serviceState(),
      port: this.#port,
      uptimeMs: Math.round(this.#now() - this.#startedAtMs),
      waiting: this.#front.waiting(),
      generation: this.#generations.serving,
      nextGeneration: this.#generations.changing ? this.#generations.wanted : null,
      workers: this.#workers.all.map(worker =>
        workerStatus(worker, this.#front.inFlight(worker.id), this.#slots.restarts(worker.slot), this.#now()),
      ),
    }
  }

  /** Stops without losing a request: serves on for the delay, finishes what is in flight, ends the workers. */
  async stop(drainDelayMs: number): Promise<void> {
    if (this.#state === 'draining' || this.#state === 'stopped') return
    const wasServing = this.#state === 'serving'
    this.#state = 'draining'
    this.#front.drain()
    this.operations.drain()
    if (wasServing && drainDelayMs > 0) {
      this.#log.info(`draining: serving on for ${drainDelayMs} ms (SCOREHOST_DRAIN_DELAY_MS)`)
      await new Promise(resolve => setTimeout(resolve, drainDelayMs))
    }
    const startMs = this.#now()
    await this.#front.stop(this.#settings.drainTimeoutMs)
    // no request is left: what the workers still have to do is close()
    this.#drainLimitMs = Math.max(LEAST_DRAIN_MS, this.#settings.drainTimeoutMs - (this.#now() - startMs))
    this.#state = 'stopped'
    this.operations.stop()
    this.#tick()
    await this.#workers.gone()
  }

  /** Ends everything at once, requests in flight included. */
  kill(): void {
    this.#state = 'stopped'
    // before the workers: nobody is to be told that it was a worker that failed
    this.#front.kill()
    this.#workers.killAll()
  }

  #serviceState(): ServiceState {
    if (this.#state === 'draining' || this.#state === 'stopped') return 'draining'
    if (this.#state === 'starting') return 'starting'
    const serving = this.#workers.inRotation(this.#generations.serving)
    const complete = !this.#settings.strictReadiness || serving.every(worker => worker.complete)
    return serving.length > 0 && complete ? 'ready' : 'unavailable'
  }

  #tick(): void {
    const nowMs = this.#now()
    const { workerCount, scoringTimeoutMs, initTimeoutMs } = this.#settings
    const { actions, wakeAtMs } = plan(
      {
        slots: workerCount,
        generation: this.#generations.wanted,
        stopping: this.#state === 'stopped',
        silenceLimitMs: scoringTimeoutMs + SILENCE_MARGIN_MS,
        drainLimitMs: this.#drainLimitMs,
        initLimitMs: initTimeoutMs,
        notBeforeMs: this.#slots.notBeforeMs,
      },
      this.#workers.all,
      nowMs,
    )
    for (const action of actions) this.#workers.act(action)
    this.#publish()
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer)
    this.#wakeTimer = Number.isFinite(wakeAtMs) ? setTimeout(() => this.#tick(), wakeAtMs - nowMs) : null
  }

  #heard(worker: WorkerHandle, message: FromWorker): void {
    this.operations.heard(worker, message)
    this.#models.heard(worker, message)
    if (message.kind === 'ready') {
      // before the log: whoever reads there that it is ready may send at once
      this.#publish()
      const startMs = Math.round(this.#now() - worker.startedAtMs)
      this.#log.info(
        { worker: worker.slot, workerPid: worker.pid, ...message.address, startMs },
        `worker ${worker.slot} is ready`,
      )
      this.#takeOver(message)
      this.#tick()
    } else if (message.kind === 'heartbeat' && worker.quarantined) {
      worker.quarantined = false
      this.#publish()
      this.#log.info({ worker: worker.slot }, `worker ${worker.slot} answers again`)
    }
  }

  /** The first start is over, or a reload is, when every slot has a ready worker of the wanted generation. */
  #takeOver(message: FromWorker & { kind: 'ready' }): void {
    const ready = this.#workers.all.filter(
      worker => worker.phase === 'ready' && worker.generation === this.#generations.wanted,
    )
    if (ready.length < this.#settings.workerCount) return
    if (this.#state === 'starting') {
      this.#state = 'serving'
      this.#publish()
      this.#log.info(describeStart(this.#serviceState()))
      this.#events.ready({ port: this.#port, sampleJson: message.sampleJson })
    } else if (this.#generations.changing) {
      const settle = this.#generations.succeed()
      const generation = this.#generations.serving
      this.#publish()
      // over when no request can come to the old workers any more
      setTimeout(() => {
        this.#log.info({ generation }, `reloaded: generation ${generation} serves`)
        settle()
      }, this.#front.handoverMs)
    }
  }

  #exited(worker: WorkerHandle, exit: WorkerExit): void {
    this.operations.exited(worker)
    const expected = worker.phase === 'draining' || exit.killedFor === 'shutdown' || this.#state === 'stopped'
    if (!expected) this.#recordDeath(worker, exit)
    if (this.#state !== 'stopped') this.#tick()
  }

  #recordDeath(worker: WorkerHandle, exit: WorkerExit): void {
    const how = describeExit(exit)
    const note = this.#memory.explain(exit, this.#now())
    if (worker.generation !== this.#generations.serving) {
      if (worker.generation === this.#generations.wanted) {
        const code = note.outOfMemory ? 'ERR_MODEL_MEMORY' : 'ERR_MODEL_NOT_LOADED'
        this.#reloadFailed(worker, code, `${how} before it was ready${note.text}`)
      }
      return
    }
    const nowMs = this.#now()
    const delayMs = this.#slots.recordDeath(worker.slot, how, nowMs - worker.startedAtMs, nowMs)
    if (this.#state === 'starting' && this.#slots.deathsInARow(worker.slot) >= this.#settings.bootAttempts) {
      this.#giveUp(
        worker.failure ?? {
          code: 'ERR_INIT_FAILED',
          message: `worker ${worker.slot} ${how} before it was ready${note.text}`,
        },
      )
      return
    }
    const fields = {
      worker: worker.slot,
      workerPid: worker.pid,
      ...exit,
      restartInMs: delayMs,
      ...note.fields,
    }
    this.#log.error(fields, `worker ${worker.slot} ${how}; next start in ${delayMs} ms${note.text}`)
  }

  #reloadFailed(worker: WorkerHandle, code: AnswerCode, how: string): void {
    const why = worker.failure?.message ?? `worker ${worker.slot} ${how}`
    this.#log.error(
      { generation: worker.generation, code: worker.failure?.code },
      `reload failed: ${why}; generation ${this.#generations.serving} serves on`,
    )
    this.#generations.fail(code, why)
  }

  #giveUp(failure: Failure): void {
    this.kill()
    void this.#front.stop(0)
    this.#events.failed(failure)
  }

  #quarantine(id: number): void {
    const worker = this.#workers.get(id)
    if (worker === undefined || worker.quarantined) return
    worker.quarantined = true
    this.#log.warn(
      { worker: worker.slot },
      `worker ${worker.slot} does not answer: no requests for it until its next heartbeat`,
    )
    this.#publish()
  }

  #publish(): void {
    this.#front.update(
      this.#workers
        .inRotation(this.#generations.serving)
        .flatMap(({ id, address, concurrency }) => (address === null ? [] : [{ id, address, concurrency }])),
    )
  }
}
