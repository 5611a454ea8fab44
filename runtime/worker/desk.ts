// What a worker asks of the supervisor, for a client who asks about the whole service.

import { ScorehostError } from '../errors.ts'
import type { Question, ToWorker } from '../ipc.ts'
import type { StatisticsSnapshot } from '../statistics.ts'
import type { ModelOrder, WholeService } from './catalog.ts'
import type { SupervisorLink } from './link.ts'

type Answer = ToWorker & { readonly kind: 'answer' }

export class SupervisorDesk implements WholeService {
  readonly #link: SupervisorLink
  readonly #asked = new Map<number, (answer: Answer) => void>()
  #nextId = 0

  constructor(link: SupervisorLink) {
    this.#link = link
  }

  async statistics(): Promise<Readonly<Record<string, StatisticsSnapshot>>> {
    const answer = await this.#ask({ what: 'statistics' })
    return answer as Readonly<Record<string, StatisticsSnapshot>> // true: that is what the supervisor answers to this
  }

  async change(order: ModelOrder): Promise<void> {
    await this.#ask(order)
  }

  answered(answer: Answer): void {
    this.#asked.get(answer.id)?.(answer)
    this.#asked.delete(answer.id)
  }

  #ask(question: Question): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#asked.set(id, answer => {
        if (answer.ok) resolve(answer.value)
        else reject(new ScorehostError(answer.code, answer.message))
      })
      void this.#link.send({ kind: 'ask', id, question })
    })
  }
}
