// An answer of the front's own, to health paths and for its errors.

import type { ServerResponse } from 'node:http'
import type { RequestIds } from '../../runtime/request-id.ts'

/** Said of what is no HTTP, whichever front finds it. */
export const NOT_HTTP = 'This is not a well-formed HTTP request.'

export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends it with the id headers of its request; while the front drains every answer closes its connection. */
export function sendOwn(
  response: ServerResponse,
  { status, headers, body }: OwnAnswer,
  ids: RequestIds,
  draining: boolean,
): void {
  const connection = draining ? { connection: 'close' } : {}
  const length = Buffer.byteLength(body)
  response.writeHead(status, { ...headers, ...ids.echo, 'content-length': length, ...connection })
  response.end(body)
}
