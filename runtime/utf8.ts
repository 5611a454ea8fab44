// Text of bytes that claim to be UTF-8.

import { isUtf8 } from 'node:buffer'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
/** Shown of what is wrong. */
const SHOWN_BYTES = 4
const PIECE_BYTES = 65_536

/**
 * The text, without a byte order mark.
 *
 * @throws RangeError naming the offset of the first byte that is not UTF-8
 */
export function decodeUtf8(bytes: Buffer): string {
  const start = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
  if (isUtf8(bytes)) return bytes.toString('utf8', start)
  const offset = firstInvalid(bytes)
  const shown = bytes.subarray(offset, offset + SHOWN_BYTES).toString('hex')
  throw new RangeError(`not UTF-8 at offset ${offset} (0x${shown})`)
}

/** Of bytes that are not UTF-8. Whole pieces first: to ask for each character of a large body would take seconds. */
function firstInvalid(bytes: Buffer): number {
  let offset = 0
  for (;;) {
    const end = characterStart(bytes, offset + PIECE_BYTES)
    if (!isUtf8(bytes.subarray(offset, end))) break
    offset = end
  }
  for (;;) {
    const end = offset + lengthByLead(bytes[offset] ?? 0)
    if (!isUtf8(bytes.subarray(offset, end)) || end > bytes.length) return offset
    offset = end
  }
}

/** The start of the character that has the byte at `near`, which may be beyond the end. */
function characterStart(bytes: Buffer, near: number): number {
  if (near >= bytes.length) return bytes.length
  let start = near
  while (near - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1
  return start
}

function lengthByLead(lead: number): number {
  if (lead < 0x80) return 1
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}
