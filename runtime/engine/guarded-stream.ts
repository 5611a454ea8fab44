// A streamed result under the engine's eyes: each piece has a deadline, and whoever stops reading stops the source.

import { ResultStream } from '../result-stream.ts'

export interface StreamGuard {
  /** Longest wait for one piece. */
  readonly pieceTimeoutMs: number
  readonly signal: AbortSignal
  /** A piece did not come in time: to abort the signal, whose reason the reader gets. */
  late(): void
  /** What the source threw, as the reader gets it. */
  failed(thrown: unknown): Error
  /** The stream is over, in whatever way; called once. */
  over(): void
}

/**
 * Takes the first piece before it settles, so that a source which fails at once is an error and no broken stream.
 *
 * @throws what the guard makes of a failure before or at the first piece
 */
export async function openGuarded(source: ResultStream, guard: StreamGuard): Promise<ResultStream> {
  const guarded = new GuardedStream(source, guard)
  let first: IteratorResult<unknown> | null = await guarded.next()
  return new ResultStream(
    () => {
      const piece = first
      first = null
      return piece === null ? guarded.next() : Promise.resolve(piece)
    },
    () => guarded.cancel(),
  )
}

class GuardedStream {
  readonly #source: ResultStream
  readonly #guard: StreamGuard
  #timer: NodeJS.Timeout | undefined
  #rejectPiece: ((error: Error) => void) | null = null
  #isOver = false

  constructor(source: ResultStream, guard: StreamGuard) {
    this.#source = source
    this.#guard = guard
    guard.signal.addEventListener('abort', this.#aborted, { once: true })
    if (guard.signal.aborted) this.#aborted()
  }

  next(): Promise<IteratorResult<unknown>> {
    const { aborted, reason } = this.#guard.signal
    if (aborted) return Promise.reject(reason)
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined })
    this.#timer = setTimeout(() => this.#guard.late(), this.#guard.pieceTimeoutMs)
    return new Promise((resolve, reject) => {
      this.#rejectPiece = reject
      this.#source.next().then(
        piece => {
          if (this.#isOver) return
          clearTimeout(this.#timer)
          if (piece.done === true) this.#end()
          resolve(piece)
        },
        thrown => {
          if (this.#isOver) return
          const error = this.#guard.failed(thrown)
          this.#end()
          reject(error)
        },
      )
    })
  }

  /** The reader has enough, or is gone. */
  cancel(): void {
    this.#stop(new Error('the stream was cancelled'))
  }

  #aborted = () => this.#stop(this.#guard.signal.reason)

  /** Ends it before its source does. */
  #stop(error: Error): void {
    if (this.#isOver) return
    this.#end()
    void this.#source.return()
    this.#rejectPiece?.(error)
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#guard.signal.removeEventListener('abort', this.#aborted)
    this.#guard.over()
  }
}
