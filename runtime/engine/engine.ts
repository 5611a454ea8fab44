// Runs requests under their deadline, so many at once as the score module takes, and gives every failure its code.

import { ERRORS, ScorehostError, scoringTimedOut } from '../errors.ts'
import { ResultStream } from '../result-stream.ts'
import {
  type BatchShare,
  ScoreFailure,
  type ScoreRequest,
  type ScoreResult,
  type Scorer,
} from '../scoring.ts'
import type { FailureReason, Statistics } from '../statistics.ts'
import { nextBatch } from './batcher.ts'
import { openGuarded } from './guarded-stream.ts'
import { type Batch, Job, LONGEST_TIMER_MS } from './job.ts'
import { WaitingLine } from './waiting-line.ts'

interface EngineLimits {
  readonly scoringTimeoutMs: number
  /** Requests that run at once, where each is run alone; of a scorer that takes batches one batch runs at a time. */
  readonly concurrency: number
}

/** The share in a batch of a request that is run alone. */
const ALONE: BatchShare = { rows: 1, key: '' }

/** The scoring path to one scorer. */
export class Engine {
  readonly #scorer: Scorer
  readonly #limits: EngineLimits
  readonly #now: () => number
  readonly #waiting: WaitingLine<Job>
  #running = 0
  /** The batch that runs and somebody waits for; null while there is none, and always where requests are run alone. */
  #batch: Batch | null = null
  #nextLook: NodeJS.Immediate | null = null
  #wakeTimer: NodeJS.Timeout | undefined

  /** @param now A monotonic clock, in milliseconds. */
  constructor(scorer: Scorer, limits: EngineLimits, now: () => number = () => performance.now()) {
    this.#now = now
    this.#scorer = scorer
    this.#limits = limits
    this.#waiting = new WaitingLine(scorer.schedule)
  }

  /** Requests that run; one that was answered with a 504 is none of them any more, though its run() may not have settled. */
  get inFlight(): number {
    return this.#running
  }

  get statistics(): Statistics {
    return this.#scorer.statistics
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
      const { cancellation } = request
      if (cancellation.isAborted) {
        reject(cancellation.reason)
        return
      }
      const share = this.#scorer.batching === null ? ALONE : this.#scorer.shareOf(request)
      const job = new Job(request, share, this.#now(), { resolve, reject })
      job.limit(this.#limits.scoringTimeoutMs, () => this.#late(job))
      // the client has gone: nobody waits for the answer, so its turn is another's
      cancellation.onAbort(reason => {
        request.run?.cancelled()
        this.#fail(job, reason)
      })
      this.#admit(job)
    })
  }

  #admit(job: Job): void {
    const isFree = this.#waiting.size === 0 && this.#running < this.#limits.concurrency
    if (this.#scorer.batching === null && isFree) {
      void this.#run([job])
      return
    }
    try {
      this.#waiting.add(job)
    } catch (thrown) {
      job.state = 'gone'
      job.stopTimers()
      this.#reject(job, thrown)
      return
    }
    if (!job.admitted) this.#limitWait(job)
    this.#runNext()
  }

  /** Sets the time that a request may wait, by the policy of its priority and what it asks for itself. */
  #limitWait(job: Job): void {
    const { defaultTimeoutMs, allowTimeoutOverride, timeoutAction, messages } = this.#waiting.policyOf(job)
    const asked = allowTimeoutOverride ? (job.request.schedule?.timeoutMs ?? 0) : 0
    const limits = [defaultTimeoutMs, asked].filter(ms => ms > 0)
    if (limits.length === 0) return
    const limitMs = Math.min(...limits)
    if (timeoutAction === 'delay') job.limitWait(limitMs, () => this.#waiting.delay(job))
    // an error takes its stack when it is made: 3 µs that only a request that is late should cost
    else job.expire(limitMs, () => this.#abort(job, new ScorehostError('ERR_QUEUE_TIMEOUT', messages.late)))
  }

  /** @returns false where the job has left before */
  #leave(job: Job): boolean {
    if (job.state === 'gone') return false
    if (job.state === 'running') this.#running -= 1
    else this.#waiting.delete(job)
    this.#time(job)
    job.endTrace(this.#now)
    job.state = 'gone'
    job.stopTimers()
    if (job.batch !== null) {
      job.batch.open -= 1
      if (job.batch === this.#batch && job.batch.open === 0) this.#batch = null
    }
    this.#runNext()
    return true
  }

  /** Of a stream until its first piece: its answer begins then. */
  #time({ request: { timing }, arrivedMs, startedMs, isTimed }: Job): void {
    if (timing === undefined || isTimed) return
    const nowMs = this.#now()
    timing.queueMs = Math.max(timing.queueMs ?? 0, (startedMs ?? nowMs) - arrivedMs)
    if (startedMs !== null) timing.runMs = Math.max(timing.runMs ?? 0, nowMs - startedMs)
  }

  #fail(job: Job, error: unknown): void {
    if (this.#leave(job)) this.#reject(job, error)
  }

  #reject(job: Job, error: unknown): void {
    this.#scorer.statistics.failed(reasonOf(error), this.#now() - job.arrivedMs)
    job.caller.reject(error)
  }

  /** Fails it, and tells its run, if there is one, that nobody waits for it any more. */
  #abort(job: Job, error: ScorehostError): void {
    this.#fail(job, job.failed(error))
    job.request.cancellation.abort(error)
  }

  #runNext(): void {
    if (this.#waiting.size === 0) return
    if (this.#scorer.batching !== null) this.#lookForBatch()
    else
      while (this.#running < this.#limits.concurrency) {
        const nowMs = this.#now()
        const next = this.#waiting.first(job => job.hasTime(nowMs))
        if (next === undefined) return
        void this.#run([next])
      }
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
    const nowMs = this.#now()
    const line: Job[] = []
    for (const job of this.#waiting) if (job.hasTime(nowMs)) line.push(job)
    if (batching === null || this.#batch !== null || line.length === 0) return
    clearTimeout(this.#wakeTimer)
    const { take, wakeAtMs, reason } = nextBatch(line, batching, nowMs)
    if (take === 0) {
      this.#wakeTimer = setTimeout(() => this.#runBatch(), Math.min(wakeAtMs - nowMs, LONGEST_TIMER_MS))
      return
    }
    this.#scorer.statistics.released(reason)
    const jobs = line.slice(0, take)
    const batch = { open: take }
    for (const job of jobs) job.batch = batch
    this.#batch = batch
    void this.#run(jobs).then(() => {
      if (this.#batch !== batch) return
      this.#batch = null
      this.#lookForBatch()
    })
  }

  async #run(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) this.#begin(job, jobs.length)
    let outcomes: readonly (ScoreResult | ScoreFailure)[]
    try {
      outcomes = await this.#scorer.score(jobs.map(job => job.request))
    } catch (thrown) {
      if (jobs.length > 1) return this.#runOneByOne(jobs)
      outcomes = [new ScoreFailure(thrown)]
    }
    for (const [index, job] of jobs.entries()) this.#conclude(job, outcomes[index])
  }

  #begin(job: Job, together: number): void {
    const nowMs = this.#now()
    if (job.startedMs === null) this.#scorer.statistics.waited(nowMs - job.arrivedMs)
    job.begin(nowMs, together)
    if (job.state === 'running') return
    this.#waiting.delete(job)
    job.state = 'running'
    this.#running += 1
  }

  /** A batch that failed as a whole: most likely one of its members is to blame, and the others are not to fail with it. */
  async #runOneByOne(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) if (job.state === 'running' && job.hasTime(this.#now())) await this.#run([job])
  }

  #conclude(job: Job, outcome: ScoreResult | ScoreFailure | undefined): void {
    const stream = outcome !== undefined && 'value' in outcome && outcome.value instanceof ResultStream
    if (stream) this.#open(job, outcome, outcome.value)
    else if (outcome === undefined)
      this.#fail(job, job.failed(runFailed(new TypeError('the scorer gave no outcome'))))
    else if (outcome instanceof ScoreFailure) this.#fail(job, job.failed(runFailed(outcome.thrown)))
    else if (this.#leave(job)) this.#succeed(job, outcome)
  }

  #succeed(job: Job, result: ScoreResult): void {
    this.#scorer.statistics.succeeded(this.#now() - job.arrivedMs)
    job.caller.resolve(result)
  }

  /** A streamed result keeps its place until it is over. */
  #open(job: Job, result: ScoreResult, source: ResultStream): void {
    if (job.state !== 'running') {
      void source.return()
      return
    }
    const { scoringTimeoutMs } = this.#limits
    const { cancellation } = job.request
    openGuarded(source, {
      pieceTimeoutMs: scoringTimeoutMs,
      signal: cancellation.signal,
      late: () => cancellation.abort(job.failed(scoringTimedOut(scoringTimeoutMs))),
      failed: thrown => job.failed(runFailed(thrown)),
      over: () => this.#leave(job),
    }).then(
      value => {
        job.stopTimers()
        this.#time(job)
        job.isTimed = true
        this.#succeed(job, { ...result, value })
      },
      thrown => this.#reject(job, thrown),
    )
  }

  #late(job: Job): void {
    const { scoringTimeoutMs } = this.#limits
    const message = `No turn came within ${scoringTimeoutMs} ms (SCORING_TIMEOUT_MS).`
    const error =
      job.state === 'running'
        ? scoringTimedOut(scoringTimeoutMs)
        : new ScorehostError('ERR_QUEUE_TIMEOUT', message)
    this.#abort(job, error)
  }
}

/** What is no error of ours is the reason of a client that has gone. */
function reasonOf(error: unknown): FailureReason {
  if (!(error instanceof ScorehostError)) return 'CANCELED'
  const { fault } = ERRORS[error.code]
  if (fault === 'capacity') return 'REJECTED'
  return fault === 'model' ? 'BACKEND' : 'OTHER'
}

/** A scorer that knows which answer its failure is says so; what else is thrown is the score module's. */
function runFailed(thrown: unknown): ScorehostError {
  if (thrown instanceof ScorehostError && ERRORS[thrown.code].status !== null) return thrown
  return new ScorehostError('ERR_RUN_FAILED', undefined, { cause: thrown })
}
