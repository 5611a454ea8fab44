// From the bytes of a request to a value: JSON, text, a form, bytes.

import { messageOf, ScorehostError } from './errors.ts'
import { isJsonType } from './media-type.ts'
import { type MultipartLimits, readMultipart } from './multipart.ts'
import { parseJson } from './prototype-keys.ts'
import { isJsonLines, jsonLines } from './record-formats.ts'
import { decodeUtf8 } from './utf8.ts'

type Decoder = (body: Buffer, contentType: string | null, limits: MultipartLimits) => unknown

/** Clients send few different content types; whoever sends many is not to fill the memory. */
const MOST_DECODERS = 100
const decoders = new Map<string | null, Decoder>()

/**
 * The value that a body stands for: of JSON its value, of JSON lines an array, of `text/*` a string, of `multipart/form-data` its fields and files (a
 * promise), of anything else a Buffer.
 *
 * A body without a content type is JSON, and so is one with curl's default, the form type: what is sent to a scoring
 * service with `curl -d` is JSON all but always.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_UNSUPPORTED, ERR_INPUT_TOO_LARGE
 */
export function decodeInput(contentType: string | null, body: Buffer, limits: MultipartLimits): unknown {
  let decode = decoders.get(contentType)
  if (decode === undefined) {
    decode = decoderFor(contentType)
    if (decoders.size < MOST_DECODERS) decoders.set(contentType, decode)
  }
  return decode(body, contentType, limits)
}

function decoderFor(contentType: string | null): Decoder {
  const [first = '', ...parameters] = (contentType ?? '').split(';').map(part => part.trim().toLowerCase())
  if (first === 'multipart/form-data')
    return (body, type, limits) => readMultipart(type ?? first, body, limits)
  const isText = first.startsWith('text/')
  if (!isText && !isJsonType(first) && !isJsonLines(first)) return body => body
  const charset = parameters
    .find(part => part.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '')
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    const message = `The charset ${charset} is not supported; send UTF-8.`
    return () => {
      throw new ScorehostError('ERR_INPUT_UNSUPPORTED', message)
    }
  }
  if (isJsonLines(first)) return (body, type) => jsonLines(decodeText(body, type), parseJson)
  return isText ? decodeText : (body, type) => decodeJson(decodeText(body, type), type)
}

function decodeText(body: Buffer, contentType: string | null): string {
  try {
    return decodeUtf8(body)
  } catch (thrown) {
    throw malformed(contentType, thrown)
  }
}

function decodeJson(text: string, contentType: string | null): unknown {
  try {
    return parseJson(text)
  } catch (thrown) {
    throw malformed(contentType, text === '' ? new Error('not JSON: it is empty') : thrown)
  }
}

function malformed(contentType: string | null, thrown: unknown): ScorehostError {
  const text = messageOf(thrown)
  const why = thrown instanceof SyntaxError ? `not JSON: ${text}` : text
  const what =
    contentType === null
      ? 'The body, taken for JSON because it has no content type,'
      : `The body (${contentType})`
  return new ScorehostError('ERR_INPUT_MALFORMED', `${what} is ${why}`)
}

const NO_QUERY: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null))

/**
 * Query parameters by name: each parsed as JSON where it is JSON, else its text; repeated ones are arrays.
 *
 * @param query Without the question mark.
 */
export function decodeQuery(query: string): Readonly<Record<string, unknown>> {
  if (query === '') return NO_QUERY
  const values: Record<string, unknown> = Object.create(null)
  const parameters = new URLSearchParams(query)
  parameters.delete('__proto__')
  for (const name of new Set(parameters.keys())) {
    const all = parameters.getAll(name).map(jsonOrText)
    values[name] = all.length === 1 ? all[0] : all
  }
  return values
}

function jsonOrText(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
