// From what a score module exports as a schema to JSON Schema, and to the check of the library that it is from.

import { ScorehostError, summariseThrown } from '../errors.ts'
import type { JsonSchema } from '../scoring.ts'

/** @see https://standardschema.dev/schema */
export interface StandardResult {
  readonly value?: unknown
  /** Undefined where the value is valid. */
  readonly issues?: readonly StandardIssue[] | undefined
}

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

type Validate = (value: unknown) => StandardResult | Promise<StandardResult>

/** What is known of a schema that the score module exports. */
export interface ExportedSchema {
  /** Plain JSON, as JSON.stringify writes it; null where a library cannot say it. */
  readonly jsonSchema: JsonSchema | null
  /** The library's own check; null where the JSON Schema is all there is. */
  readonly validate: Validate | null
}

/** An input is what comes before the library's transforms and defaults, an output what comes after. */
export type Side = 'input' | 'output'

const DRAFT = 'draft-2020-12'

/**
 * Names, for each library that has one, of the wish that what JSON Schema cannot say (a date, a custom check) be "anything".
 *
 * @see https://zod.dev/json-schema, https://arktype.io/docs/configuration, https://valibot.dev/guides/json-schema/
 */
const LENIENT = {
  unrepresentable: 'any',
  errorMode: 'ignore',
  fallback: ({ base }: { readonly base?: unknown }) => base ?? {},
}

/**
 * Reads an export: a Standard Schema, an object that converts itself to JSON Schema, or JSON Schema itself.
 *
 * @param file Of the score module, for the error.
 * @throws ScorehostError ERR_MODULE_CONTRACT where it is none of them
 * @see https://standardschema.dev/json-schema
 */
export function readSchemaExport(exported: unknown, side: Side, file: string): ExportedSchema {
  if (typeof exported === 'boolean') return { jsonSchema: exported, validate: null }
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null)
    throw noSchema(file, side, `it is ${exported === null ? 'null' : `a ${typeof exported}`}`)
  const schema = exported as Readonly<Record<string, unknown>> // true of every object and function
  const standard = schema['~standard']
  if (isRecord(standard)) {
    // true by the standard's text: whatever has '~standard' has this there
    const validate = typeof standard['validate'] === 'function' ? (standard['validate'] as Validate) : null
    return { jsonSchema: standardJsonSchema(standard, side) ?? ownJsonSchema(schema, side), validate }
  }
  if (converter(schema) !== null) return { jsonSchema: ownJsonSchema(schema, side), validate: null }
  return { jsonSchema: plainJsonSchema(schema, side, file), validate: null }
}

function standardJsonSchema(standard: Readonly<Record<string, unknown>>, side: Side): JsonSchema | null {
  const convert = isRecord(standard['jsonSchema']) ? standard['jsonSchema'][side] : undefined
  if (typeof convert !== 'function') return null
  return firstThatWorks([
    () => convert({ target: DRAFT }),
    () => convert({ target: DRAFT, libraryOptions: LENIENT }),
  ])
}

function ownJsonSchema(schema: Readonly<Record<string, unknown>>, side: Side): JsonSchema | null {
  const convert = converter(schema)
  if (convert === null) return null
  return firstThatWorks([
    () => convert.call(schema, { target: DRAFT, io: side }),
    () => convert.call(schema, { target: DRAFT, io: side, ...LENIENT }),
    () => convert.call(schema),
  ])
}

function converter(schema: Readonly<Record<string, unknown>>) {
  const convert = schema['toJSONSchema'] ?? schema['toJsonSchema']
  return typeof convert === 'function' ? convert : null
}

/** A library that cannot say it as JSON Schema throws; its own check still stands, so that is no reason not to serve. */
function firstThatWorks(attempts: readonly (() => unknown)[]): JsonSchema | null {
  for (const attempt of attempts) {
    try {
      const schema = asJson(attempt())
      if (isJsonSchema(schema)) return schema
    } catch {
      // the next one asks for less
    }
  }
  return null
}

/** @throws ScorehostError ERR_MODULE_CONTRACT */
function plainJsonSchema(
  schema: Readonly<Record<string, unknown>>,
  side: Side,
  file: string,
): Readonly<Record<string, unknown>> {
  if (typeof schema === 'function') throw noSchema(file, side, 'it is a function')
  if (Array.isArray(schema)) throw noSchema(file, side, 'it is an array')
  // a Map or a class of a schema library would be the schema {} in JSON, and take anything without a word
  const prototype: unknown = Object.getPrototypeOf(schema)
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null
  const method = Object.keys(schema).find(key => typeof schema[key] === 'function')
  if (!plain) throw noSchema(file, side, `it is an instance of ${schema.constructor.name}`)
  if (method !== undefined) throw noSchema(file, side, `it has a function "${method}"`)
  try {
    return asJson(schema) as Readonly<Record<string, unknown>> // true: JSON makes an object of an object
  } catch (thrown) {
    throw noSchema(file, side, `JSON cannot carry it: ${summariseThrown(thrown)}`)
  }
}

/** The error of an export that is no schema. */
export function noSchema(file: string, name: string, why: string): ScorehostError {
  return new ScorehostError(
    'ERR_MODULE_CONTRACT',
    `${file} exports "${name}", which is neither JSON Schema nor an object that offers it: ${why}`,
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isJsonSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || (isRecord(value) && !Array.isArray(value))
}

/** Without the functions, symbols and undefined values that a library leaves in it. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
