// One request in the engine, from its arrival to its answer.

import type { ScorehostError } from '../errors.ts'
import type { BatchShare, ScoreRequest, ScoreResult } from '../scoring.ts'
import type { Candidate } from './batcher.ts'
import type { Waiting } from './waiting-line.ts'

/** A timer may be this much early or late. */
const TIMER_RESOLUTION_MS = 1
/** Node fires a longer timer at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Whoever waits for the answer. */
interface Caller {
  resolve(result: ScoreResult): void
  reject(error: unknown): void
}

/** Requests that run together. */
export interface Batch {
  /** How many of them still wait for it. */
  open: number
}

export class Job implements Candidate, Waiting {
  readonly request: ScoreRequest
  readonly rows: number
  readonly key: string
  readonly priority: number
  readonly admitted: boolean
  readonly arrivedMs: number
  readonly caller: Caller
  /** The engine's to change: it counts those that run, and keeps no set of them, which would keep them alive. */
  state: 'waiting' | 'running' | 'gone' = 'waiting'
  /** Null where it is run alone, or waits. */
  batch: Batch | null = null
  /** When its run began; null while it waits. */
  startedMs: number | null = null
  /** How long it ran has been said: a stream goes on after that. */
  isTimed = false
  #deadlineMs = Number.POSITIVE_INFINITY
  #expiresMs = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #queueTimer: NodeJS.Timeout | undefined

  constructor(request: ScoreRequest, { rows, key }: BatchShare, arrivedMs: number, caller: Caller) {
    this.request = request
    this.rows = rows
    this.key = key
    this.priority = request.schedule?.priority ?? 0
    this.admitted = request.admitted ?? false
    this.arrivedMs = arrivedMs
    this.caller = caller
  }

  /** Sets the time until its answer. */
  limit(ms: number, late: () => void): void {
    this.#deadlineMs = this.arrivedMs + ms
    this.#timer = setTimeout(late, ms)
  }

  /** Sets the time until its turn. */
  limitWait(ms: number, late: () => void): void {
    this.#queueTimer = setTimeout(late, Math.min(ms, LONGEST_TIMER_MS))
  }

  /** As {@link limitWait}, of a request that may not be run after it. */
  expire(ms: number, late: () => void): void {
    this.#expiresMs = this.arrivedMs + ms
    this.limitWait(ms, late)
  }

  /** A run() that blocked the event loop has kept the timers of those who wait from firing: there is no time left for them. */
  hasTime(nowMs: number): boolean {
    // a wait may be as short as it likes: what is still in time when its turn comes is run
    return nowMs < this.#expiresMs && this.#deadlineMs - nowMs >= TIMER_RESOLUTION_MS
  }

  /** Its turn has come; again, where its batch failed. */
  begin(nowMs: number, together: number): void {
    if (this.startedMs === null) this.#traceRun(nowMs, together)
    this.startedMs ??= nowMs
    this.#expiresMs = Number.POSITIVE_INFINITY
    clearTimeout(this.#queueTimer)
  }

  /** Its run, if there was one, goes into the trace as failed. @returns the error */
  failed(error: ScorehostError): ScorehostError {
    this.request.run?.failed(error)
    return error
  }

  /** It has left the engine: if its run goes on, nobody waits for it. */
  endTrace(now: () => number): void {
    if (this.startedMs === null) this.request.trace?.waited(now() - this.arrivedMs)
    else this.request.run?.end()
  }

  #traceRun(nowMs: number, together: number): void {
    const { request } = this
    if (request.trace === undefined || request.trace === null) return
    request.trace.waited(nowMs - this.arrivedMs)
    request.run = request.trace.runBegins(request.headers, together)
  }

  stopTimers(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#queueTimer)
  }
}
