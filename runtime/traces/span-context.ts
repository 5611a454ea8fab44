// From headers to OpenTelemetry's contexts and back, by the W3C's trace context.

import type { IncomingHttpHeaders } from 'node:http'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import type { TraceIds } from '../score-trace.ts'
import { api, type Context, type Span } from './opentelemetry.ts'

const TRACE_CONTEXT = new W3CTraceContextPropagator()

/** What a client sent: trace context and baggage, by the propagator that is registered. */
export function contextOf(headers: IncomingHttpHeaders): Context {
  return api.propagation.extract(api.ROOT_CONTEXT, headers)
}

/** The same headers with a span of ours as the parent. What the client sent of another trace is gone. */
export function headersWithin(context: Context, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { traceparent, tracestate, ...others } = headers
  TRACE_CONTEXT.inject(context, others, api.defaultTextMapSetter)
  return others
}

/** As the header `traceparent` has it. */
export function traceparentOf(context: Context): string {
  const carrier: Record<string, string> = {}
  TRACE_CONTEXT.inject(context, carrier, api.defaultTextMapSetter)
  return carrier['traceparent'] ?? ''
}

export function idsOf(span: Span): TraceIds {
  const { traceId, spanId } = span.spanContext()
  return { trace_id: traceId, span_id: spanId }
}
