// From the bytes of a request to the input of run().

import { ScorehostError } from './errors.ts'

/** `ignoreBOM: false` drops a byte order mark, which JSON.parse would choke on. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/**
 * The input that a body stands for: JSON its value, `text/*` a string, anything else a Buffer.
 *
 * A body without a content type is JSON, and so is one with curl's default, the form type: what is sent to a scoring
 * service with `curl -d` is JSON all but always.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_UNSUPPORTED
 */
export function decodeInput(contentType: string | null, body: Buffer): unknown {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (isJson(mediaType)) return parseJson(decodeText(body), contentType)
  if (mediaType.startsWith('text/')) return decodeText(body)
  if (mediaType === 'multipart/form-data') {
    throw new ScorehostError(
      'ERR_INPUT_UNSUPPORTED',
      'The content type multipart/form-data is not supported.',
    )
  }
  return body
}

function isJson(mediaType: string): boolean {
  return (
    mediaType === 'application/json' ||
    mediaType === '' ||
    mediaType === 'application/x-www-form-urlencoded' ||
    mediaType.endsWith('+json')
  )
}

function decodeText(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new ScorehostError('ERR_INPUT_MALFORMED', 'The body is not UTF-8.')
  }
}

function parseJson(text: string, contentType: string | null): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    const why = text === '' ? 'it is empty' : thrown instanceof Error ? thrown.message : String(thrown)
    const as =
      contentType === null
        ? 'The body, taken for JSON because it has no content type,'
        : `The body (${contentType})`
    throw new ScorehostError('ERR_INPUT_MALFORMED', `${as} is not JSON: ${why}`)
  }
}

/** Query parameters by name: each parsed as JSON where it is JSON, else its text; repeated ones are arrays. */
export function decodeQuery(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = Object.create(null)
  for (const name of new Set(query.keys())) {
    const all = query.getAll(name).map(jsonOrText)
    values[name] = all.length === 1 ? all[0] : all
  }
  return values
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
