// Answers what workers ask about the models of the whole service: what all workers have scored, and to load and unload.

import type { FromWorker, Question } from '../runtime/ipc.ts'
import type { ReloadOutcome } from './generations.ts'
import type { ServiceStatistics } from './measurement-desk.ts'
import type { WorkerHandle } from './worker-handle.ts'

export interface ModelDeskEvents {
  /** What the whole service has scored. */
  statistics(): Promise<ServiceStatistics>
  /**
   * Starts a generation with just these models.
   *
   * @param required A model without which the generation has failed.
   */
  reload(models: ReadonlySet<string>, required: string | null): Promise<ReloadOutcome>
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
      const { ok, message } = await this.#change(question.what, question.model)
      worker.send({ kind: 'answer', id, ok, value: message })
    }
  }

  #change(what: 'load' | 'unload', model: string): Promise<ReloadOutcome> {
    const change = this.#changes.then(async () => {
      const next = new Set(this.#loaded)
      if (what === 'load') next.add(model)
      else next.delete(model)
      const outcome = await this.#events.reload(next, what === 'load' ? model : null)
      if (outcome.ok) this.#loaded = next
      return outcome
    })
    this.#changes = change
    return change
  }
}
