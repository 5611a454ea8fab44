// One message of a model's configuration: typed access to its fields, and which of them nobody asked for.

import { isAbsolute } from 'node:path'
import { nearest } from '../nearest.ts'
import { ModelConfigError } from './model-config-error.ts'
import { TextProtoIdentifier } from './text-proto.ts'

/** A field that no model configuration has. */
export interface UnknownField {
  readonly field: string
  readonly line: number | null
  /** The known field with the nearest name. */
  readonly nearest: string | null
}

/** A field of Triton's that changes nothing here. */
export interface IdleField {
  readonly field: string
  readonly reason: string
}

/** The file that a configuration is read from, and what is found in it by the way. */
export interface ConfigDocument {
  readonly file: string
  /** JSON has enums as strings, and maps as objects; the text format has identifiers, and messages with key and value. */
  readonly format: 'text' | 'json'
  /** Of the message itself where it does not have the field, null where the format does not tell. */
  readonly lineOf: (message: object, field: string) => number | null
  readonly unknown: UnknownField[]
  readonly idle: IdleField[]
}

export interface Bounds {
  readonly min: number
  readonly max: number
}

export const INT32: Bounds = { min: -(2 ** 31), max: 2 ** 31 - 1 }
export const UINT32: Bounds = { min: 0, max: 2 ** 32 - 1 }
/** 64-bit fields, as far as a number holds them exactly. */
export const UINT64: Bounds = { min: 0, max: Number.MAX_SAFE_INTEGER }

/** The text format has more ways to say it than JSON. */
const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['True', true],
  ['t', true],
  [1, true],
  ['False', false],
  ['f', false],
  [0, false],
])

/** Every method but `fail` gives null, or nothing, where the field is not there, and throws ModelConfigError where it is wrong. */
export class ConfigReader {
  readonly #document: ConfigDocument
  readonly #message: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #asked = new Set<string>()

  constructor(document: ConfigDocument, message: object, path = '') {
    this.#document = document
    this.#message = message as Readonly<Record<string, unknown>> // true of any object that is read by its own keys alone
    this.#path = path
  }

  get file(): string {
    return this.#document.file
  }

  has(field: string): boolean {
    return this.#value(field) !== undefined
  }

  string(field: string): string | null {
    const value = this.#single(field)
    if (value === undefined) return null
    if (typeof value !== 'string') this.#wrong(field, value, 'a string')
    return value === '' ? null : value
  }

  /** Path of a file below a folder that is known. */
  fileName(field: string): string | null {
    const name = this.string(field)
    if (name !== null && (isAbsolute(name) || name.split(/[\\/]/).includes('..')))
      this.#wrong(field, name, 'a path below the folder of the model')
    return name
  }

  integer(field: string, bounds: Bounds): number | null {
    const value = this.#single(field)
    return value === undefined ? null : this.#integer(field, value, bounds)
  }

  integers(field: string, bounds: Bounds): readonly number[] {
    return this.#list(field).map(value => this.#integer(field, value, bounds))
  }

  boolean(field: string): boolean | null {
    const value = this.#single(field)
    if (value === undefined || typeof value === 'boolean') return value ?? null
    const word = value instanceof TextProtoIdentifier ? value.name : value
    const read =
      this.#document.format === 'text' && typeof value !== 'string' ? BOOLEANS.get(word) : undefined
    return read ?? this.#wrong(field, value, 'true or false')
  }

  /** @param values By name, in the order of their numbers: an enum may be given by either. */
  choice<T>(field: string, values: Readonly<Record<string, T>>): T | null {
    const value = this.#single(field)
    if (value === undefined) return null
    const name = this.#document.format === 'json' ? value : value instanceof TextProtoIdentifier && value.name
    const key = typeof value === 'number' ? Object.keys(values)[value] : name
    const chosen = typeof key === 'string' && Object.hasOwn(values, key) ? values[key] : undefined
    return chosen === undefined
      ? this.#wrong(field, value, `one of ${Object.keys(values).join(', ')}`)
      : chosen
  }

  message(field: string): ConfigReader | null {
    const value = this.#single(field)
    if (value === undefined) return null
    return this.#reader(field, value, this.path(field))
  }

  messages(field: string): readonly ConfigReader[] {
    return this.#list(field).map((value, index) =>
      this.#reader(field, value, `${this.path(field)}[${index}]`),
    )
  }

  /** Messages by key; a key that comes twice has its last value, as in protobuf. */
  map(field: string): ReadonlyMap<string, ConfigReader> {
    if (this.#document.format === 'text') {
      return new Map(this.messages(field).map(entry => entry.#entry(this.path(field))))
    }
    const value = this.#single(field) ?? {}
    if (!isMessage(value)) this.#wrong(field, value, 'an object')
    return new Map(
      Object.entries(value).map(([key, inner]) => [
        key,
        this.#reader(field, inner, keyed(this.path(field), key)),
      ]),
    )
  }

  /** Says of these fields, where they are given, that they change nothing, and of what was not asked for that it is unknown. */
  finish(idle: Readonly<Record<string, string>> = {}): void {
    for (const field of Object.keys(this.#message)) {
      if (this.#asked.has(field)) continue
      const reason = Object.hasOwn(idle, field) ? idle[field] : undefined
      if (reason === undefined) {
        const known = nearest(field, [...this.#asked, ...Object.keys(idle)])
        this.#document.unknown.push({ field: this.path(field), line: this.#line(field), nearest: known })
      } else this.idle(field, reason)
    }
  }

  idle(field: string, reason: string): void {
    this.#document.idle.push({ field: this.path(field), reason })
  }

  path(field: string): string {
    return this.#path === '' ? field : `${this.#path}.${field}`
  }

  /** @throws ModelConfigError */
  fail(field: string, what: string, path: string = this.path(field)): never {
    throw new ModelConfigError({ file: this.#document.file, line: this.#line(field), field: path }, what)
  }

  #entry(path: string): [string, ConfigReader] {
    const key = this.#single('key')
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint')
      this.fail('key', 'every entry of a map needs a key')
    const value = this.#single('value') ?? {}
    const reader = this.#reader('value', value, keyed(path, String(key)))
    this.finish()
    return [String(key), reader]
  }

  /** JSON's null is, as protobuf has it, a field that is not there. */
  #value(field: string): unknown {
    this.#asked.add(field)
    const value = Object.hasOwn(this.#message, field) ? this.#message[field] : undefined
    return value === null ? undefined : value
  }

  #single(field: string): unknown {
    const value = this.#value(field)
    if (Array.isArray(value)) this.#wrong(field, value, 'a single value')
    return value
  }

  #list(field: string): readonly unknown[] {
    const value = this.#value(field)
    if (Array.isArray(value)) return value
    if (value === undefined) return []
    // without a schema the text format shows no difference between one value and a list of one
    return this.#document.format === 'text' ? [value] : this.#wrong(field, value, 'a list')
  }

  #integer(field: string, value: unknown, { min, max }: Bounds): number {
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    return fits ? value : this.#wrong(field, value, `a whole number from ${min} to ${max}`)
  }

  #reader(field: string, value: unknown, path: string): ConfigReader {
    if (isMessage(value)) return new ConfigReader(this.#document, value, path)
    this.fail(
      field,
      `${shown(value)} is not ${this.#document.format === 'json' ? 'an object' : 'a message in braces'}`,
      path,
    )
  }

  #wrong(field: string, value: unknown, expected: string): never {
    this.fail(field, `${shown(value)} is not ${expected}`)
  }

  #line(field: string): number | null {
    return this.#document.lineOf(this.#message, field)
  }
}

function keyed(path: string, key: string): string {
  return `${path}[${JSON.stringify(key)}]`
}

function isMessage(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof TextProtoIdentifier)
  )
}

function shown(value: unknown): string {
  if (value instanceof TextProtoIdentifier) return value.name
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return isMessage(value) ? 'a message' : String(value)
}
