// The span of a request that the front answered itself, made when that is over.

import { NO_ROUTE } from '../request-record.ts'
import type { FrontAnswer } from '../request-trace.ts'
import { api, type Tracer } from './opentelemetry.ts'
import { frontAttributes, isServerFailure, spanName } from './server-attributes.ts'
import { contextOf } from './span-context.ts'

export function traceFrontAnswer(tracer: Tracer, answer: FrontAnswer): void {
  const { method, startedAtMs, durationMs, traceparent } = answer
  const span = tracer.startSpan(
    spanName(method, NO_ROUTE),
    { kind: api.SpanKind.SERVER, startTime: startedAtMs, attributes: frontAttributes(answer) },
    contextOf(traceparent === null ? {} : { traceparent }),
  )
  if (isServerFailure(answer)) span.setStatus({ code: api.SpanStatusCode.ERROR })
  span.end(startedAtMs + durationMs)
}
