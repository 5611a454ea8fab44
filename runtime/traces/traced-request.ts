// One request in a trace: its own span from its arrival to its end, below it those of its queue and of its runs.

import type { IncomingHttpHeaders } from 'node:http'
import { ERRORS, type ScorehostError } from '../errors.ts'
import { NO_ROUTE, type RequestRecord } from '../request-record.ts'
import type { Arrival, RequestTrace } from '../request-trace.ts'
import type { RunTrace, TraceIds } from '../score-trace.ts'
import { api, type Context, type Span, type Tracer } from './opentelemetry.ts'
import {
  answerAttributes,
  arrivalAttributes,
  isServerFailure,
  type SpanAttributes,
  spanName,
} from './server-attributes.ts'
import { contextOf, idsOf, traceparentOf } from './span-context.ts'
import { PassedOn, TracedRun } from './traced-run.ts'
import { clockOrigin } from './wall-clock.ts'

/** Of a request with thousands of instances no more runs than these have a span: the spans of others are worth more. */
const MOST_RUNS = 128

export class TracedRequest implements RequestTrace {
  readonly ids: TraceIds
  readonly echo: Readonly<Record<string, string>>
  readonly #tracer: Tracer
  readonly #span: Span
  readonly #context: Context
  readonly #originMs = clockOrigin()
  readonly #waitedMs: number
  readonly #startMs: number
  #hasWaited = false
  #runs = 0
  #model: SpanAttributes = {}
  #failure: ScorehostError | null = null

  constructor(tracer: Tracer, arrival: Arrival, attributes: SpanAttributes) {
    this.#tracer = tracer
    this.#waitedMs = arrival.waitedMs
    this.#startMs = this.#now() - arrival.waitedMs
    const parent = contextOf(arrival.headers)
    this.#span = tracer.startSpan(
      spanName(arrival.method, NO_ROUTE),
      {
        kind: api.SpanKind.SERVER,
        startTime: this.#startMs,
        attributes: Object.assign(arrivalAttributes(arrival), attributes),
      },
      parent,
    )
    this.#context = api.trace.setSpan(parent, this.#span)
    this.ids = idsOf(this.#span)
    this.echo = { traceparent: traceparentOf(this.#context) }
  }

  scoredBy(model: string, version: string): void {
    this.#model = { 'scorehost.model': model, 'scorehost.model_version': version }
  }

  waited(waitMs: number): void {
    if (this.#hasWaited || !this.#span.isRecording()) return
    this.#hasWaited = true
    const nowMs = this.#now()
    const startTime = Math.max(this.#startMs, nowMs - waitMs - this.#waitedMs)
    this.#tracer.startSpan('queue', { startTime }, this.#context).end(nowMs)
  }

  runBegins(headers: IncomingHttpHeaders, together: number): RunTrace {
    this.#runs += 1
    if (this.#runs > MOST_RUNS || !this.#span.isRecording())
      return new PassedOn(this.#span, this.#context, headers)
    const attributes = Object.assign({ 'scorehost.batch_size': together }, this.#model)
    const span = this.#tracer.startSpan('run', { startTime: this.#now(), attributes }, this.#context)
    return new TracedRun(span, this.#context, headers, () => this.#now())
  }

  failed(error: ScorehostError): void {
    this.#failure = error
  }

  ended(record: RequestRecord): void {
    const span = this.#span
    if (!span.isRecording()) return
    span.updateName(spanName(record.method, record.route))
    span.setAttributes(Object.assign(answerAttributes(record, this.#failure), this.#model))
    this.#noteFailure(record)
    span.end(this.#startMs + record.durationMs)
  }

  /** An answer of 500 and above, or one that broke off; what is the client's fault is none of ours. */
  #noteFailure(record: RequestRecord): void {
    const error = this.#failure
    const isOurs = error !== null && ERRORS[error.code].fault !== 'client'
    if (!isServerFailure(record) && !isOurs) return
    this.#span.setStatus({ code: api.SpanStatusCode.ERROR, message: error?.message ?? '' })
  }

  #now(): number {
    return this.#originMs + performance.now()
  }
}
