// Which generation of workers serves, and which one is on its way to take over.

export interface ReloadOutcome {
  readonly ok: boolean
  readonly message: string
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
    this.#settle?.({ ok: false, message: 'a later reload took its place' })
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
    const outcome = { ok: true, message: `generation ${this.#serving} serves` }
    return () => settle?.(outcome)
  }

  /** The wanted generation cannot start: the serving one stays. */
  fail(reason: string): void {
    this.#wanted = this.#serving
    this.#end({ ok: false, message: reason })
  }

  #end(outcome: ReloadOutcome): void {
    this.#settle?.(outcome)
    this.#settle = null
  }
}
