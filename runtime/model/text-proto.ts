// The protobuf text format, which config.pbtxt is written in, read into plain objects without a schema.

import { type TextPlace, TextProtoScanner } from './text-proto-scanner.ts'

/** A name without quotes: the value of an enum, in most cases. */
export class TextProtoIdentifier {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

export type TextProtoScalar = string | number | bigint | boolean | TextProtoIdentifier

type Element = TextProtoScalar | TextProtoMessage

/** A field that is given more than once, or as a list, is an array; arrays hold no arrays. */
export type TextProtoValue = Element | readonly Element[]

/** Fields by name; it has no prototype, so that no name of a field means anything else. */
export interface TextProtoMessage {
  readonly [field: string]: TextProtoValue
}

export interface TextProtoDocument {
  readonly root: TextProtoMessage
  /** Where a message of this document starts, or where a field of it is given first; null where it is not. */
  readonly placeOf: (message: object, field?: string) => TextPlace | null
}

/** As deep as protobuf's own parsers go by default. */
const MAX_DEPTH = 100

/**
 * Reads a text in the protobuf text format.
 *
 * Without a schema a single element of a repeated field is a value by itself; `true`, `inf` and `nan` are values, and
 * any other identifier is a {@link TextProtoIdentifier}; an entry of a map is a message with `key` and `value`.
 *
 * @throws TextProtoError with line, column and what was expected there
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 */
export function parseTextProto(text: string): TextProtoDocument {
  const parser = new Parser(text)
  return { root: parser.message('', 0), placeOf: (message, field) => parser.placeOf(message, field) }
}

class Parser {
  readonly #scanner: TextProtoScanner
  /** The offset of a message itself is that of no field. */
  readonly #offsets = new WeakMap<object, Map<string | undefined, number>>()

  constructor(text: string) {
    this.#scanner = new TextProtoScanner(text)
  }

  placeOf(message: object, field: string | undefined): TextPlace | null {
    const offset = this.#offsets.get(message)?.get(field)
    return offset === undefined ? null : this.#scanner.placeAt(offset)
  }

  /** @param close What ends the message: a bracket, or nothing for the end of the text. */
  message(close: '' | '}' | '>', depth: number): TextProtoMessage {
    const fields = new Map<string, TextProtoValue>()
    const offsets = new Map<string | undefined, number>([[undefined, this.#scanner.offset()]])
    while (this.#scanner.peek() !== close) {
      const offset = this.#scanner.offset()
      const name = this.#fieldName(close)
      const value = this.#fieldValue(name, depth)
      const before = fields.get(name)
      if (before === undefined) offsets.set(name, offset)
      fields.set(name, before === undefined ? value : appended(before, value))
      if (!this.#scanner.takes(',')) this.#scanner.takes(';')
    }
    if (close !== '') this.#scanner.takes(close)
    const message: Record<string, TextProtoValue> = Object.create(null)
    for (const [name, value] of fields) message[name] = value
    this.#offsets.set(message, offsets)
    return message
  }

  #fieldName(close: string): string {
    const scanner = this.#scanner
    if (scanner.takes('[')) {
      const name = scanner.qualifiedName() ?? scanner.fail('the name of an extension')
      if (!scanner.takes(']')) scanner.fail('"]" after the name of an extension')
      return `[${name}]`
    }
    return scanner.identifier() ?? scanner.fail(close === '' ? 'a field name' : `a field name or "${close}"`)
  }

  #fieldValue(name: string, depth: number): TextProtoValue {
    const scanner = this.#scanner
    const colon = scanner.takes(':')
    if (scanner.takes('[')) return this.#list(colon, depth)
    const message = this.#messageValue(depth)
    if (message !== null) return message
    if (!colon) scanner.fail(`":" or a message after ${name}`)
    return this.#scalar() ?? scanner.fail('a value')
  }

  /** What follows `[`. Only a list of messages may do without a colon. */
  #list(colon: boolean, depth: number): TextProtoValue {
    const scanner = this.#scanner
    const list: Element[] = []
    if (scanner.takes(']')) return list
    do {
      const element = this.#messageValue(depth) ?? (colon ? this.#scalar() : null)
      list.push(element ?? scanner.fail(colon ? 'a value' : 'a message'))
    } while (scanner.takes(','))
    if (!scanner.takes(']')) scanner.fail('"," or "]" in a list')
    return list
  }

  #messageValue(depth: number): TextProtoMessage | null {
    const open = this.#scanner.peek()
    if (open !== '{' && open !== '<') return null
    if (depth === MAX_DEPTH) this.#scanner.fail(`at most ${MAX_DEPTH} messages within each other`)
    this.#scanner.takes(open)
    return this.message(open === '{' ? '}' : '>', depth + 1)
  }

  #scalar(): TextProtoScalar | null {
    const scanner = this.#scanner
    const negative = scanner.takes('-')
    const number = scanner.number() ?? this.#specialNumber(negative)
    if (typeof number === 'string') return identifierValue(number)
    if (number !== null) return negative ? negated(number) : number
    return negative ? scanner.fail('a number after "-"') : scanner.string()
  }

  /** inf and nan, which look like identifiers; any other identifier by its name. */
  #specialNumber(negative: boolean): number | string | null {
    const offset = this.#scanner.offset()
    const name = this.#scanner.identifier()
    if (name === null) return null
    if (/^inf(inity)?$/i.test(name)) return Number.POSITIVE_INFINITY
    if (/^nan$/i.test(name)) return Number.NaN
    if (negative) this.#scanner.fail('a number after "-"', offset)
    return name
  }
}

/** Zero has no sign here. */
function negated(number: number | bigint): number | bigint {
  return typeof number === 'bigint' || number !== 0 ? -number : 0
}

function identifierValue(name: string): TextProtoScalar {
  if (name === 'true') return true
  return name === 'false' ? false : new TextProtoIdentifier(name)
}

function appended(before: TextProtoValue, value: TextProtoValue): TextProtoValue {
  const list = elementsOf(before)
  for (const element of elementsOf(value)) list.push(element)
  return list
}

/** The same array where it is one already, or a long list would take time with the square of its length. */
function elementsOf(value: TextProtoValue): Element[] {
  return Array.isArray(value) ? value : [value as Element] // true: what is no array is one element
}
