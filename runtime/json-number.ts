// Reads a JSON number from bytes, bit for bit as JSON.parse does.

import { DIGITS_PER_PART, nearestDouble, TABLE_POWER } from './decimal.ts'
import type { JsonCursor } from './json-cursor.ts'

const MINUS = 0x2d
const PLUS = 0x2b
const DOT = 0x2e
const ZERO = 0x30
const LETTER_E = 0x65
const TO_LOWER_CASE = 0x20
/** Far beyond every double, whatever number of digits stands in front of it. */
const MOST_EXPONENT = 1e15

export class NumberReader {
  readonly #cursor: JsonCursor
  readonly #bytes: Buffer
  /** The first digits that matter, and those behind them. */
  #high = 0
  #low = 0
  /** Digits since the first that is not 0. */
  #count = 0
  #exponent = 0

  constructor(cursor: JsonCursor) {
    this.#cursor = cursor
    this.#bytes = cursor.bytes
  }

  /**
   * The number at the cursor, which moves behind it; NaN, Infinity and -Infinity are numbers here.
   *
   * @param single Any double that rounds to the same float will do.
   * @throws ScorehostError ERR_INPUT_MALFORMED
   */
  readFloat(single: boolean): number {
    return this.#atNumber() ? this.#read('a number', single) : this.#readLiteral()
  }

  /**
   * The number at the cursor, which moves behind it.
   *
   * @param expected What a message calls it.
   * @throws ScorehostError ERR_INPUT_MALFORMED
   */
  readNumber(expected: string): number {
    if (!this.#atNumber()) this.#cursor.failElement(expected)
    return this.#read(expected, false)
  }

  #atNumber(): boolean {
    const first = this.#bytes[this.#cursor.at] ?? 0
    return (((first === MINUS ? this.#bytes[this.#cursor.at + 1] : first) ?? 0) - ZERO) >>> 0 <= 9
  }

  #read(expected: string, single: boolean): number {
    const start = this.#cursor.at
    const negative = this.#bytes[start] === MINUS
    const end = this.#scan(negative ? start + 1 : start)
    if (end < 0) this.#cursor.failElement(expected)
    this.#cursor.at = end
    const value = this.#value(single)
    if (value < 0) return Number(this.#bytes.toString('latin1', start, end))
    return negative ? -value : value
  }

  /** End of the number that begins with a digit there; -1 where it is none. */
  #scan(first: number): number {
    this.#high = 0
    this.#low = 0
    this.#count = 0
    this.#exponent = 0
    const bytes = this.#bytes
    let end = this.#digits(first)
    if (bytes[first] === ZERO && end - first > 1) return -1
    if (bytes[end] === DOT) {
      const fraction = end + 1
      end = this.#digits(fraction)
      if (end === fraction) return -1
      this.#exponent = fraction - end
    }
    return ((bytes[end] ?? 0) | TO_LOWER_CASE) === LETTER_E ? this.#power(end + 1) : end
  }

  /** Takes the digits from there on; gives the first byte that is none. */
  #digits(from: number): number {
    const bytes = this.#bytes
    let at = from
    if (this.#count === 0) while (bytes[at] === ZERO) at += 1
    for (; ; at += 1) {
      const digit = ((bytes[at] ?? 0) - ZERO) >>> 0
      if (digit > 9) return at
      if (this.#count < DIGITS_PER_PART) this.#high = Math.imul(this.#high, 10) + digit
      else if (this.#count < 2 * DIGITS_PER_PART) this.#low = Math.imul(this.#low, 10) + digit
      this.#count += 1
    }
  }

  /** Takes the exponent behind an `e`; gives its end. */
  #power(from: number): number {
    const bytes = this.#bytes
    const sign = bytes[from]
    const start = sign === MINUS || sign === PLUS ? from + 1 : from
    let power = 0
    let at = start
    for (; ; at += 1) {
      const digit = ((bytes[at] ?? 0) - ZERO) >>> 0
      if (digit > 9) break
      power = Math.min(power * 10 + digit, MOST_EXPONENT)
    }
    this.#exponent += sign === MINUS ? -power : power
    return at === start ? -1 : at
  }

  /** The value without its sign; -1 where only Number() is certain to round it right. */
  #value(single: boolean): number {
    const count = this.#count
    const exponent = this.#exponent
    if (count === 0) return 0
    if (count > 2 * DIGITS_PER_PART || exponent < -TABLE_POWER || exponent > TABLE_POWER) return -1
    return nearestDouble(this.#high, this.#low, Math.max(count - DIGITS_PER_PART, 0), exponent, single)
  }

  /** As Python writes what JSON has no number for, and this protocol with it. */
  #readLiteral(): number {
    const { at } = this.#cursor
    const [literal] = /^(?:NaN|-?Infinity)/.exec(this.#bytes.toString('latin1', at, at + 9)) ?? []
    if (literal === undefined) this.#cursor.failElement('a number')
    this.#cursor.at = at + literal.length
    return Number(literal)
  }
}
