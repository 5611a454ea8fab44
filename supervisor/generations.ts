// Which generation of workers serves, and which one is on its way to take over.

import type { AnswerCode } from '../runtime/errors.ts'

/** Why a reload failed, as the error that a client gets who asked for a model. */
export interface ReloadFailure {
  readonly ok: false
  readonly code: AnswerCode
  readonly message: string
}

export type ReloadOutcome = { readonly ok: true; readonly message: string } | ReloadFailure

const OVERTAKEN: ReloadFailure = {
  ok: false,
  code: 'ERR_MODEL_NOT_LOADED',
  message: 'a later reload took its place',
}

export class Generations {
  #serving = 0
  #wanted = 0
  #last = 0
  #settle: ((outcome: ReloadOutcome) => void) | null = null
  #latest: Promise<ReloadOutcome> = Promise.resolve({ ok: true, message: 'generation 0 serves' })

  /** The generation that requests go to. */
  get serving(): number {
    return this.#serving
  }

  /** The generation that workers are started in. */
  get wanted(): number {
    return this.#wanted
  }

  /** True while a newer generation than the serving one is being started. */
  get changing(): boolean {
    return this.#wanted !== this.#serving
  }

  /** Wants a new generation; one that is still being started is given up for it. Settles when it serves or has failed. */
  begin(): Promise<ReloadOutcome> {
    this.#settle?.(OVERTAKEN)
    this.#wanted = ++this.#last
    this.#latest = new Promise(resolve => {
      this.#settle = resolve
    })
    return this.#latest
  }

  /** What becomes of the last reload, and of whichever takes its place. */
  async settled(): Promise<ReloadOutcome> {
    for (;;) {
      const latest = this.#latest
      const outcome = await latest
      if (latest === this.#latest) return outcome
    }
  }

  /**
   * The wanted generation is complete: requests are to go to it from now on.
   *
   * @returns what to call when they do
   */
  succeed(): () => void {
    this.#serving = this.#wanted
    const settle = this.#settle
    this.#settle = null
    const message = `generation ${this.#serving} serves`
    return () => settle?.({ ok: true, message })
  }

  /** The wanted generation cannot start: the serving one stays. */
  fail(code: AnswerCode, message: string): void {
    this.#wanted = this.#serving
    this.#settle?.({ ok: false, code, message })
    this.#settle = null
  }
}
