// Starts and watches the front and the workers: looks, plans, acts.

import { existsSync } from 'node:fs'
import type { Config } from '../runtime/config.ts'
import { ScorehostError } from '../runtime/errors.ts'
import type { FromWorker } from '../runtime/ipc.ts'
import type { Log } from '../runtime/log.ts'
import type { Settings } from '../runtime/settings.ts'
import type { Front } from './front/front.ts'
import { NodeFront } from './front/node-front.ts'
import { Guard } from './guard.ts'
import { answerHealth, type ServiceState } from './health.ts'
import { type Action, countDeath, plan, restartDelayMs } from './plan.ts'
import { type Failure, type WorkerExit, WorkerHandle } from './worker-handle.ts'

/** A ready worker silent for longer than the scoring timeout and this is killed: its run() will not come back. */
const SILENCE_MARGIN_MS = 5000

/** What a worker without requests gets for its close(), even where the drain timeout is used up. */
const LEAST_DRAIN_MS = 1000

export interface ReadyReport {
  readonly port: number
  readonly entry: string
  /** JSON text of an input that works, null where the score module names none. */
  readonly sampleJson: string | null
}

export interface SupervisorEvents {
  /** Every worker is ready for the first time. */
  ready(report: ReadyReport): void
  /** The first start failed; nothing runs any more. */
  failed(failure: Failure): void
}

interface SlotHistory {
  deathsInARow: number
  notBeforeMs: number
}

export class Supervisor {
  readonly #settings: Settings
  readonly #events: SupervisorEvents
  readonly #log: Log
  readonly #front: Front
  readonly #guard: Guard
  readonly #workers = new Map<number, WorkerHandle>()
  readonly #slots = new Map<number, SlotHistory>()
  readonly #now = () => performance.now()
  #state: 'starting' | 'serving' | 'draining' | 'stopped' = 'starting'
  #nextId = 0
  #port = 0
  #drainLimitMs: number
  #wakeTimer: NodeJS.Timeout | null = null
  #allExited: (() => void) | null = null

  constructor(config: Config, events: SupervisorEvents, log: Log) {
    this.#settings = config.settings
    this.#drainLimitMs = config.settings.drainTimeoutMs
    this.#events = events
    this.#log = log
    this.#guard = new Guard(log)
    this.#front = new NodeFront(
      config.settings,
      (method, path, requestId) => answerHealth(this.#serviceState(), method, path, requestId),
      { edgeTimeout: id => this.#quarantine(id) },
      log,
    )
  }

  /**
   * Opens the port and starts the workers.
   *
   * @throws ScorehostError ERR_CONFIG_INVALID, ERR_ADDRESS_IN_USE
   */
  async start(): Promise<void> {
    const { appRoot, host } = this.#settings
    if (!existsSync(appRoot))
      throw new ScorehostError('ERR_CONFIG_INVALID', `AML_APP_ROOT: the folder ${appRoot} does not exist`)
    this.#port = await this.#front.start()
    this.#log.info({ host, port: this.#port }, `listening on ${host}:${this.#port}`)
    this.#tick()
  }

  /** Stops without losing a request: serves on for the delay, finishes what is in flight, ends the workers. */
  async stop(drainDelayMs: number): Promise<void> {
    if (this.#state === 'draining' || this.#state === 'stopped') return
    const wasServing = this.#state === 'serving'
    this.#state = 'draining'
    this.#front.drain()
    if (wasServing && drainDelayMs > 0) {
      this.#log.info(`draining: serving on for ${drainDelayMs} ms (SCOREHOST_DRAIN_DELAY_MS)`)
      await new Promise(resolve => setTimeout(resolve, drainDelayMs))
    }
    const startMs = this.#now()
    await this.#front.stop(this.#settings.drainTimeoutMs)
    // no request is left: what the workers still have to do is close()
    this.#drainLimitMs = Math.max(LEAST_DRAIN_MS, this.#settings.drainTimeoutMs - (this.#now() - startMs))
    this.#state = 'stopped'
    this.#tick()
    if (this.#workers.size > 0) await new Promise<void>(resolve => (this.#allExited = resolve))
    this.#guard.close()
  }

  /** Ends everything at once, requests in flight included. */
  kill(): void {
    this.#state = 'stopped'
    for (const worker of this.#workers.values()) worker.kill('shutdown')
  }

  #serviceState(): ServiceState {
    if (this.#state === 'draining' || this.#state === 'stopped') return 'draining'
    if (this.#state === 'starting') return 'starting'
    return [...this.#workers.values()].some(worker => worker.available) ? 'ready' : 'unavailable'
  }

  #tick(): void {
    const nowMs = this.#now()
    const { workerCount, scoringTimeoutMs } = this.#settings
    const { actions, wakeAtMs } = plan(
      {
        slots: workerCount,
        generation: 0,
        stopping: this.#state === 'stopped',
        silenceLimitMs: scoringTimeoutMs + SILENCE_MARGIN_MS,
        drainLimitMs: this.#drainLimitMs,
        notBeforeMs: new Map([...this.#slots].map(([slot, history]) => [slot, history.notBeforeMs])),
      },
      [...this.#workers.values()],
      nowMs,
    )
    for (const action of actions) this.#act(action)
    this.#publish()
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer)
    this.#wakeTimer = Number.isFinite(wakeAtMs) ? setTimeout(() => this.#tick(), wakeAtMs - nowMs) : null
  }

  #act(action: Action): void {
    if (action.kind === 'spawn') {
      this.#spawn(action.slot, action.generation)
      return
    }
    const worker = this.#workers.get(action.id)
    if (worker === undefined) return
    if (action.kind === 'retire') {
      // one that is still in init() has nothing to lose, and may not be listening
      if (worker.phase === 'starting') worker.kill('shutdown')
      else worker.drain()
    } else {
      this.#log.error(
        { worker: worker.slot, workerPid: worker.pid, reason: action.reason },
        `killing worker ${worker.slot}: ${action.reason}`,
      )
      worker.kill(action.reason)
    }
  }

  #spawn(slot: number, generation: number): void {
    const id = this.#nextId++
    const worker = new WorkerHandle(
      { id, slot, generation },
      this.#settings,
      {
        message: (from, message) => this.#heard(from, message),
        exit: (from, exit) => this.#exited(from, exit),
      },
      this.#now,
    )
    this.#workers.set(id, worker)
    if (worker.pid !== undefined) this.#guard.watch(worker.pid)
    this.#log.debug({ worker: slot, workerPid: worker.pid, generation }, `starting worker ${slot}`)
  }

  #heard(worker: WorkerHandle, message: FromWorker): void {
    if (message.kind === 'ready') {
      const startMs = Math.round(this.#now() - worker.startedAtMs)
      this.#log.info(
        { worker: worker.slot, workerPid: worker.pid, ...message.address, startMs },
        `worker ${worker.slot} is ready`,
      )
      this.#becomeServing(message)
      this.#tick()
    } else if (message.kind === 'heartbeat' && worker.quarantined) {
      worker.quarantined = false
      this.#log.info({ worker: worker.slot }, `worker ${worker.slot} answers again`)
      this.#publish()
    }
  }

  #becomeServing(message: FromWorker & { kind: 'ready' }): void {
    const ready = [...this.#workers.values()].filter(worker => worker.available).length
    if (this.#state !== 'starting' || ready < this.#settings.workerCount) return
    this.#state = 'serving'
    this.#publish()
    this.#log.info('ready')
    this.#events.ready({ port: this.#port, entry: message.entry, sampleJson: message.sampleJson })
  }

  #exited(worker: WorkerHandle, exit: WorkerExit): void {
    this.#workers.delete(worker.id)
    if (worker.pid !== undefined) this.#guard.release(worker.pid)
    if (this.#workers.size === 0) this.#allExited?.()
    const expected = worker.phase === 'draining' || this.#state === 'stopped'
    if (!expected) this.#recordDeath(worker, exit)
    if (this.#state !== 'stopped') this.#tick()
  }

  #recordDeath(worker: WorkerHandle, exit: WorkerExit): void {
    const how = describeExit(exit)
    const history = this.#slots.get(worker.slot) ?? { deathsInARow: 0, notBeforeMs: 0 }
    this.#slots.set(worker.slot, history)
    history.deathsInARow = countDeath(history.deathsInARow, this.#now() - worker.startedAtMs)
    if (this.#state === 'starting' && history.deathsInARow >= this.#settings.bootAttempts) {
      const message = `worker ${worker.slot} ${how} before it was ready`
      this.#giveUp(worker.failure ?? { code: 'ERR_INIT_FAILED', message })
      return
    }
    const delayMs = restartDelayMs(history.deathsInARow)
    history.notBeforeMs = this.#now() + delayMs
    const fields = { worker: worker.slot, workerPid: worker.pid, ...exit, restartInMs: delayMs }
    this.#log.error(fields, `worker ${worker.slot} ${how}; next start in ${delayMs} ms`)
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
    const available = [...this.#workers.values()].filter(worker => worker.available)
    this.#front.update(available.flatMap(({ id, address }) => (address === null ? [] : [{ id, address }])))
  }
}

function describeExit({ exitCode, signal, killedFor }: WorkerExit): string {
  if (killedFor !== null) return `was killed (${killedFor})`
  if (signal !== null) return `was killed by ${signal}`
  return exitCode === null ? 'could not be started' : `exited with code ${exitCode}`
}
