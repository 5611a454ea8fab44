// Reads the elements of a nested JSON array into the array that their datatype asks for.

import { DATATYPES, type Datatype } from './datatype.ts'
import { ScorehostError } from './errors.ts'
import type { JsonCursor } from './json-cursor.ts'
import { readInteger64 } from './json-integer.ts'
import { NumberReader } from './json-number.ts'
import { readNumberRun } from './json-number-run.ts'
import { readString } from './json-string.ts'
import type { NestedArray } from './nested-array.ts'
import type { TensorData } from './tensor.ts'

/** Elements read so far, of one datatype; how many is the cursor's count. */
export interface Elements {
  readonly capacity: number
  grow(capacity: number): void
  /**
   * Reads the value at the cursor and those behind it, until the array ends or the room does.
   *
   * @throws ScorehostError ERR_INPUT_MALFORMED
   */
  fill(): void
  /** What was read, in an array of just that length. */
  finish(): TensorData
}

type Cursor = JsonCursor
type Walk = NestedArray

/** @throws ScorehostError ERR_INPUT_MALFORMED of FP16, which has no JSON form in this protocol */
export function elementsOf(datatype: Datatype, cursor: Cursor, walk: Walk, capacity: number): Elements {
  switch (datatype) {
    case 'FP32':
      return new Floats(cursor, walk, new Float32Array(capacity))
    case 'FP64':
      return new Floats(cursor, walk, new Float64Array(capacity))
    case 'INT64':
      return new Integers64(cursor, walk, new BigInt64Array(capacity))
    case 'UINT64':
      return new Integers64(cursor, walk, new BigUint64Array(capacity))
    case 'BOOL':
      return new Booleans(cursor, walk, new Uint8Array(capacity))
    case 'BYTES':
      return new Strings(cursor, walk, capacity)
    case 'FP16':
      return cursor.fail('FP16 travels as binary data only, not as JSON')
    default:
      return new SmallIntegers(cursor, walk, datatype, capacity)
  }
}

class Floats implements Elements {
  readonly #cursor: Cursor
  readonly #walk: Walk
  readonly #numbers: NumberReader
  readonly #single: boolean
  #out: Float32Array | Float64Array

  constructor(cursor: Cursor, walk: Walk, out: Float32Array | Float64Array) {
    this.#cursor = cursor
    this.#walk = walk
    this.#numbers = new NumberReader(cursor)
    this.#single = out instanceof Float32Array
    this.#out = out
  }

  get capacity(): number {
    return this.#out.length
  }

  grow(capacity: number): void {
    const grown = this.#single ? new Float32Array(capacity) : new Float64Array(capacity)
    grown.set(this.#out)
    this.#out = grown
  }

  fill(): void {
    const cursor = this.#cursor
    const out = this.#out
    do {
      const before = cursor.count
      readNumberRun(cursor, out, this.#single)
      if (cursor.count === before) {
        out[before] = this.#numbers.readFloat(this.#single)
        cursor.count += 1
      }
    } while (cursor.count < out.length && this.#walk.next())
  }

  finish(): Float32Array | Float64Array {
    const { count } = this.#cursor
    return count === this.#out.length ? this.#out : this.#out.slice(0, count)
  }
}

type SmallIntegerDatatype = 'UINT8' | 'UINT16' | 'UINT32' | 'INT8' | 'INT16' | 'INT32'

/** Read as doubles, which hold them all, so that the fast path is one for all datatypes; then checked. */
class SmallIntegers implements Elements {
  readonly #doubles: Floats
  readonly #label: string
  readonly #datatype: SmallIntegerDatatype

  constructor(cursor: Cursor, walk: Walk, datatype: SmallIntegerDatatype, capacity: number) {
    this.#doubles = new Floats(cursor, walk, new Float64Array(capacity))
    this.#label = cursor.label
    this.#datatype = datatype
  }

  get capacity(): number {
    return this.#doubles.capacity
  }

  grow(capacity: number): void {
    this.#doubles.grow(capacity)
  }

  fill(): void {
    this.#doubles.fill()
  }

  finish(): TensorData {
    const doubles = this.#doubles.finish()
    const integers = new DATATYPES[this.#datatype].array(doubles)
    const wrong = firstDifference(doubles, integers)
    if (wrong < 0) return integers
    const { least, most } = rangeOf(this.#datatype)
    throw new ScorehostError(
      'ERR_INPUT_MALFORMED',
      `${this.#label}: element ${wrong} must be an integer from ${least} to ${most}, found ${doubles[wrong]}`,
    )
  }
}

/** What does not fit into an integer wraps or is cut, and so differs. A loop: with a callback it took three times as long. */
function firstDifference(doubles: ArrayLike<number>, integers: ArrayLike<number>): number {
  for (let index = 0; index < doubles.length; index += 1) if (doubles[index] !== integers[index]) return index
  return -1
}

function rangeOf(datatype: SmallIntegerDatatype): { readonly least: number; readonly most: number } {
  const values = 2 ** (8 * DATATYPES[datatype].bytes)
  return datatype.startsWith('U')
    ? { least: 0, most: values - 1 }
    : { least: -values / 2, most: values / 2 - 1 }
}

class Integers64 implements Elements {
  readonly #cursor: Cursor
  readonly #walk: Walk
  #out: BigInt64Array | BigUint64Array

  constructor(cursor: Cursor, walk: Walk, out: BigInt64Array | BigUint64Array) {
    this.#cursor = cursor
    this.#walk = walk
    this.#out = out
  }

  get capacity(): number {
    return this.#out.length
  }

  grow(capacity: number): void {
    const bytes = new Uint8Array(8 * capacity)
    bytes.set(new Uint8Array(this.#out.buffer))
    this.#out =
      this.#out instanceof BigInt64Array ? new BigInt64Array(bytes.buffer) : new BigUint64Array(bytes.buffer)
  }

  fill(): void {
    const cursor = this.#cursor
    const out = this.#out
    const halves = new Int32Array(out.buffer)
    do {
      readInteger64(cursor, halves, out)
      cursor.count += 1
    } while (cursor.count < out.length && this.#walk.next())
  }

  finish(): BigInt64Array | BigUint64Array {
    const { count } = this.#cursor
    return count === this.#out.length ? this.#out : this.#out.slice(0, count)
  }
}

class Booleans implements Elements {
  readonly #cursor: Cursor
  readonly #walk: Walk
  readonly #numbers: NumberReader
  #out: Uint8Array

  constructor(cursor: Cursor, walk: Walk, out: Uint8Array) {
    this.#cursor = cursor
    this.#walk = walk
    this.#numbers = new NumberReader(cursor)
    this.#out = out
  }

  get capacity(): number {
    return this.#out.length
  }

  grow(capacity: number): void {
    const grown = new Uint8Array(capacity)
    grown.set(this.#out)
    this.#out = grown
  }

  fill(): void {
    const cursor = this.#cursor
    do {
      this.#out[cursor.count] = this.#read()
      cursor.count += 1
    } while (cursor.count < this.#out.length && this.#walk.next())
  }

  finish(): Uint8Array {
    const { count } = this.#cursor
    return count === this.#out.length ? this.#out : this.#out.slice(0, count)
  }

  #read(): number {
    const cursor = this.#cursor
    const start = cursor.at
    for (const literal of BOOLEANS)
      if (standsAt(cursor.bytes, start, literal.bytes)) {
        cursor.at += literal.bytes.length
        return literal.value
      }
    const expected = 'true, false, 1 or 0'
    const value = this.#numbers.readNumber(expected)
    if (value !== 0 && value !== 1) cursor.failElement(expected, start)
    return value
  }
}

const BOOLEANS = [
  { bytes: Buffer.from('true'), value: 1 },
  { bytes: Buffer.from('false'), value: 0 },
] as const

/** Byte by byte: as a string and a regular expression it took ten times as long. */
function standsAt(bytes: Buffer, at: number, word: Buffer): boolean {
  for (let index = 0; index < word.length; index += 1) if (bytes[at + index] !== word[index]) return false
  return true
}

class Strings implements Elements {
  readonly #cursor: Cursor
  readonly #walk: Walk
  readonly #out: string[] = []
  capacity: number

  constructor(cursor: Cursor, walk: Walk, capacity: number) {
    this.#cursor = cursor
    this.#walk = walk
    this.capacity = capacity
  }

  grow(capacity: number): void {
    this.capacity = capacity
  }

  fill(): void {
    const cursor = this.#cursor
    do {
      this.#out.push(readString(cursor))
      cursor.count += 1
    } while (cursor.count < this.capacity && this.#walk.next())
  }

  finish(): readonly string[] {
    return this.#out
  }
}
