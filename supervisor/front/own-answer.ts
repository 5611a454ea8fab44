// An answer of the front's own, to health paths and for its errors.

import type { ServerResponse } from 'node:http'
import { errorAnswer } from '../../runtime/error-answer.ts'
import type { ScorehostError } from '../../runtime/errors.ts'

/** Said of what is no HTTP, whichever front finds it. */
export const NOT_HTTP = 'This is not a well-formed HTTP request.'

export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An error as the supervisor's own answer. */
export function ownError(
  path: string,
  error: ScorehostError,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): OwnAnswer {
  const answer = errorAnswer(path, error, requestId)
  return { ...answer, headers: { 'content-type': 'application/json', ...headers } }
}

/** Sends it with the headers that every answer to its request has, the ids above all; while the front drains every answer closes its connection. */
export function sendOwn(
  response: ServerResponse,
  { status, headers, body }: OwnAnswer,
  always: Readonly<Record<string, string>>,
  draining: boolean,
): void {
  const connection = draining ? { connection: 'close' } : {}
  const length = Buffer.byteLength(body)
  response.writeHead(status, { ...headers, ...always, 'content-length': length, ...connection })
  response.end(body)
}
