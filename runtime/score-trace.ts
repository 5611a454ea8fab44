// What a trace is to whoever scores: told when a request waited and ran, it says what its run is to see.

import type { IncomingHttpHeaders } from 'node:http'
import type { ScorehostError } from './errors.ts'

/** What log lines say of it, in the names that collectors look for. */
export interface TraceIds {
  readonly trace_id: string
  readonly span_id: string
}

/** Of one request, which may run several times: once for each of its instances. */
export interface ScoreTrace {
  scoredBy(model: string, version: string): void
  /** It has waited for so long, up to now; the first that says so counts. */
  waited(waitMs: number): void
  /** @param together How many requests run together. */
  runBegins(headers: IncomingHttpHeaders, together: number): RunTrace
}

/** What comes after the first end counts for nothing: a run may settle when its request was answered long ago. */
export interface RunTrace {
  readonly ids: TraceIds
  /** Those of the request, with this run as the parent of what the score module calls. */
  readonly headers: IncomingHttpHeaders
  /** What of a batch is to be traced may only be of one: whether this one is kept. */
  readonly isSampled: boolean
  /** Makes it the active span, with all that comes of it later. */
  within<T>(run: () => T): T
  failed(error: ScorehostError): void
  /** Nobody waits for it any more. */
  cancelled(): void
  end(): void
}
