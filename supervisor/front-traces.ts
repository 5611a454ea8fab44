// Errors that the front answered itself, on their way into the traces: a worker tells them, for the supervisor loads no tracing.

import type { ToWorker } from '../runtime/ipc.ts'
import type { FrontAnswer } from '../runtime/request-trace.ts'
import { type Environment, tracesAsked } from '../runtime/trace-environment.ts'

/** They are sent together, and no more of them: where so many are refused, the workers have better things to do. */
const SEND_MS = 200
const MOST_HELD = 256

interface Recipient {
  send(message: ToWorker): void
}

export class FrontTraces {
  #held: FrontAnswer[] = []
  #timer: NodeJS.Timeout | null = null
  #find: () => Recipient | undefined = () => undefined

  /** From now on they go to whomever this finds; while it finds nobody, they wait. */
  sendTo(find: () => Recipient | undefined): void {
    this.#find = find
  }

  add(answer: FrontAnswer): void {
    if (this.#held.length < MOST_HELD) this.#held.push(answer)
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.flush()
    }, SEND_MS).unref()
  }

  flush(): void {
    if (this.#held.length === 0) return
    const recipient = this.#find()
    if (recipient === undefined) return
    recipient.send({ kind: 'trace', answers: this.#held })
    this.#held = []
  }
}

/** Null where nothing is traced. */
export function frontTraces(env: Environment): FrontTraces | null {
  return tracesAsked(env) === null ? null : new FrontTraces()
}
