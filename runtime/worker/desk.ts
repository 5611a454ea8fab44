// What a worker asks of the supervisor, for a client who asks about the whole service.

import { ScorehostError } from '../errors.ts'
import type { Question, ToWorker } from '../ipc.ts'
import type { SupervisorLink } from './link.ts'

export class SupervisorDesk {
  readonly #link: SupervisorLink
  readonly #asked = new Map<number, (answer: ToWorker & { kind: 'answer' }) => void>()
  #nextId = 0

  constructor(link: SupervisorLink) {
    this.#link = link
  }

  /** @throws ScorehostError ERR_MODEL_NOT_LOADED with the supervisor's reason */
  ask(question: Question): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ ok, value }) => {
        if (ok) resolve(value)
        else reject(new ScorehostError('ERR_MODEL_NOT_LOADED', String(value)))
      })
      void this.#link.send({ kind: 'ask', id, question })
    })
  }

  answered(answer: ToWorker & { kind: 'answer' }): void {
    this.#asked.get(answer.id)?.(answer)
    this.#asked.delete(answer.id)
  }
}
