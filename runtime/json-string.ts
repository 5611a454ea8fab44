// Reads JSON strings from bytes that are known to be UTF-8.

import type { JsonCursor } from './json-cursor.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
/** Up to here byte by byte, which for short strings costs less than the calls that are faster for long ones. */
const SHORT_BYTES = 64

/**
 * The string at the cursor, which moves behind it.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED where there is none, or one that a tensor cannot carry: with a NUL, where ONNX
 * Runtime would cut it, or with half a surrogate pair, which UTF-8 has no bytes for
 */
export function readString(cursor: JsonCursor): string {
  const { bytes, at: start } = cursor
  if (bytes[start] !== QUOTE) cursor.failElement('a string')
  const plainEnd = endOfPlain(bytes, start + 1)
  if (plainEnd >= 0) {
    cursor.at = plainEnd + 1
    return bytes.toString('utf8', start + 1, plainEnd)
  }
  const end = endOfString(bytes, start)
  if (end < 0) cursor.fail(`element ${cursor.count} is a string without an end`)
  const text = parseString(bytes.toString('utf8', start, end))
  if (text === null) cursor.failElement('a string')
  if (text.includes('\0'))
    cursor.fail(`element ${cursor.count} has a NUL character, which BYTES cannot carry`)
  if (/\p{Surrogate}/u.test(text))
    cursor.fail(`element ${cursor.count} has half a surrogate pair, which UTF-8 cannot carry`)
  cursor.at = end
  return text
}

/** The closing quote of a short string without escapes; -1 of any other. */
function endOfPlain(bytes: Buffer, from: number): number {
  for (let at = from; at < from + SHORT_BYTES; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) return at
    if (byte === BACKSLASH || byte < SPACE) return -1
  }
  return -1
}

/** The byte behind the string whose opening quote is at `start`; -1 where it does not end. */
export function endOfString(bytes: Buffer, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = bytes.indexOf(QUOTE, from)
    if (quote < 0) return -1
    let backslashes = 0
    while (quote - backslashes > from && bytes[quote - backslashes - 1] === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
    from = quote + 1
  }
}

function parseString(json: string): string | null {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
