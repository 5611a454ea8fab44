// Whether a request is still wanted.

/**
 * As an AbortController, which it makes for those who ask for its signal: score modules, and few of them do. On Node 20 an
 * AbortController with one listener costs a request 5 to 10 µs of CPU, garbage collection included.
 */
export class Cancellation {
  #controller: AbortController | null = null
  #listener: ((reason: unknown) => void) | null = null
  #reason: unknown
  #isAborted = false

  get isAborted(): boolean {
    return this.#isAborted
  }

  /** Undefined where it is not aborted. */
  get reason(): unknown {
    return this.#reason
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#isAborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Sets the one who is called when it is aborted, before the listeners of the signal are. */
  onAbort(listener: (reason: unknown) => void): void {
    this.#listener = listener
  }

  /** The first reason counts. */
  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    this.#listener?.(reason)
    this.#controller?.abort(reason)
  }
}
