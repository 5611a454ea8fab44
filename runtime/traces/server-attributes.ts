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
 * What is known when it comes, which is what samplers go by. Written name by name: to spread objects took a tenth of what it
 * costs to trace a request.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export function arrivalAttributes({ method, path, headers, requestId }: Arrival): SpanAttributes {
  const attributes = requestAttributes(method, path, requestId)
  attributes['url.scheme'] = schemeOf(headers['x-forwarded-proto'])
  if (headers.host !== undefined) addHost(attributes, headers.host)
  return attributes
}

/** Of a request that the front has answered itself, and a worker is told of. */
export function frontAttributes({ method, path, requestId, status, code }: FrontAnswer): SpanAttributes {
  const attributes = requestAttributes(method, path, requestId)
  attributes['http.response.status_code'] = status
  attributes['error.type'] = code
  attributes['scorehost.answered_by'] = 'front'
  return attributes
}

function requestAttributes(method: string, path: string, requestId: string): SpanAttributes {
  const attributes: SpanAttributes = {
    'http.request.method': METHODS.has(method) ? method : '_OTHER',
    'url.path': path,
    'scorehost.request_id': requestId,
  }
  if (!METHODS.has(method)) attributes['http.request.method_original'] = method
  return attributes
}

/**
 * What is known when it has been answered.
 *
 * @param failure Why it was answered with an error, or broke off; null where neither is so.
 */
export function answerAttributes(record: RequestRecord, failure: ScorehostError | null): SpanAttributes {
  const { route, status, timing } = record
  const attributes: SpanAttributes = {}
  if (route !== NO_ROUTE) attributes['http.route'] = route
  // a connection that we cut is no client's that has gone, who has not seen the status
  if (record.aborted && failure === null) attributes['scorehost.aborted'] = true
  else attributes['http.response.status_code'] = status
  const errorType = failure?.code ?? (isServerFailure(record) ? `${status}` : null)
  if (errorType !== null) attributes['error.type'] = errorType
  if (timing.queueMs !== null) attributes['scorehost.queue_ms'] = timing.queueMs
  if (timing.runMs !== null) attributes['scorehost.run_ms'] = timing.runMs
  return attributes
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
  if (forwarded === undefined) return 'http'
  return `${forwarded}`.split(',', 1)[0]?.trim() || 'http'
}

function addHost(attributes: SpanAttributes, host: string): void {
  const [, address = host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? []
  attributes['server.address'] = address
  if (port !== undefined) attributes['server.port'] = Number(port)
}
