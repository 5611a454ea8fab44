// Reads the body of a request, up to the limit.

import type { IncomingMessage } from 'node:http'
import { bodyTooLarge, ScorehostError } from '../errors.ts'

/**
 * The whole body.
 *
 * @param maxBytes Limit of its length, in bytes.
 * @throws ScorehostError ERR_INPUT_TOO_LARGE, ERR_INPUT_UNSUPPORTED; the request's own error where the client hangs up
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw new ScorehostError('ERR_INPUT_UNSUPPORTED', `The content encoding ${encoding} is not supported.`)
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw bodyTooLarge(maxBytes)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const take = (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBytes) {
        request.off('data', take)
        reject(bodyTooLarge(maxBytes))
      } else chunks.push(chunk)
    }
    request.on('data', take)
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    )
    request.once('error', reject)
  })
}
