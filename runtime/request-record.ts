// What is known of a request when its answer is out, for whoever counts, logs or traces requests.

import type { ErrorCode } from './errors.ts'
import type { TraceIds } from './score-trace.ts'
import type { RunTiming } from './scoring.ts'

export interface RequestRecord {
  readonly requestId: string
  readonly method: string
  /** As it came, without its query. */
  readonly path: string
  /** The route's own path, with names in place of parts: few, whatever clients send. `other` where there is no route. */
  readonly route: string
  readonly status: number
  /** Of an answer that is an error of ours; null of any other. */
  readonly code: ErrorCode | null
  /** The client hung up before its answer was out. */
  readonly aborted: boolean
  /** When it came, in milliseconds since 1970. */
  readonly startedAtMs: number
  /** From its arrival at the worker to the end of its answer. */
  readonly durationMs: number
  readonly timing: Readonly<RunTiming>
  /** Of the body, its content encoding undone. */
  readonly bytesIn: number
  /** Of the answer's body. */
  readonly bytesOut: number
  /** Null, or unset, where nothing is traced. */
  readonly trace?: TraceIds | null
}

/** Told of each request that has been answered, or whose client has gone. Nobody waits for it. */
export interface RequestObserver {
  ended(record: RequestRecord): void
}

export const NO_ROUTE = 'other'
