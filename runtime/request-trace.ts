// What tracing is to the HTTP server. How it is done is in runtime/traces/, which is loaded only where it is asked for.

import type { IncomingHttpHeaders } from 'node:http'
import type { ErrorCode, ScorehostError } from './errors.ts'
import type { RequestObserver } from './request-record.ts'
import type { ScoreTrace, TraceIds } from './score-trace.ts'

/** A request as it came. */
export interface Arrival {
  readonly method: string
  /** Without its query, which may be an input. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly requestId: string
  /** How long it waited in the front. */
  readonly waitedMs: number
}

/** An error that the front answered itself: no worker has seen the request, or none has answered it. */
export interface FrontAnswer {
  readonly code: ErrorCode
  readonly status: number
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly startedAtMs: number
  readonly durationMs: number
  /** What the client sent; null where it sent none. */
  readonly traceparent: string | null
}

export interface Tracing {
  begin(arrival: Arrival): RequestTrace
}

/** The trace of one request; it ends with the request. */
export interface RequestTrace extends ScoreTrace, RequestObserver {
  readonly ids: TraceIds
  /** What its answer says of it, whatever that will be. */
  readonly echo: Readonly<Record<string, string>>
  /** Why the answer is an error, or broke off. */
  failed(error: ScorehostError): void
}
