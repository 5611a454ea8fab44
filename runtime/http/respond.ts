// Writes replies and errors to Node's response.

import type { ServerResponse } from 'node:http'
import type { HttpReply } from '../contracts/contract.ts'
import { errorAnswer, type StatusStyle } from '../error-answer.ts'
import { asScorehostError, describeThrown, type ScorehostError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import type { EncodedStream } from '../stream-output.ts'

type Headers = Readonly<Record<string, string>>

/** Where it is noted how many bytes of body went out. */
interface Sent {
  bytesOut: number
}

/** Up to here it pays to copy a body of bytes into the piece that its head is written in: 3 µs of 45. */
const ONE_PIECE_BYTES = 16_384

/** These have no body, whatever the score module gave. */
const BODILESS = new Set([204, 205, 304])

/**
 * Sends a reply with the id headers of its request; a streamed one piece by piece, no faster than the client reads.
 *
 * @returns a promise where it is a stream, of why that broke off; null where all went well or the client has gone
 */
export function send(
  response: ServerResponse,
  reply: HttpReply,
  echo: Headers,
  sent: Sent,
): Promise<ScorehostError | null> | null {
  const { status, headers, body } = reply
  if (response.destroyed) return null
  if (typeof body !== 'string' && 'chunks' in body) {
    response.writeHead(status, headerList(headers, echo))
    return sendChunks(response, body, sent)
  }
  if (BODILESS.has(status)) {
    response.writeHead(status, headerList(headers, echo))
    response.end()
    return null
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  sent.bytesOut = length
  const list = headerList(headers, echo)
  list.push('content-length', String(length))
  response.writeHead(status, list)
  // Node writes a head and a text as one piece, a head and bytes as two; Latin-1 is a text that is its bytes
  if (typeof body !== 'string' && length <= ONE_PIECE_BYTES) response.end(latin1(body), 'latin1')
  // a text of ASCII alone is the same bytes in either encoding, and need not be encoded
  else if (length === body.length) response.end(body, 'latin1')
  else response.end(body)
  return null
}

/** Names and values in turns, which Node takes as they are; of an object it would make this list. The echo counts for more. */
function headerList(headers: Headers, echo: Headers): string[] {
  const list: string[] = []
  for (const name of Object.keys(headers))
    if (!Object.hasOwn(echo, name)) list.push(name, headers[name] ?? '')
  for (const name of Object.keys(echo)) list.push(name, echo[name] ?? '')
  return list
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

async function sendChunks(
  response: ServerResponse,
  { chunks, lastWords }: EncodedStream,
  sent: Sent,
): Promise<ScorehostError | null> {
  try {
    for await (const chunk of chunks) {
      sent.bytesOut += Buffer.byteLength(chunk)
      if (!response.write(chunk)) await drained(response)
    }
    response.end()
    return null
  } catch (thrown) {
    if (response.destroyed) return null
    const error = asScorehostError(thrown)
    if (lastWords === null) response.destroy()
    else response.end(lastWords(error))
    return error
  }
}

/** Settles when the client has read, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const stop = () => {
      response.off('drain', stop).off('close', stop)
      resolve()
    }
    response.on('drain', stop).on('close', stop)
  })
}

/**
 * The answer to a request that failed.
 *
 * @param settings Of which `debug` puts the cause's text and stack into the answer, as `detail`.
 */
export function errorReply(
  path: string,
  error: ScorehostError,
  requestId: string,
  settings: StatusStyle & Pick<Settings, 'debug'>,
): HttpReply {
  const detail = settings.debug && error.cause !== undefined ? describeThrown(error.cause) : null
  return {
    ...errorAnswer(path, error, requestId, { detail, style: settings }),
    headers: { 'content-type': 'application/json' },
  }
}
