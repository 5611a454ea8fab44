// Answers what workers ask about the models of the whole service: what all workers have scored, and to load and unload.

import type { FromWorker, Question } from '../runtime/ipc.ts'
import { mergeStatistics, type StatisticsSnapshot } from '../runtime/statistics.ts'
import type { ReloadFailure, ReloadOutcome } from './generations.ts'
import type { ModelWish } from './model-reload.ts'
import type { WorkerHandle } from './worker-handle.ts'

/** A worker whose run() blocks its event loop does not answer; what it last said counts in its place. */
const ANSWER_MS = 500

type ModelOrder = Exclude<Question, { readonly what: 'statistics' }>

/** By model and version, as workers name them. */
export type ServiceStatistics = Readonly<Record<string, StatisticsSnapshot>>

export interface ModelDeskEvents {
  workers(): readonly WorkerHandle[]
  reload(wish: ModelWish): Promise<ReloadOutcome>
}

export class ModelDesk {
  readonly #events: ModelDeskEvents
  readonly #lastSaid = new Map<number, ServiceStatistics>()
  /** Of workers that are gone: counts never fall. */
  #gone: ServiceStatistics = {}
  readonly #awaited = new Map<number, () => void>()
  #nextId = 0
  #loaded: ReadonlySet<string>
  /** One change after the other: each is a generation of its own. */
  #changes: Promise<unknown> = Promise.resolve()

  /** @param loaded The models that are loaded at the start, in explicit mode. */
  constructor(events: ModelDeskEvents, loaded: ReadonlySet<string>) {
    this.#events = events
    this.#loaded = loaded
  }

  heard(worker: WorkerHandle, message: FromWorker): void {
    if (message.kind === 'statistics') {
      this.#lastSaid.set(worker.id, message.statistics)
      if (message.id !== null) this.#awaited.get(message.id)?.()
    } else if (message.kind === 'ask') void this.#answer(worker, message.id, message.question)
  }

  exited(worker: WorkerHandle): void {
    this.#gone = merge([this.#gone, this.#lastSaid.get(worker.id) ?? {}])
    this.#lastSaid.delete(worker.id)
  }

  async #answer(worker: WorkerHandle, id: number, question: Question): Promise<void> {
    if (question.what === 'statistics')
      worker.send({ kind: 'answer', id, ok: true, value: await this.#statistics() })
    else {
      const outcome = await this.#change(question)
      worker.send(
        outcome.ok
          ? { kind: 'answer', id, ok: true, value: outcome.message }
          : { kind: 'answer', id, ...outcome },
      )
    }
  }

  async #statistics(): Promise<ServiceStatistics> {
    const ready = this.#events.workers().filter(worker => worker.phase !== 'starting')
    await Promise.all(ready.map(worker => this.#askStatistics(worker)))
    return merge([this.#gone, ...this.#lastSaid.values()])
  }

  #askStatistics(worker: WorkerHandle): Promise<void> {
    const id = this.#nextId++
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        this.#awaited.delete(id)
        resolve()
      }
      const timer = setTimeout(done, ANSWER_MS)
      this.#awaited.set(id, done)
      worker.send({ kind: 'statistics', id })
    })
  }

  #change(order: ModelOrder): Promise<ReloadOutcome> {
    const wasLoaded = this.#loaded.has(order.model)
    const change = this.#changes.then(async () => {
      if (order.what === 'add' && !wasLoaded && this.#loaded.has(order.model)) return loadedMeanwhile(order)
      const wish = wishFor(order, this.#loaded)
      const outcome = await this.#events.reload(wish)
      if (outcome.ok) this.#loaded = wish.models
      return outcome
    })
    this.#changes = change
    return change
  }
}

function loadedMeanwhile({ model }: ModelOrder): ReloadFailure {
  return { ok: false, code: 'ERR_MODEL_LOADED', message: `The model '${model}' is loaded already.` }
}

function wishFor(order: ModelOrder, loaded: ReadonlySet<string>): ModelWish {
  const { what, model } = order
  const others = [...loaded].filter(name => name !== model)
  if (what === 'unload') return { models: new Set(others), required: null, newBytes: null }
  // of one that is loaded anew the workers of now hold as much already
  const newBytes = loaded.has(model) ? 0 : order.fileBytes
  return { models: new Set([...others, model]), required: model, newBytes }
}

function merge(all: readonly ServiceStatistics[]): ServiceStatistics {
  const names = new Set(all.flatMap(one => Object.keys(one)))
  return Object.fromEntries(
    [...names].map(name => [name, mergeStatistics(all.flatMap(one => one[name] ?? []))]),
  )
}
