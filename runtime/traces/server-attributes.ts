// What the span of a request says of it, in the names of OpenTelemetry's conventions. Nothing of its input: no query, no headers.

import type { ScorehostError } from '../errors.ts'
import { NO_ROUTE, type RequestRecord } from '../request-record.ts'
import type { Arrival, FrontAnswer } from '../request-trace.ts'

export type SpanAttributes = Record<string, string | number | boolean>

/** Others could be anything, and there would be no end of them. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
])
const FAILED = 500

/**
 * What is known when it comes, which is what samplers go by.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export function arrivalAttributes({ method, path, headers, requestId }: Arrival): SpanAttributes {
  const { host } = headers
  return {
    ...requestAttributes(method, path, requestId),
    'url.scheme': schemeOf(headers['x-forwarded-proto']),
    ...(host === undefined ? {} : hostAttributes(host)),
  }
}

/** Of a request that the front has answered itself, and a worker is told of. */
export function frontAttributes({ method, path, requestId, status, code }: FrontAnswer): SpanAttributes {
  return {
    ...requestAttributes(method, path, requestId),
    'http.response.status_code': status,
    'error.type': code,
    'scorehost.answered_by': 'front',
  }
}

function requestAttributes(method: string, path: string, requestId: string): SpanAttributes {
  return {
    ...(METHODS.has(method)
      ? { 'http.request.method': method }
      : { 'http.request.method': '_OTHER', 'http.request.method_original': method }),
    'url.path': path,
    'scorehost.request_id': requestId,
  }
}

/**
 * What is known when it has been answered.
 *
 * @param failure Why it was answered with an error, or broke off; null where neither is so.
 */
export function answerAttributes(record: RequestRecord, failure: ScorehostError | null): SpanAttributes {
  const { route, status, timing } = record
  const errorType = failure?.code ?? (isServerFailure(record) ? `${status}` : null)
  // a connection that we cut is no client's that has gone, who has not seen the status
  const isAborted = record.aborted && failure === null
  return {
    ...(route === NO_ROUTE ? {} : { 'http.route': route }),
    ...(isAborted ? { 'scorehost.aborted': true } : { 'http.response.status_code': status }),
    ...(errorType === null ? {} : { 'error.type': errorType }),
    ...(timing.queueMs === null ? {} : { 'scorehost.queue_ms': timing.queueMs }),
    ...(timing.runMs === null ? {} : { 'scorehost.run_ms': timing.runMs }),
  }
}

/** `POST /score`; of what has no route only the method, for there is no end of paths. */
export function spanName(method: string, route: string): string {
  const known = METHODS.has(method) ? method : 'HTTP'
  return route === NO_ROUTE ? known : `${known} ${route}`
}

export function isServerFailure({ status }: { readonly status: number }): boolean {
  return status >= FAILED
}

/** Each proxy adds its own behind what the client used. */
function schemeOf(forwarded: string | string[] | undefined): string {
  return `${forwarded ?? ''}`.split(',', 1)[0]?.trim() || 'http'
}

function hostAttributes(host: string): SpanAttributes {
  const [, address = host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? []
  return { 'server.address': address, ...(port === undefined ? {} : { 'server.port': Number(port) }) }
}
