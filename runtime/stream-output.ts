// From a streamed result to the chunks of an answer: server-sent events, or the pieces as they are.

import { errorBody, type ScorehostError } from './errors.ts'
import { toJson } from './output.ts'
import type { ResultStream } from './result-stream.ts'

export interface EncodedStream {
  readonly contentType: string
  readonly chunks: AsyncIterable<string | Uint8Array>
  /** What a client that has a part of the answer already is told of a failure; null where its connection is all that tells. */
  readonly lastWords: ((error: ScorehostError) => string) | null
}

const EVENT_STREAM = 'text/event-stream'

/**
 * Server-sent events for a client that accepts them; else bytes and text as they are, and any other values as JSON lines.
 *
 * @param chosenType The content type that the score module chose: its pieces go out as they are.
 * @param accept The client's header.
 * @throws ScorehostError ERR_RUN_FAILED where JSON cannot carry the first piece
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function encodeStream(
  stream: ResultStream,
  chosenType: string | undefined,
  accept: string | undefined,
  requestId: string,
): Promise<EncodedStream> {
  const isEvents = chosenType === undefined && accept?.includes(EVENT_STREAM) === true
  const encode = isEvents ? toEvent : toPlain
  const { done, value } = await stream.next()
  // at once: what is wrong with the first piece can still be an answer of its own
  const first = done === true ? null : encodeOrCancel(value, encode, stream)
  async function* chunks() {
    if (first !== null) yield first
    for await (const piece of stream) yield encode(piece)
  }
  const contentType = isEvents ? EVENT_STREAM : (chosenType ?? typeOf(value))
  const lastWords = isEvents
    ? (error: ScorehostError) => toEvent(errorBody(error.code, error.message, requestId), 'error')
    : null
  return { contentType, chunks: chunks(), lastWords }
}

function encodeOrCancel<Out>(piece: unknown, encode: (piece: unknown) => Out, stream: ResultStream): Out {
  try {
    return encode(piece)
  } catch (thrown) {
    void stream.return()
    throw thrown
  }
}

function typeOf(first: unknown): string {
  if (first instanceof Uint8Array) return 'application/octet-stream'
  return typeof first === 'string' ? 'text/plain; charset=utf-8' : 'application/x-ndjson'
}

function toPlain(piece: unknown): string | Uint8Array {
  return piece instanceof Uint8Array || typeof piece === 'string' ? piece : `${toJson(piece ?? null)}\n`
}

/** One event; text over several lines is several data lines, which the client puts together again. */
function toEvent(piece: unknown, name?: string): string {
  const text =
    piece instanceof Uint8Array
      ? Buffer.from(piece).toString()
      : typeof piece === 'string'
        ? piece
        : toJson(piece ?? null)
  const data = text.split(/\r\n|\r|\n/).map(line => `data: ${line}\n`)
  return `${name === undefined ? '' : `event: ${name}\n`}${data.join('')}\n`
}
