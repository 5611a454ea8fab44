// Reads the body of a request, up to the limit, and undoes its content encoding.

import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { bodyTooLarge, ScorehostError } from '../errors.ts'

/**
 * The whole body, decoded.
 *
 * @param maxBytes Limit of its length, in bytes, before and after decoding.
 * @param encodings Those that are taken.
 * @throws ScorehostError ERR_INPUT_TOO_LARGE, ERR_INPUT_UNSUPPORTED, ERR_INPUT_MALFORMED; the request's own error where the
 *   client hangs up
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  encodings: readonly string[] = Object.keys(DECODERS),
): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return readBytes(request, maxBytes)
  const decode = encodings.includes(encoding) ? DECODERS[encoding] : undefined
  if (decode === undefined) {
    const message = `The content encoding ${encoding} is not supported; ${encodings.join(', ')} are.`
    throw new ScorehostError('ERR_INPUT_UNSUPPORTED', message)
  }
  return readBytes(request, maxBytes).then(bytes => undo(encoding, decode, bytes, maxBytes))
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
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

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const gunzipAsync: Decode = promisify(gunzip)
const inflateAsync: Decode = promisify(inflate)
const inflateRawAsync: Decode = promisify(inflateRaw)

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzipAsync,
  'x-gzip': gunzipAsync,
  // by the standard it is the zlib format; some clients send the bare one
  deflate: (bytes, options) =>
    ((bytes[0] ?? 0) & 0x0f) === ZLIB_DEFLATE
      ? inflateAsync(bytes, options)
      : inflateRawAsync(bytes, options),
  br: promisify(brotliDecompress),
}
/** Low half of the first byte of the zlib format. @see https://www.rfc-editor.org/rfc/rfc1950#section-2.2 */
const ZLIB_DEFLATE = 8

async function undo(encoding: string, decode: Decode, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await decode(bytes, { maxOutputLength: maxBytes })
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException // true: zlib throws errors with a code
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes)
    throw new ScorehostError('ERR_INPUT_MALFORMED', `The body is not ${encoding}: ${message}`, {
      cause: thrown,
    })
  }
}
