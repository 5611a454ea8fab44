// Walks the brackets and commas of a nested JSON array, and leaves its values to whoever asked for them.

import type { ArrayShape } from './array-shape.ts'
import type { JsonCursor } from './json-cursor.ts'

/** Deeper is refused: no tensor has so many dimensions. */
export const MOST_NESTING = 100
const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d

export class NestedArray {
  readonly #cursor: JsonCursor
  readonly #shape: ArrayShape | null
  #depth = 0
  /** A value or an array has ended, so a comma or a bracket follows. */
  #after = false
  /** The last token was an opening bracket, so the array may end without a value. */
  #opened = false
  #ended = false

  /** @param shape Is told of the nesting, which must be rectangular then. */
  constructor(cursor: JsonCursor, shape: ArrayShape | null) {
    this.#cursor = cursor
    this.#shape = shape
  }

  /**
   * Moves the cursor to the next value, which the caller reads; false, and the cursor just behind the array, at its end.
   *
   * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_SHAPE
   */
  next(): boolean {
    while (!this.#ended) {
      if (this.#after && this.#depth === 0) {
        this.#ended = true
        return false
      }
      this.#cursor.skipSpace()
      if (this.#after) this.#separator()
      else if (this.#valueFollows()) return true
    }
    return false
  }

  /** What stands behind a value or an array. */
  #separator(): void {
    const cursor = this.#cursor
    const byte = cursor.bytes[cursor.at]
    if (byte === CLOSE) {
      this.#close()
      return
    }
    if (byte !== COMMA)
      cursor.fail(`expected , or ] behind element ${cursor.count - 1}, found ${cursor.found()}`)
    cursor.at += 1
    this.#after = false
    this.#opened = false
  }

  #valueFollows(): boolean {
    const cursor = this.#cursor
    const byte = cursor.bytes[cursor.at]
    if (byte === OPEN) this.#open()
    else if (byte === CLOSE && this.#opened) this.#close()
    else {
      if (byte === undefined || byte === CLOSE || byte === COMMA) cursor.failElement('a value')
      this.#check(this.#shape?.value(cursor.count))
      this.#after = true
      return true
    }
    return false
  }

  #open(): void {
    if (this.#depth === MOST_NESTING)
      this.#cursor.fail(`its data is nested more than ${MOST_NESTING} levels deep`)
    this.#check(this.#shape?.open(this.#cursor.count))
    this.#depth += 1
    this.#cursor.at += 1
    this.#opened = true
  }

  #close(): void {
    this.#check(this.#shape?.close(this.#cursor.count))
    this.#depth -= 1
    this.#cursor.at += 1
    this.#after = true
  }

  #check(problem: string | null | undefined): void {
    if (problem) this.#cursor.failShape(problem)
  }
}
