// The ids a request carries: generated when absent, echoed in every answer.

import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Longest request id that is taken, in characters. */
export const MAX_REQUEST_ID_LENGTH = 100

const ID_HEADERS = ['x-request-id', 'x-ms-request-id', 'x-ms-client-request-id', 'traceid'] as const

export interface RequestIds {
  /** The id that log lines and error bodies carry. */
  readonly requestId: string
  /** The id headers of the answer. */
  readonly echo: Readonly<Record<string, string>>
  /** Name of an id header that is longer than {@link MAX_REQUEST_ID_LENGTH}, else null. */
  readonly tooLong: string | null
}

/**
 * AzureML's rule: `x-request-id` is generated when absent; the other two fall back to each other, the first of them to
 * the request id as well. A TraceId comes back as it is.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http#request-headers
 */
export function requestIds(headers: IncomingHttpHeaders): RequestIds {
  const requestId = single(headers['x-request-id']) ?? randomUUID()
  const server = single(headers['x-ms-request-id'])
  const client = single(headers['x-ms-client-request-id'])
  const echo: Record<string, string> = {
    'x-request-id': requestId,
    'x-ms-request-id': server ?? client ?? requestId,
  }
  const clientEcho = client ?? server
  if (clientEcho !== undefined) echo['x-ms-client-request-id'] = clientEcho
  const traceId = single(headers['traceid'])
  if (traceId !== undefined) echo['traceid'] = traceId
  return { requestId, echo, tooLong: tooLongOf(headers) }
}

function tooLongOf(headers: IncomingHttpHeaders): string | null {
  for (const name of ID_HEADERS) if ((headers[name]?.length ?? 0) > MAX_REQUEST_ID_LENGTH) return name
  return null
}

function single(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value[0] : value
  return text === '' ? undefined : text
}
