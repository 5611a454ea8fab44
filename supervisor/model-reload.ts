// A reload with other models: refused where memory clearly lacks, and undone where it fails.

import { type ReadFile, readFileOrNull } from '../runtime/cgroup.ts'
import { memoryLeft } from '../runtime/resources.ts'
import type { ReloadFailure, ReloadOutcome } from './generations.ts'
import { lackOfMemory } from './memory-need.ts'
import type { WorkerHandle } from './worker-handle.ts'
import type { Workers } from './workers.ts'

/** The models that the next generation of workers is to have. */
export interface ModelWish {
  readonly models: ReadonlySet<string>
  /** A model without which the generation has failed; null where there is none. */
  readonly required: string | null
  /** Size of the files of a model that is new; null where a model goes, which is tried in any case. */
  readonly newBytes: number | null
}

type ReloadedWorkers = Pick<Workers, 'all' | 'chooseModels' | 'oneGone'>

export interface ModelReloadEvents {
  reload(): Promise<ReloadOutcome>
  /** What becomes of the last reload, and of whichever takes its place. */
  settled(): Promise<ReloadOutcome>
  /** Whether reloads are begun at all. */
  serving(): boolean
}

/** What workers that are on their way out get before their memory counts as used. One may be waiting for this very answer. */
const LEAVING_MS = 5000

export class ModelReload {
  readonly #workers: ReloadedWorkers
  readonly #workerCount: number
  readonly #events: ModelReloadEvents
  readonly #readFile: ReadFile

  constructor(
    workers: ReloadedWorkers,
    workerCount: number,
    events: ModelReloadEvents,
    readFile: ReadFile = readFileOrNull,
  ) {
    this.#workers = workers
    this.#workerCount = workerCount
    this.#events = events
    this.#readFile = readFile
  }

  /** As a reload, with other models; where it fails the old ones stay. */
  async with({ models, required, newBytes }: ModelWish): Promise<ReloadOutcome> {
    const refusal = newBytes === null ? null : await this.#refusal(newBytes)
    if (refusal !== null) return refusal
    const undo = this.#workers.chooseModels(models, required)
    const first = await this.#events.reload()
    // a reload that took its place has started the same models: what becomes of that becomes of this
    const outcome = first.ok || !this.#events.serving() ? first : await this.#events.settled()
    undo(outcome.ok)
    return outcome
  }

  /** Waits for workers on their way out where their memory may be what lacks. */
  async #refusal(modelBytes: number): Promise<ReloadFailure | null> {
    const deadline = AbortSignal.timeout(LEAVING_MS)
    for (;;) {
      const staying = this.#workers.all.filter(worker => !isLeaving(worker))
      const message = lackOfMemory({
        workerCount: this.#workerCount,
        heldBytes: staying.map(worker => this.#held(worker)),
        modelBytes,
        free: memoryLeft(this.#readFile),
      })
      if (message === null) return null
      const mayGetBetter = staying.length < this.#workers.all.length && !deadline.aborted
      if (!mayGetBetter) return { ok: false, code: 'ERR_MODEL_MEMORY', message }
      await this.#workers.oneGone(deadline)
    }
  }

  /**
   * Of what a worker has resident a good half is the program itself, which all of them share. Where the kernel does not tell that
   * apart, what the worker last said has to do.
   */
  #held({ pid, load }: WorkerHandle): number {
    const own = /^RssAnon:\s*(\d+) kB$/m.exec(this.#readFile(`/proc/${pid}/status`) ?? '')?.[1]
    return own === undefined ? (load.rssBytes ?? 0) : Number(own) * 1024
  }
}

function isLeaving({ phase, killed }: WorkerHandle): boolean {
  return phase === 'draining' || killed
}
