// Runs requests under their deadline, so many at once as the score module takes, and gives every failure its code.

import { ERRORS, ScorehostError, scoringTimedOut } from '../errors.ts'
import type { InputReader } from '../input-reader.ts'
import { ResultStream } from '../result-stream.ts'
import {
  type Core,
  ScoreFailure,
  type ScoreRequest,
  type ScoreResult,
  type Scorer,
  type ServiceInfo,
} from '../scoring.ts'
import { nextBatch } from './batcher.ts'
import { openGuarded } from './guarded-stream.ts'

interface EngineLimits {
  readonly scoringTimeoutMs: number
  /** Requests that run at once, where each is run alone; of a scorer that takes batches one batch runs at a time. */
  readonly concurrency: number
}

/** A timer may be this much early or late. */
const TIMER_RESOLUTION_MS = 1

/** One request in the engine, from its arrival to its answer. */
interface Job {
  readonly request: ScoreRequest
  readonly arrivedMs: number
  readonly timer: NodeJS.Timeout
  readonly resolve: (result: ScoreResult) => void
  readonly reject: (error: unknown) => void
}

/** The scoring path between a contract and a scorer. */
export class Engine implements Core {
  readonly service: ServiceInfo
  readonly input: InputReader
  readonly #scorer: Scorer
  readonly #limits: EngineLimits
  readonly #now: () => number
  readonly #waiting = new Set<Job>()
  readonly #running = new Set<Job>()
  /** Who still waits for the batch that runs; null while none does, and always where requests are run alone. */
  #batch: Set<Job> | null = null
  #nextLook: NodeJS.Immediate | null = null
  #wakeTimer: NodeJS.Timeout | undefined

  /** @param now A monotonic clock, in milliseconds. */
  constructor(
    scorer: Scorer,
    input: InputReader,
    service: ServiceInfo,
    limits: EngineLimits,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now
    this.#scorer = scorer
    this.input = input
    this.service = service
    this.#limits = limits
  }

  /** Requests that run; one that was answered with a 504 is none of them any more, though its run() may not have settled. */
  get inFlight(): number {
    return this.#running.size
  }

  /** Requests that wait for their turn: for a batch, and else large bodies and callers other than the front. */
  get queued(): number {
    return this.#waiting.size
  }

  /**
   * Waits for its turn and runs, both within the scoring timeout. A result that comes after it is discarded. A streamed
   * result has its first piece when it is returned, and each further piece has the scoring timeout for itself.
   *
   * @throws ScorehostError ERR_RUN_FAILED with what was thrown as cause, ERR_SCORING_TIMEOUT, ERR_QUEUE_TIMEOUT
   */
  score(request: ScoreRequest): Promise<ScoreResult> {
    return new Promise((resolve, reject) => {
      const { signal } = request.cancellation
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const timer = setTimeout(() => this.#late(job), this.#limits.scoringTimeoutMs)
      const job: Job = { request, arrivedMs: this.#now(), timer, resolve, reject }
      // the client has gone: nobody waits for the answer, so its turn is another's
      signal.addEventListener('abort', () => this.#leave(job) && reject(signal.reason), { once: true })
      this.#waiting.add(job)
      this.#runNext()
    })
  }

  /** @returns false where the job has left before */
  #leave(job: Job): boolean {
    if (!this.#running.delete(job) && !this.#waiting.delete(job)) return false
    clearTimeout(job.timer)
    this.#batch?.delete(job)
    if (this.#batch?.size === 0) this.#batch = null
    this.#runNext()
    return true
  }

  #runNext(): void {
    if (this.#scorer.batching !== null) this.#lookForBatch()
    else
      for (const next of this.#waiting) {
        if (this.#running.size >= this.#limits.concurrency) return
        if (this.#hasTime(next)) void this.#run([next])
      }
  }

  /** A run() that blocked the event loop has kept the timers of those who wait from firing: there is no time left for them. */
  #hasTime({ arrivedMs }: Job): boolean {
    return arrivedMs + this.#limits.scoringTimeoutMs - this.#now() >= TIMER_RESOLUTION_MS
  }

  /**
   * Looks when the sockets have been read once more: all requests that one turn of the event loop brings share a batch, also
   * those that came while a run blocked it. Costs a lone request 5 µs, and no timer.
   */
  #lookForBatch(): void {
    if (this.#batch !== null || this.#waiting.size === 0) return
    this.#nextLook ??= setImmediate(() => {
      this.#nextLook = null
      this.#runBatch()
    })
  }

  #runBatch(): void {
    const { batching } = this.#scorer
    const line = [...this.#waiting].filter(job => this.#hasTime(job))
    if (batching === null || this.#batch !== null || line.length === 0) return
    clearTimeout(this.#wakeTimer)
    const nowMs = this.#now()
    const { take, wakeAtMs } = nextBatch(line, batching, nowMs)
    if (take === 0) {
      this.#wakeTimer = setTimeout(() => this.#runBatch(), wakeAtMs - nowMs)
      return
    }
    const jobs = line.slice(0, take)
    const batch = new Set(jobs)
    this.#batch = batch
    void this.#run(jobs).then(() => {
      if (this.#batch !== batch) return
      this.#batch = null
      this.#lookForBatch()
    })
  }

  async #run(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      this.#waiting.delete(job)
      this.#running.add(job)
    }
    let outcomes: readonly (ScoreResult | ScoreFailure)[]
    try {
      outcomes = await this.#scorer.score(jobs.map(job => job.request))
    } catch (thrown) {
      if (jobs.length > 1) return this.#runOneByOne(jobs)
      outcomes = [new ScoreFailure(thrown)]
    }
    for (const [index, job] of jobs.entries()) this.#conclude(job, outcomes[index])
  }

  /** A batch that failed as a whole: most likely one of its members is to blame, and the others are not to fail with it. */
  async #runOneByOne(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) if (this.#running.has(job) && this.#hasTime(job)) await this.#run([job])
  }

  #conclude(job: Job, outcome: ScoreResult | ScoreFailure | undefined): void {
    const stream = outcome !== undefined && 'value' in outcome && outcome.value instanceof ResultStream
    if (stream) this.#open(job, outcome, outcome.value)
    else if (!this.#leave(job)) return
    else if (outcome === undefined) job.reject(runFailed(new TypeError('the scorer gave no outcome')))
    else if (outcome instanceof ScoreFailure) job.reject(runFailed(outcome.thrown))
    else job.resolve(outcome)
  }

  /** A streamed result keeps its place until it is over. */
  #open(job: Job, result: ScoreResult, source: ResultStream): void {
    if (!this.#running.has(job)) {
      void source.return()
      return
    }
    const { scoringTimeoutMs } = this.#limits
    const { cancellation } = job.request
    openGuarded(source, {
      pieceTimeoutMs: scoringTimeoutMs,
      signal: cancellation.signal,
      late: () => cancellation.abort(scoringTimedOut(scoringTimeoutMs)),
      failed: runFailed,
      over: () => this.#leave(job),
    }).then(value => {
      clearTimeout(job.timer)
      job.resolve({ ...result, value })
    }, job.reject)
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

/** A scorer that knows which answer its failure is says so; what else is thrown is the score module's. */
function runFailed(thrown: unknown): ScorehostError {
  if (thrown instanceof ScorehostError && ERRORS[thrown.code].status !== null) return thrown
  return new ScorehostError('ERR_RUN_FAILED', undefined, { cause: thrown })
}
