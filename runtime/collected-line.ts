// One request that was collected, as a line of JSON.

import { isUtf8 } from 'node:buffer'
import { tensorsAsJson } from './collected-tensors.ts'
import type { CollectedBody, CollectedRequest } from './data-collection.ts'
import { mediaTypeOf } from './media-type.ts'

/** Types whose bodies are text, beside `text/*`; curl's default is among them. */
const TEXT_TYPE =
  /^$|^text\/|[/+](?:json|xml|yaml|csv|jsonlines|json-lines|x-jsonlines|x-ndjson|x-www-form-urlencoded)$/

/** With its line break. @param worker The slot of the worker that scored it. */
export function collectedLine(request: CollectedRequest, worker: number): string {
  const { timeMs, requestId, method, path, status, error, runMs, input, output } = request
  const time = new Date(timeMs).toISOString()
  const head = JSON.stringify({ time, requestId, worker, method, path, status, error, runMs })
  return `${head.slice(0, -1)},"input":${bodyText(input)},"output":${output === null ? 'null' : bodyText(output)}}\n`
}

function bodyText({ contentType, kept, cutFrom, jsonBytes }: CollectedBody): string {
  const bytes = typeof kept === 'string' ? Buffer.from(kept) : asBuffer(kept)
  const cut = cutFrom === null ? '' : ',"truncated":true'
  const content =
    cutFrom === null ? whole(bytes, contentType, jsonBytes) : textOrBase64(withoutBroken(bytes), contentType)
  return `{"contentType":${JSON.stringify(contentType)},"bytes":${cutFrom ?? bytes.length}${cut},${content}}`
}

function whole(bytes: Buffer, contentType: string | null, jsonBytes: number | null): string {
  const tensors = jsonBytes === null ? null : tensorsAsJson(bytes, jsonBytes)
  if (tensors !== null) return `"json":${tensors}`
  const json = mayBeJson(bytes, contentType) ? jsonIn(bytes) : null
  return json === null ? textOrBase64(bytes, contentType) : `"json":${json}`
}

/** Clients of the V2 protocol send JSON under any type or none. */
function mayBeJson(bytes: Buffer, contentType: string | null): boolean {
  const mediaType = mediaTypeOf(contentType)
  if (mediaType.startsWith('text/')) return false
  return TEXT_TYPE.test(mediaType) || bytes[0] === OPENING_BRACE
}
const OPENING_BRACE = 0x7b

/** The text as it is, so that large integers keep their digits, but in one line: in JSON a line break is always between tokens. */
function jsonIn(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return null
  const text = bytes.toString()
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  return text.replace(/[\r\n]+/g, ' ')
}

function textOrBase64(bytes: Buffer, contentType: string | null): string {
  return TEXT_TYPE.test(mediaTypeOf(contentType)) && isUtf8(bytes)
    ? `"text":${JSON.stringify(bytes.toString())}`
    : `"base64":"${bytes.toString('base64')}"`
}

/** Without the beginning of a character at the end of what was cut. */
function withoutBroken(bytes: Buffer): Buffer {
  for (let end = bytes.length; end > bytes.length - 4 && end > 0; end--) {
    const first = bytes[end - 1] ?? 0
    if (first < 0x80) break
    // the first byte of a character of several
    if (first >= 0xc0) return isUtf8(bytes.subarray(end - 1)) ? bytes : bytes.subarray(0, end - 1)
  }
  return bytes
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
