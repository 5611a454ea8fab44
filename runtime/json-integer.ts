// Reads 64-bit integers from JSON with every bit, and writes them into the halves of their elements.

import type { JsonCursor } from './json-cursor.ts'

const MINUS = 0x2d
const ZERO = 0x30
/** As many as a double holds exactly whatever they are. */
const EXACT_DIGITS = 15
/** More than any 64-bit integer has. */
const MOST_DIGITS = 20
const HALF = 2 ** 32

/**
 * Reads the integer at the cursor into element `cursor.count`; the cursor moves behind it.
 *
 * @param halves The elements' low and high 32 bits, in this order: every platform that ONNX Runtime is built for is little-endian.
 * @param out The same elements.
 * @throws ScorehostError ERR_INPUT_MALFORMED
 */
export function readInteger64(
  cursor: JsonCursor,
  halves: Int32Array,
  out: BigInt64Array | BigUint64Array,
): void {
  const { bytes, at: start, count } = cursor
  const negative = bytes[start] === MINUS
  const first = negative ? start + 1 : start
  let at = first
  let digits = 0
  for (; at < first + EXACT_DIGITS; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit >>> 0 > 9) break
    digits = digits * 10 + digit
  }
  const leading = bytes[first] === ZERO && at - first > 1
  if (at === first || leading || continues(bytes[at]) || (negative && out instanceof BigUint64Array)) {
    readExactly(cursor, out)
    return
  }
  const value = negative ? -digits : digits
  halves[2 * count] = value
  halves[2 * count + 1] = Math.floor(value / HALF)
  cursor.at = at
}

/** True of a byte that makes a number of the digits in front of it which is longer, a fraction or a power. */
function continues(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= ZERO && byte <= 0x39) || byte === 0x2e || (byte | 0x20) === 0x65)
}

function readExactly(cursor: JsonCursor, out: BigInt64Array | BigUint64Array): void {
  const { bytes, at: start, count } = cursor
  const signed = out instanceof BigInt64Array
  const expected = signed ? 'an integer from -2^63 to 2^63-1' : 'an integer from 0 to 2^64-1'
  let end = start
  while (continues(bytes[end]) || bytes[end] === MINUS || bytes[end] === 0x2b) end += 1
  const value = integerOf(bytes.toString('latin1', start, end))
  if (value === null || (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) !== value)
    cursor.failElement(expected)
  out[count] = value
  cursor.at = end
}

/** The integer that a JSON number is; null where it is not one, or is none, or is far too large. */
function integerOf(text: string): bigint | null {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? []
  if (sign === undefined) return null
  const significant = trimZeros(`${whole}${fraction}`)
  const zeros = whole.length + fraction.length - significant.length + Number(power) - fraction.length
  const digits = significant.replace(/^0+/, '')
  if (digits === '') return 0n
  if (zeros < 0 || digits.length + zeros > MOST_DIGITS) return null
  return BigInt(`${sign}${digits}${'0'.repeat(zeros)}`)
}

/** Without the zeros at the end; a regular expression would look from each zero to the end of its run. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}
