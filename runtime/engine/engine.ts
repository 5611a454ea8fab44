// Runs requests under their deadline, so many at once as the score module takes, and gives every failure its code.

import { ScorehostError, scoringTimedOut } from '../errors.ts'
import type { Core, ScoreRequest, ScoreResult, Scorer, ServiceInfo } from '../scoring.ts'

interface EngineLimits {
  readonly scoringTimeoutMs: number
  /** Requests that run at once. */
  readonly concurrency: number
}

/** A timer may be this much early or late. */
const TIMER_RESOLUTION_MS = 1

/** One request in the engine, from its arrival to its answer. */
interface Job {
  readonly request: ScoreRequest
  readonly deadlineMs: number
  readonly timer: NodeJS.Timeout
  readonly resolve: (result: ScoreResult) => void
  readonly reject: (error: unknown) => void
}

/** The scoring path between a contract and a scorer. */
export class Engine implements Core {
  readonly service: ServiceInfo
  readonly #scorer: Scorer
  readonly #limits: EngineLimits
  readonly #now: () => number
  readonly #waiting = new Set<Job>()
  readonly #running = new Set<Job>()

  /** @param now A monotonic clock, in milliseconds. */
  constructor(
    scorer: Scorer,
    service: ServiceInfo,
    limits: EngineLimits,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now
    this.#scorer = scorer
    this.service = service
    this.#limits = limits
  }

  /** Requests that run; one that was answered with a 504 is none of them any more, though its run() may not have settled. */
  get inFlight(): number {
    return this.#running.size
  }

  /** Requests that wait for their turn: the front sends no more than run at once, but large bodies and other callers may. */
  get queued(): number {
    return this.#waiting.size
  }

  /**
   * Waits for its turn and runs, both within the scoring timeout. A result that comes after it is discarded.
   *
   * @throws ScorehostError ERR_RUN_FAILED with what was thrown as cause, ERR_SCORING_TIMEOUT, ERR_QUEUE_TIMEOUT
   */
  score(request: ScoreRequest): Promise<ScoreResult> {
    const { scoringTimeoutMs, concurrency } = this.#limits
    return new Promise((resolve, reject) => {
      const { signal } = request.cancellation
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const timer = setTimeout(() => this.#late(job), scoringTimeoutMs)
      const job: Job = { request, deadlineMs: this.#now() + scoringTimeoutMs, timer, resolve, reject }
      // the client has gone: nobody waits for the answer, so its turn is another's
      signal.addEventListener('abort', () => this.#leave(job) && reject(signal.reason), { once: true })
      if (this.#running.size < concurrency) this.#run(job)
      else this.#waiting.add(job)
    })
  }

  #run(job: Job): void {
    this.#running.add(job)
    this.#scorer.score(job.request).then(
      result => this.#leave(job) && job.resolve(result),
      thrown =>
        this.#leave(job) && job.reject(new ScorehostError('ERR_RUN_FAILED', undefined, { cause: thrown })),
    )
  }

  /** @returns false where the job has left before */
  #leave(job: Job): boolean {
    if (!this.#running.delete(job) && !this.#waiting.delete(job)) return false
    clearTimeout(job.timer)
    this.#runNext()
    return true
  }

  /** A run() that blocked the event loop has kept the timers of those who wait from firing: there is no time left for them. */
  #runNext(): void {
    for (const next of this.#waiting) {
      if (this.#running.size >= this.#limits.concurrency) return
      if (next.deadlineMs - this.#now() < TIMER_RESOLUTION_MS) continue
      this.#waiting.delete(next)
      this.#run(next)
    }
  }

  #late(job: Job): void {
    const { scoringTimeoutMs } = this.#limits
    const message = `No turn came within ${scoringTimeoutMs} ms (SCORING_TIMEOUT_MS).`
    const error = this.#running.has(job)
      ? scoringTimedOut(scoringTimeoutMs)
      : new ScorehostError('ERR_QUEUE_TIMEOUT', message)
    this.#leave(job)
    job.reject(error)
    job.request.cancellation.abort(error)
  }
}
