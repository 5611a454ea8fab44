// A place in the bytes of a JSON text, and what is said when something wrong stands there.

import { ScorehostError } from './errors.ts'

/** Shown of what is wrong. */
const SHOWN_BYTES = 24

/** Public fields, not accessors: the readers that share a cursor are called for every number of a tensor. */
export class JsonCursor {
  readonly bytes: Buffer
  at: number
  /** What is read, as a message begins: `input 'x'`. */
  readonly label: string
  /** Elements of the tensor read so far, row-major; so the index of the one being read. */
  count = 0

  constructor(bytes: Buffer, at: number, label: string) {
    this.bytes = bytes
    this.at = at
    this.label = label
  }

  skipSpace(): void {
    while (isSpace(this.bytes[this.at])) this.at += 1
  }

  /** @throws ScorehostError ERR_INPUT_MALFORMED naming the element, and what is there in its place */
  failElement(expected: string, start: number = this.at): never {
    this.fail(`element ${this.count} must be ${expected}, found ${this.found(start)}`)
  }

  /** @throws ScorehostError ERR_INPUT_MALFORMED */
  fail(why: string): never {
    throw new ScorehostError('ERR_INPUT_MALFORMED', `${this.label}: ${why}`)
  }

  /** @throws ScorehostError ERR_INPUT_SHAPE */
  failShape(why: string): never {
    throw new ScorehostError('ERR_INPUT_SHAPE', `${this.label}: ${why}`)
  }

  /** What stands there, as a message tells it. */
  found(start: number = this.at): string {
    const first = this.bytes[start]
    if (first === undefined) return 'the end of the text'
    if (first === 0x7b) return `an object at byte ${start}`
    if (first === 0x5b) return `an array at byte ${start}`
    const shown = this.bytes.toString('utf8', start, start + SHOWN_BYTES)
    const [token = ''] = (first === 0x22 ? /^"(?:[^"\\]|\\.)*"?/s : /^[\w.+-]+|^./su).exec(shown) ?? []
    return `${token} at byte ${start}`
  }
}

/** True of the four bytes that JSON allows between its tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
