// A result that comes piece by piece.

/** What `run()` returns where its answer is streamed, whatever it was made of: an async iterable, a stream, a generator. */
export class ResultStream implements AsyncIterableIterator<unknown> {
  readonly #next: () => Promise<IteratorResult<unknown>>
  readonly #cancel: () => void

  /**
   * @param next The next piece.
   * @param cancel Nobody wants the rest; called at most once, and not after the end.
   */
  constructor(next: () => Promise<IteratorResult<unknown>>, cancel: () => void) {
    this.#next = next
    this.#cancel = cancel
  }

  /** The stream that a value is; null where it is none. A generator is one, an array is not. */
  static of(value: unknown): ResultStream | null {
    if (typeof value !== 'object' || value === null) return null
    const iterator = iteratorOf(value)
    if (iterator === null) return null
    return new ResultStream(
      async () => iterator.next(),
      () => cancel(value, iterator),
    )
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#next()
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#cancel()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>

function iteratorOf(value: object): AnyIterator | null {
  if (Symbol.asyncIterator in value) return (value as AsyncIterable<unknown>)[Symbol.asyncIterator]() // true: it has the method
  const isGenerator = Symbol.iterator in value && 'next' in value && typeof value.next === 'function'
  return isGenerator ? (value as Iterator<unknown>) : null // true: it has what an iterator has
}

/**
 * An async generator that awaits something hears of this only afterwards, so a Node stream is destroyed beside it: it stops
 * whatever it waits for. What comes of the clean-up is nobody's result.
 */
function cancel(value: object, iterator: AnyIterator): void {
  if ('destroy' in value && typeof value.destroy === 'function') value.destroy()
  void Promise.resolve(iterator.return?.()).catch(() => {})
}
