// The worker processes that there are.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../runtime/log.ts'
import { modelsToLoad, type Settings } from '../runtime/settings.ts'
import { type FrontTraces, frontTraces } from './front-traces.ts'
import { Guard } from './guard.ts'
import type { Action } from './plan.ts'
import { RunFolder } from './run-folder.ts'
import { type WorkerEvents, WorkerHandle } from './worker-handle.ts'

/** Of a Unix socket, in bytes: on macOS, the shortest of all systems. */
const LONGEST_SOCKET_PATH = 103

/** What the workers share with the front. */
export interface Surroundings {
  readonly log: Log
  readonly guard: Guard
  readonly runFolder: RunFolder
  /** Null where nothing is traced. */
  readonly traces: FrontTraces | null
}

export function surroundingsFor(log: Log): Surroundings {
  return { log, guard: new Guard(log), runFolder: new RunFolder(), traces: frontTraces(process.env) }
}

/** Every process that was started and has not exited; none of them outlives the supervisor. */
export class Workers {
  readonly #settings: Settings
  #models: ReadonlySet<string>
  #requiredModel: string | null = null
  readonly #events: WorkerEvents
  readonly #now: () => number
  readonly #log: Log
  readonly #guard: Guard
  readonly #runFolder: RunFolder
  readonly #traces: FrontTraces | null
  readonly #all = new Map<number, WorkerHandle>()
  #nextId = 0
  #none: (() => void) | null = null
  readonly #awaitsExit = new Set<() => void>()

  /** @param events Called for each of them; `exit` when the worker is no longer among them. */
  constructor(settings: Settings, events: WorkerEvents, now: () => number, surroundings: Surroundings) {
    this.#settings = settings
    this.#models = modelsToLoad(settings)
    this.#now = now
    this.#log = surroundings.log
    this.#guard = surroundings.guard
    this.#runFolder = surroundings.runFolder
    this.#traces = surroundings.traces
    this.#traces?.sendTo(() => this.all.find(worker => worker.available))
    this.#events = {
      message: (worker, message) => {
        events.message(worker, message)
        // it may be the first in a while that can be told something
        if (message.kind === 'ready' || message.kind === 'heartbeat') this.#traces?.flush()
      },
      exit: (worker, exit) => {
        this.#all.delete(worker.id)
        if (worker.pid !== undefined) this.#guard.release(worker.pid)
        // a worker that was killed leaves its socket file
        if (worker.socketPath !== null) rmSync(worker.socketPath, { force: true })
        if (this.#all.size === 0) this.#none?.()
        for (const settle of this.#awaitsExit) settle()
        events.exit(worker, exit)
      },
    }
  }

  get all(): WorkerHandle[] {
    return [...this.#all.values()]
  }

  get(id: number): WorkerHandle | undefined {
    return this.#all.get(id)
  }

  /** Has all of them say how they are: where the front does not count, a heartbeat that may be a second old would have to do. */
  async beat(): Promise<void> {
    await Promise.all(this.all.map(worker => worker.beat()))
  }

  /** Those of a generation that requests may be sent to. */
  inRotation(generation: number): WorkerHandle[] {
    return this.all.filter(worker => worker.available && worker.generation === generation)
  }

  /**
   * From now on workers are started with just these models.
   *
   * @param required Without this one a worker cannot become ready.
   * @returns what to call when it is known whether they could: the old ones stay where they could not
   */
  chooseModels(models: ReadonlySet<string>, required: string | null): (succeeded: boolean) => void {
    const before = this.#models
    this.#models = models
    this.#requiredModel = required
    return succeeded => {
      this.#requiredModel = null
      if (!succeeded) this.#models = before
    }
  }

  /** Does what the plan says. */
  act(action: Action): void {
    if (action.kind === 'spawn') {
      const { slot, generation } = action
      const { pid } = this.#spawn(slot, generation)
      this.#log.debug({ worker: slot, workerPid: pid, generation }, `starting worker ${slot}`)
      return
    }
    const worker = this.#all.get(action.id)
    if (worker === undefined) return
    if (action.kind === 'retire') {
      this.#traces?.flush()
      // one that is still in init() has nothing to lose, and may not be listening
      if (worker.phase === 'starting') worker.kill('shutdown')
      else worker.drain()
    } else if (!worker.killed) {
      this.#log.error(
        { worker: worker.slot, workerPid: worker.pid, reason: action.reason },
        `killing worker ${worker.slot}: ${action.reason}`,
      )
      worker.kill(action.reason)
    }
  }

  #spawn(slot: number, generation: number): WorkerHandle {
    const identity = { id: this.#nextId++, slot, generation }
    const { id } = identity
    const socketPath = this.#socketPath(id)
    const start = { models: [...this.#models], requiredModel: this.#requiredModel, socketPath }
    const worker = new WorkerHandle(identity, this.#settings, start, this.#events, this.#now)
    this.#all.set(id, worker)
    if (worker.pid !== undefined) this.#guard.watch(worker.pid)
    return worker
  }

  /**
   * Fronts reach workers by Unix sockets: loopback TCP takes the kernel twice as long. The node front can do without, where
   * there is no folder for them or its path is too long for the kernel.
   */
  #socketPath(id: number): string | null {
    const { port, front, workerAddress } = this.#settings
    const canDoWithout = front === 'node' && workerAddress === 'tcp'
    if (port === null && canDoWithout) return null
    try {
      const path = join(this.#runFolder.path, `worker-${id}.sock`)
      return canDoWithout && Buffer.byteLength(path) > LONGEST_SOCKET_PATH ? null : path
    } catch (thrown) {
      if (canDoWithout) return null
      throw thrown
    }
  }

  killAll(): void {
    for (const worker of this.#all.values()) worker.kill('shutdown')
  }

  /** Settles when any of them has exited, or when the signal fires. */
  oneGone(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const settle = () => {
        this.#awaitsExit.delete(settle)
        signal.removeEventListener('abort', settle)
        resolve()
      }
      this.#awaitsExit.add(settle)
      signal.addEventListener('abort', settle)
    })
  }

  /** Settles when the last one has exited; nothing is started after that. */
  async gone(): Promise<void> {
    if (this.#all.size > 0) await new Promise<void>(resolve => (this.#none = resolve))
    this.#guard.close()
  }
}
