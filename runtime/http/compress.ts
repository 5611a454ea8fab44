// The content encoding of a reply, as its client accepts it.

import { promisify } from 'node:util'
import { deflate, gzip } from 'node:zlib'
import type { HttpReply } from '../contracts/contract.ts'

type Encode = (bytes: string | Uint8Array) => Promise<Buffer>

const ENCODERS: ReadonlyMap<string, Encode> = new Map([
  ['gzip', promisify<string | Uint8Array, Buffer>(gzip)],
  ['deflate', promisify<string | Uint8Array, Buffer>(deflate)],
])

/** Less than fits one packet gains nothing. */
const LEAST_BYTES = 1024

/**
 * Compresses the body of a reply where the client accepts it and it pays.
 *
 * @param accepted The client's Accept-Encoding.
 */
export function compress(reply: HttpReply, accepted: string | undefined): HttpReply | Promise<HttpReply> {
  const { body } = reply
  const vary = { ...reply.headers, vary: 'accept-encoding' }
  if (accepted === undefined || !isBytes(body) || body.length < LEAST_BYTES)
    return { ...reply, headers: vary }
  const encoding = chooseEncoding(accepted)
  const encode = ENCODERS.get(encoding ?? '')
  if (encoding === null || encode === undefined) return { ...reply, headers: vary }
  const encoded = { ...vary, 'content-encoding': encoding }
  return encode(body).then(bytes => ({ ...reply, headers: encoded, body: bytes }))
}

function isBytes(body: HttpReply['body']): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array
}

/** The first of ours with the highest weight above 0, unless the reply as it is has a higher one. @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
function chooseEncoding(accepted: string): string | null {
  const weights = new Map(
    accepted.split(',').map(part => {
      const [coding = '', ...parameters] = part.split(';').map(text => text.trim().toLowerCase())
      const weight = parameters.find(parameter => parameter.startsWith('q='))?.slice(2)
      return [coding === 'x-gzip' ? 'gzip' : coding, weight === undefined ? 1 : Number(weight) || 0]
    }),
  )
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0
  const [best] = [...ENCODERS.keys()].toSorted((a, b) => weightOf(b) - weightOf(a))
  if (best === undefined || weightOf(best) === 0) return null
  return weightOf(best) >= (weights.get('identity') ?? 0) ? best : null
}
