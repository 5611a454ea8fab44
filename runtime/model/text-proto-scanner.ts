// The tokens of the protobuf text format, and where in the text they stand.

/** Line and column, both from 1 on; the column counts UTF-16 units. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** A text that is not of the protobuf text format: where, what was expected there, and what is there. */
export class TextProtoError extends Error {
  readonly line: number
  readonly column: number
  /** The message without the place. */
  readonly what: string

  constructor(place: TextPlace, what: string) {
    super(`line ${place.line}, column ${place.column}: ${what}`)
    this.name = 'TextProtoError'
    this.line = place.line
    this.column = place.column
    this.what = what
  }
}

/** Far more than any configuration needs; it bounds the time, and what a regular expression may have to remember. */
const MAX_LENGTH = 4 * 1024 ** 2

const SPACES = /[ \n\t\v\f\r]+/y
const COMMENT = /#[^\n]*/y
const IDENTIFIER = /[A-Za-z_]\w*/y
/** Name of an extension, or of an Any with its domain, without the brackets. */
const QUALIFIED = /[A-Za-z_][\w.-]*(?:\/[A-Za-z_][\w.]*)?/y
const NUMBER = /0[xX][\da-fA-F]+|0[0-7]+(?![.\deE])|(?:\.\d+|(?:0|[1-9]\d*)(?:\.\d*)?)(?:[eE][+-]?\d+)?[fF]?/y
/** A number ends where none of these follows: `10bar`, `08` and `1.2.3` are no numbers. */
const RUNS_ON = /[\w.]/y
const FOUND = /[\w.+-]{1,40}|./suy
const PLAIN = { '"': /[^"\\\n\0]+/y, "'": /[^'\\\n\0]+/y } as const
const SIMPLE_ESCAPE = /\\([abfnrtv?\\'"])/y
const OCTAL_ESCAPE = /\\([0-7]{1,3})/y
const HEX_ESCAPE = /\\[xX]([\da-fA-F]{1,2})/y
/** Two surrogates are the one character they stand for. */
const UNICODE_ESCAPE = /\\u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})|\\u([\da-fA-F]{4})/y
const LONG_UNICODE_ESCAPE = /\\U(000[\da-fA-F]{5}|0010[\da-fA-F]{4})/y
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/**
 * Hands out one token after the other; each method skips white space and comments first.
 *
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/#lexical
 */
export class TextProtoScanner {
  readonly #text: string
  #at: number

  /** @throws TextProtoError where the text is longer than any configuration */
  constructor(text: string) {
    this.#text = text
    this.#at = text.startsWith('\uFEFF') ? 1 : 0
    if (text.length > MAX_LENGTH)
      throw new TextProtoError(
        { line: 1, column: 1 },
        `expected at most ${MAX_LENGTH} characters, found ${text.length}`,
      )
  }

  /** Where the next token starts; {@link placeAt} makes a place of it. */
  offset(): number {
    this.#skip()
    return this.#at
  }

  /** The next character, empty at the end of the text. */
  peek(): string {
    this.#skip()
    return this.#text.charAt(this.#at)
  }

  /** Takes this character where it is the next. */
  takes(symbol: string): boolean {
    if (this.peek() !== symbol) return false
    this.#at++
    return true
  }

  identifier(): string | null {
    this.#skip()
    return this.#take(IDENTIFIER)?.[0] ?? null
  }

  qualifiedName(): string | null {
    this.#skip()
    return this.#take(QUALIFIED)?.[0] ?? null
  }

  /** An unsigned number, exactly: a bigint where a number does not hold a 64-bit integer. */
  number(): number | bigint | null {
    this.#skip()
    const start = this.#at
    const literal = this.#take(NUMBER)?.[0]
    if (literal === undefined) return null
    if (this.#take(RUNS_ON) !== null) this.fail('a number', start)
    return numberOf(literal)
  }

  /** A string, of one literal or several that follow each other. */
  string(): string | null {
    const start = this.offset()
    const chunks: Buffer[] = []
    let literals = 0
    for (let quote = this.peek(); quote === '"' || quote === "'"; quote = this.peek()) {
      this.#at++
      this.#literal(quote, chunks)
      literals++
    }
    if (literals === 0) return null
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
    } catch {
      throw new TextProtoError(this.placeAt(start), 'expected a string whose escaped bytes are UTF-8')
    }
  }

  placeAt(offset: number): TextPlace {
    const before = this.#text.slice(0, offset)
    const lineStart = before.lastIndexOf('\n') + 1
    return { line: before.split('\n').length, column: offset - lineStart + 1 }
  }

  /** @throws TextProtoError at this offset, or at the next token */
  fail(expected: string, offset: number = this.offset()): never {
    this.#at = offset
    const place = this.placeAt(offset)
    const found = this.#take(FOUND)?.[0]
    const shown = found === undefined ? 'the end of the text' : JSON.stringify(found)
    throw new TextProtoError(place, `expected ${expected}, found ${shown}`)
  }

  #literal(quote: '"' | "'", chunks: Buffer[]): void {
    for (;;) {
      const plain = this.#take(PLAIN[quote])
      if (plain !== null) chunks.push(Buffer.from(plain[0]))
      const next = this.#text.charAt(this.#at)
      if (next === quote) break
      // not by fail(): white space and `#` are part of a string
      if (next !== '\\')
        throw new TextProtoError(this.placeAt(this.#at), `expected ${quote} at the end of the string`)
      chunks.push(this.#escape())
    }
    this.#at++
  }

  #escape(): Buffer {
    const simple = this.#take(SIMPLE_ESCAPE)?.[1]
    if (simple !== undefined) return Buffer.from(SIMPLE[simple] ?? simple)
    const start = this.#at
    const octal = this.#take(OCTAL_ESCAPE)?.[1]
    const hex = octal === undefined ? this.#take(HEX_ESCAPE)?.[1] : undefined
    const byte = octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8)
    if (byte <= 0xff) return Buffer.of(byte)
    const unicode = this.#unicodeEscape()
    if (unicode !== null) return unicode
    this.#at = start
    throw new TextProtoError(
      this.placeAt(start),
      `expected an escape such as \\n, \\x41, \\101 or \\u0041, found ${JSON.stringify(this.#text.slice(start, start + 6))}`,
    )
  }

  /** Null where there is none, and where it is half of a surrogate pair. */
  #unicodeEscape(): Buffer | null {
    const long = this.#take(LONG_UNICODE_ESCAPE)?.[1]
    if (long !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(long, 16)))
    const match = this.#take(UNICODE_ESCAPE)
    if (match === null) return null
    const units = match.slice(1).flatMap(code => (code === undefined ? [] : Number.parseInt(code, 16)))
    const text = String.fromCharCode(...units)
    const bytes = Buffer.from(text)
    return bytes.toString() === text ? bytes : null
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match !== null) this.#at += match[0].length
    return match
  }

  #skip(): void {
    while (this.#take(SPACES) !== null || this.#take(COMMENT) !== null) {
      // both have moved on
    }
  }
}

function numberOf(literal: string): number | bigint {
  if (/^0[xX]/.test(literal)) return exactInteger(literal)
  if (/^0[0-7]+$/.test(literal)) return exactInteger(`0o${literal.slice(1)}`)
  return /^\d+$/.test(literal) ? exactInteger(literal) : Number(literal.replace(/[fF]$/, ''))
}

/**
 * Past 64 bits there is no integer to be exact about: protobuf reads such a literal as a floating-point number.
 * The largest 64-bit integers round up to 2 ** 64.
 */
function exactInteger(literal: string): number | bigint {
  const number = Number(literal)
  return Number.isSafeInteger(number) || number > 2 ** 64 ? number : BigInt(literal)
}
