// Ends what blocks the event loop of scorehost check: where a score module loops for ever, no timeout of the loop can fire.

import { Worker } from 'node:worker_threads'

/** By this name the watching thread finds where to leave what it has seen. */
export const BLOCKED_HOOK = 'scorehost.check.blocked'

/**
 * A thread that stops the JavaScript of this one once its time is over, and tells where it stood. Then the loop turns again, and
 * the timeout that is due says what it has to say.
 */
export class LoopWatch {
  readonly #thread = new Worker(new URL('./blocked-loop-thread.js', import.meta.url))
  #blocked: Error | null = null

  constructor() {
    this.#thread.unref()
    Object.defineProperty(globalThis, Symbol.for(BLOCKED_HOOK), {
      value: (frames: string) => {
        const error = new Error('the event loop was blocked')
        error.stack = `${error.name}: ${error.message}\n${frames}`
        this.#blocked = error
      },
    })
  }

  /** Sets the time from now on; what was set before no longer counts. */
  allow(timeoutMs: number): void {
    this.#thread.postMessage(timeoutMs)
  }

  /** Where it was stopped; null where it was not. */
  get blocked(): Error | null {
    return this.#blocked
  }
}
