// One run in a trace: its span, or, where it has none of its own, that of its request.

import type { IncomingHttpHeaders } from 'node:http'
import { describeThrown, type ScorehostError } from '../errors.ts'
import type { RunTrace, TraceIds } from '../score-trace.ts'
import { api, type Context, type Span } from './opentelemetry.ts'
import { headersWithin, idsOf } from './span-context.ts'

/** A span that is active while something runs, and nobody's to end here. */
export class PassedOn implements RunTrace {
  readonly ids: TraceIds
  readonly isSampled: boolean
  protected readonly span: Span
  readonly #context: Context
  readonly #original: IncomingHttpHeaders
  #headers: IncomingHttpHeaders | null = null

  constructor(span: Span, parent: Context, headers: IncomingHttpHeaders) {
    this.span = span
    this.ids = idsOf(span)
    this.isSampled = span.isRecording()
    this.#context = api.trace.setSpan(parent, span)
    this.#original = headers
  }

  /** Made when they are asked for: models never do. */
  get headers(): IncomingHttpHeaders {
    this.#headers ??= headersWithin(this.#context, this.#original)
    return this.#headers
  }

  within<T>(run: () => T): T {
    return api.context.with(this.#context, run)
  }

  failed(_: ScorehostError): void {}

  cancelled(): void {}

  end(): void {}
}

/** A span of its own. */
export class TracedRun extends PassedOn {
  readonly #now: () => number
  #hasEnded = false

  /** @param now Milliseconds since 1970. */
  constructor(span: Span, parent: Context, headers: IncomingHttpHeaders, now: () => number) {
    super(span, parent, headers)
    this.#now = now
  }

  override failed(error: ScorehostError): void {
    if (this.#hasEnded) return
    noteFailure(this.span, error, this.#now())
    this.end()
  }

  override cancelled(): void {
    if (this.#hasEnded) return
    this.span.setAttribute('scorehost.aborted', true)
    this.end()
  }

  override end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.span.end(this.#now())
  }
}

/** What the score module threw comes with its stack: traces are for whoever runs the service. */
function noteFailure(span: Span, error: ScorehostError, nowMs: number): void {
  const { code, message, cause } = error
  span.setAttribute('error.type', code)
  span.setStatus({ code: api.SpanStatusCode.ERROR, message })
  if (cause !== undefined) span.recordException(cause instanceof Error ? cause : describeThrown(cause), nowMs)
}
