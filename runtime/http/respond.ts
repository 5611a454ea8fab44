// Writes replies and errors to Node's response.

import type { ServerResponse } from 'node:http'
import type { HttpReply } from '../contracts/contract.ts'
import { describeThrown, ERRORS, errorBody, type ScorehostError } from '../errors.ts'

/** Sends a reply with the id headers of its request. */
export function send(
  response: ServerResponse,
  reply: HttpReply,
  echo: Readonly<Record<string, string>>,
): void {
  if (response.destroyed) return
  const length = typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.length
  response.writeHead(reply.status, { ...reply.headers, ...echo, 'content-length': length })
  response.end(reply.body)
}

/**
 * The answer to a request that failed.
 *
 * @param debug Puts the cause's text and stack into the answer, as `detail`.
 */
export function errorReply(error: ScorehostError, requestId: string, debug: boolean): HttpReply {
  const body =
    debug && error.cause !== undefined
      ? JSON.stringify({
          code: error.code,
          message: error.message,
          requestId,
          detail: describeThrown(error.cause),
        })
      : errorBody(error.code, error.message, requestId)
  return { status: ERRORS[error.code].status ?? 500, headers: { 'content-type': 'application/json' }, body }
}
