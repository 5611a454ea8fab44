// How far a request has come, and what is known of it at its end.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Cancellation } from '../cancellation.ts'
import type { ErrorCode } from '../errors.ts'
import { NO_ROUTE, type RequestObserver, type RequestRecord } from '../request-record.ts'
import type { RequestTrace, Tracing } from '../request-trace.ts'
import type { RunTiming } from '../scoring.ts'
import { WAITED_HEADER } from '../waited-header.ts'

export class Progress {
  readonly requestId: string
  /** Null where nothing is traced. */
  readonly trace: RequestTrace | null
  readonly cancellation = new Cancellation()
  readonly timing: RunTiming = { queueMs: null, runMs: null }
  route = NO_ROUTE
  code: ErrorCode | null = null
  bytesIn = 0
  bytesOut = 0
  readonly #method: string
  readonly #path: string
  readonly #waitedMs: number
  readonly #startedMs = performance.now()

  constructor(request: IncomingMessage, path: string, requestId: string, tracing: Tracing | null) {
    this.requestId = requestId
    this.#method = request.method ?? 'GET'
    this.#path = path
    this.#waitedMs = takeWaited(request)
    const { headers } = request
    this.trace =
      tracing?.begin({ method: this.#method, path, headers, requestId, waitedMs: this.#waitedMs }) ?? null
  }

  /** The answer is out, or the client has gone. */
  end(response: ServerResponse, observers: readonly RequestObserver[]): void {
    if (observers.length === 0 && this.trace === null) return
    const durationMs = performance.now() - this.#startedMs
    const { queueMs, runMs } = this.timing
    const record: RequestRecord = {
      requestId: this.requestId,
      method: this.#method,
      path: this.#path,
      route: this.route,
      status: response.statusCode,
      code: this.code,
      aborted: !response.writableFinished,
      startedAtMs: performance.timeOrigin + this.#startedMs,
      durationMs: durationMs + this.#waitedMs,
      timing: { queueMs: queueMs === null ? null : queueMs + this.#waitedMs, runMs },
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      trace: this.trace?.ids ?? null,
    }
    this.trace?.ended(record)
    for (const observer of observers) observer.ended(record)
  }
}

/** The header is between us and the front: the score module is not to see it. */
function takeWaited({ headers }: IncomingMessage): number {
  const text = headers[WAITED_HEADER]
  if (text === undefined) return 0
  delete headers[WAITED_HEADER]
  const waitedMs = Number(text)
  return waitedMs > 0 ? waitedMs : 0
}
