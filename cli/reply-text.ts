// An answer as scorehost check shows it.

import type { HttpReply } from '../runtime/contracts/contract.ts'
import type { EncodedStream } from '../runtime/stream-output.ts'

const MOST_BYTES_SHOWN = 32

/** Writes status and headers where the status is not 200, then the body; of a stream each piece when it comes. */
export async function writeReply(
  { status, headers, body }: HttpReply,
  write: (text: string) => void,
): Promise<void> {
  if (status !== 200) {
    const lines = [`status ${status}`, ...Object.entries(headers).map(header => header.join(': '))]
    write(`${lines.join('\n')}\n\n`)
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) await writeStream(body, write)
  else write(`${bodyText(body, headers['content-type'] ?? '')}\n`)
}

async function writeStream(
  { contentType, chunks }: EncodedStream,
  write: (text: string) => void,
): Promise<void> {
  // text is text whatever it is cut into: a character that two pieces share is whole again
  const decoder = new TextDecoder()
  let pieces = 0
  for await (const piece of chunks) {
    pieces += 1
    if (typeof piece === 'string') write(piece)
    else write(isText(contentType) ? decoder.decode(piece, { stream: true }) : `${bytesText(piece)}\n`)
  }
  write(`\n(streamed, ${pieces} ${pieces === 1 ? 'piece' : 'pieces'})\n`)
}

function bodyText(body: string | Uint8Array, contentType: string): string {
  if (/[/+]json\b/.test(contentType)) return prettyJson(textOf(body))
  return typeof body === 'string' || isText(contentType) ? textOf(body) : bytesText(body)
}

function isText(contentType: string): boolean {
  return /^text\/|[/+](json|xml)\b|ndjson|jsonl/.test(contentType)
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString()
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text // a module may call anything JSON
  }
}

function bytesText(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, MOST_BYTES_SHOWN))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  return `${bytes.length} bytes: ${start}${bytes.length > MOST_BYTES_SHOWN ? ' …' : ''}`
}
