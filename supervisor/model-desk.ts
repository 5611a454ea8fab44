// Answers what workers ask about the models of the whole service: what all workers have scored, and to load and unload.

import type { FromWorker, Question } from '../runtime/ipc.ts'
import type { ReloadFailure, ReloadOutcome } from './generations.ts'
import type { ServiceStatistics } from './measurement-desk.ts'
import type { ModelWish } from './model-reload.ts'
import type { WorkerHandle } from './worker-handle.ts'

type ModelOrder = Exclude<Question, { readonly what: 'statistics' }>

export interface ModelDeskEvents {
  /** What the whole service has scored. */
  statistics(): Promise<ServiceStatistics>
  reload(wish: ModelWish): Promise<ReloadOutcome>
}

export class ModelDesk {
  readonly #events: ModelDeskEvents
  #loaded: ReadonlySet<string>
  /** One change after the other: each is a generation of its own. */
  #changes: Promise<unknown> = Promise.resolve()

  /** @param loaded The models that are loaded at the start, in explicit mode. */
  constructor(events: ModelDeskEvents, loaded: ReadonlySet<string>) {
    this.#events = events
    this.#loaded = loaded
  }

  heard(worker: WorkerHandle, message: FromWorker): void {
    if (message.kind === 'ask') void this.#answer(worker, message.id, message.question)
  }

  async #answer(worker: WorkerHandle, id: number, question: Question): Promise<void> {
    if (question.what === 'statistics')
      worker.send({ kind: 'answer', id, ok: true, value: await this.#events.statistics() })
    else {
      const outcome = await this.#change(question)
      worker.send(
        outcome.ok
          ? { kind: 'answer', id, ok: true, value: outcome.message }
          : { kind: 'answer', id, ...outcome },
      )
    }
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
