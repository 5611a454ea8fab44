// Reads the body of a request, up to the limit, and undoes its content encoding.

import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { bodyTooLarge, ScorehostError } from '../errors.ts'

/** Enough for every element of a tensor. */
const ALIGNMENT = 8
/** What Node reads at once, and so what may come in one piece. */
const ONE_PIECE_BYTES = 65_536
/**
 * Of a body of known length up to this one the pieces are put together as they come, while they are in the processor's cache, and
 * none is kept. More is not given away before it is there: a client may say any length.
 */
const MOST_AHEAD_BYTES = 16_777_216

interface BodyOptions {
  readonly encodings?: readonly string[] | undefined
  readonly alignedAt?: number | undefined
}

/**
 * The whole body, decoded.
 *
 * @param maxBytes Limit of its length, in bytes, before and after decoding.
 * @param more `encodings` are those that are taken, unset all that are known. `alignedAt` is a place in the body that is to lie at a
 *   multiple of 8 in memory, so that a typed array can be a view of what begins there. Of a body that comes in one piece or is
 *   encoded it may not: such ones are small, or decoding costs far more.
 * @throws ScorehostError ERR_INPUT_TOO_LARGE, ERR_INPUT_UNSUPPORTED, ERR_INPUT_MALFORMED; the request's own error where the
 *   client hangs up
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  more: BodyOptions = {},
): Promise<Buffer> {
  const { alignedAt = 0, encodings = Object.keys(DECODERS) } = more
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return readBytes(request, maxBytes, alignedAt)
  const decode = encodings.includes(encoding) ? DECODERS[encoding] : undefined
  if (decode === undefined) {
    const message = `The content encoding ${encoding} is not supported; ${encodings.join(', ')} are.`
    throw new ScorehostError('ERR_INPUT_UNSUPPORTED', message)
  }
  return readBytes(request, maxBytes, 0).then(bytes => undo(encoding, decode, bytes, maxBytes))
}

function readBytes(request: IncomingMessage, maxBytes: number, alignedAt: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBytes) throw bodyTooLarge(maxBytes)
  return new Promise((resolve, reject) => {
    const body =
      declared > ONE_PIECE_BYTES && declared <= MOST_AHEAD_BYTES ? allocate(declared, alignedAt) : null
    const chunks: Buffer[] = []
    let length = 0
    const take = (chunk: Buffer) => {
      const at = length
      length += chunk.length
      if (length > maxBytes) {
        request.off('data', take)
        reject(bodyTooLarge(maxBytes))
      } else if (body === null) chunks.push(chunk)
      else body.set(chunk, at)
    }
    request.on('data', take)
    request.once('end', () => resolve(body ?? join(chunks, length, alignedAt)))
    request.once('error', reject)
  })
}

/** As Buffer.concat, aligned. */
function join(chunks: readonly Buffer[], length: number, alignedAt: number): Buffer {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const bytes = allocate(length, alignedAt)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** Not of the pool, where it would begin anywhere. */
function allocate(length: number, alignedAt: number): Buffer {
  const start = (ALIGNMENT - (alignedAt % ALIGNMENT)) % ALIGNMENT
  return Buffer.allocUnsafeSlow(start + length).subarray(start)
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
