// A worker's answer on its way to the client.

import type { IncomingMessage, ServerResponse } from 'node:http'

/** Up to here an answer of known length is held until it is whole, in bytes, and goes out with its head in one piece. */
const ONE_PIECE_BYTES = 16_384

/** They are between the worker and us: Node says how our answer is framed, and we whether its connection is kept. */
const OWN_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/**
 * Writes an answer to the client as it comes, no faster than the client reads; a small one when it is whole.
 *
 * @param connection Value of the header.
 * @param begins Called just before the head is written: from there on there is no other answer.
 */
export function passBack(
  answer: IncomingMessage,
  response: ServerResponse,
  connection: 'close' | 'keep-alive',
  begins: () => void,
): void {
  const begin = () => {
    begins()
    response.writeHead(answer.statusCode ?? 0, answer.statusMessage, headersOf(answer, connection))
  }
  const length = Number(answer.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  if (length > ONE_PIECE_BYTES) {
    begin()
    answer.pipe(response)
    return
  }
  let body = ''
  // Node writes a head and a text as one piece, a head and bytes as two; Latin-1 is a text that is its bytes
  answer.setEncoding('latin1')
  answer.on('data', (piece: string) => {
    body += piece
  })
  answer.once('end', () => {
    // the time may be over, or the client gone, between the last piece and the end
    if (response.headersSent || response.destroyed) return
    begin()
    response.end(body, 'latin1')
  })
}

/** Names and values in turns, as they came, which Node takes as they are. */
function headersOf({ rawHeaders }: IncomingMessage, connection: string): string[] {
  const headers = ['connection', connection]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!OWN_HEADERS.has(name.toLowerCase())) headers.push(name, rawHeaders[index + 1] ?? '')
  }
  return headers
}
