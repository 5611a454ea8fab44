// An error as the answer to a request, in the envelope of the contract that its path belongs to.

import { ERRORS, type ErrorCode, errorBody, type ScorehostError } from './errors.ts'

export interface ErrorAnswer {
  readonly status: number
  /** JSON text. */
  readonly body: string
}

/** Statuses that the V2 protocol has of its own: there a body is unsupported only by its encoding. */
const V2_STATUS: Partial<Record<ErrorCode, number>> = { ERR_INPUT_UNSUPPORTED: 501 }

/**
 * @param path Of the request.
 * @param detail Text of what caused it, for whoever debugs; null for everybody else.
 */
export function errorAnswer(
  path: string,
  { code, message, details }: ScorehostError,
  requestId: string,
  detail: string | null = null,
): ErrorAnswer {
  const status = ERRORS[code].status ?? 500
  const more = detail === null ? {} : { detail }
  if (!isV2(path)) return { status, body: errorBody(code, message, requestId, details, more) }
  const body = JSON.stringify({ error: message, code, requestId, ...more })
  return { status: V2_STATUS[code] ?? status, body }
}

function isV2(path: string): boolean {
  return path === '/v2' || path.startsWith('/v2/')
}
