// Checks values against a JSON Schema, by ajv.

import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv'
import type { Ajv2019 } from 'ajv/dist/2019.js'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import type { InputFault } from '../errors.ts'
import type { JsonSchema } from '../scoring.ts'
import { loadMetaSchema2020, META_SCHEMA_2020 } from './meta-schema.ts'

/** Finds what is wrong with a value; empty where nothing is. */
export interface JsonSchemaCheck {
  /** The first fault; where the schema has alternatives, those of each. */
  readonly first: (value: unknown) => readonly InputFault[]
  /** All faults, of which there may be as many as the value has parts. */
  readonly all: (value: unknown) => readonly InputFault[]
}

/** Longest list of values in a message, in characters. */
const MOST_VALUES_LENGTH = 200

/**
 * Compiles a JSON Schema of draft 2020-12, or of the one that its `$schema` names, 2019-09 or 07.
 *
 * ajv is loaded here and not with this file: with a first schema it takes 45 ms of CPU time and 9 MB, which a service without a
 * schema need not pay (Node 20; 35 ms on 24).
 *
 * @param trusted Made by us or by a schema library: it is not checked itself, which saves the time to compile the meta-schema.
 * @throws Error with ajv's reason where it is no JSON Schema
 */
export async function compileJsonSchema(schema: JsonSchema, trusted: boolean): Promise<JsonSchemaCheck> {
  const draft = typeof schema === 'object' && typeof schema['$schema'] === 'string' ? schema['$schema'] : null
  const compileAs = (ajvClass: AjvClass, checkSchema = checkerOf(ajvClass)) =>
    compileWith(ajvClass, schema, trusted ? null : checkSchema)
  if (draft?.includes('/draft-07/')) return compileAs((await import('ajv')).Ajv)
  if (draft?.includes('/2019-09/')) return compileAs((await import('ajv/dist/2019.js')).Ajv2019)
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  if (draft !== null && draft !== META_SCHEMA_2020) return compileAs(Ajv2020)
  try {
    return await compileAs(Ajv2020, checkSchema2020)
  } catch (refused) {
    if (draft !== null) throw refused
    // TypeBox writes a tuple as the older drafts do, and does not say so
    const { Ajv2019 } = await import('ajv/dist/2019.js')
    return compileAs(Ajv2019).catch(() => {
      throw refused
    })
  }
}

type AjvClass = typeof Ajv | typeof Ajv2019 | typeof Ajv2020

/** @throws Error with what is wrong with the schema */
type SchemaChecker = (schema: JsonSchema) => void

/** @param checkSchema Null where the schema is trusted. */
async function compileWith(
  ajvClass: AjvClass,
  schema: JsonSchema,
  checkSchema: SchemaChecker | null,
): Promise<JsonSchemaCheck> {
  checkSchema?.(schema)
  // without the plugin around it, which loads all of ajv for draft-07 too
  const { fullFormats: formats } = await import('ajv-formats/dist/formats.js')
  // an instance of its own for each: two schemas may have the same $id
  const compile = (allErrors: boolean) =>
    new ajvClass({ ...OPTIONS, meta: checkSchema !== null, formats, allErrors }).compile(schema)
  const first = compile(false)
  // most services never need it, for it is asked only about inputs that fail
  let all: ValidateFunction | null = null
  return {
    first: value => faultsOf(first, value),
    all: value => {
      all ??= compile(true)
      return faultsOf(all, value)
    },
  }
}

/** A log of ajv's own would go to the console; the schema is checked beforehand. */
const OPTIONS: Options = { strict: false, logger: false, validateSchema: false }

/** The draft that nearly every schema has. */
function checkSchema2020(schema: JsonSchema): void {
  const validate = loadMetaSchema2020()
  if (validate(schema)) return
  const faults = (validate.errors ?? []).map(({ instancePath, message }) => `data${instancePath} ${message}`)
  // ajv's words
  throw new Error(`schema is invalid: ${faults.join(', ')}`)
}

/** Kept, because the schema of schemas takes longer to compile than all of ours. */
const checkers = new Map<AjvClass, InstanceType<AjvClass>>()

function checkerOf(ajvClass: AjvClass): SchemaChecker {
  return schema => {
    const checker = checkers.get(ajvClass) ?? new ajvClass({ strict: false, logger: false })
    checkers.set(ajvClass, checker)
    checker.validateSchema(schema, true)
  }
}

function faultsOf(validate: ValidateFunction, value: unknown): readonly InputFault[] {
  try {
    if (validate(value)) return []
  } catch (thrown) {
    // a schema that refers to itself goes down as far as the input does, and the stack has an end
    if (thrown instanceof RangeError) return [{ path: '', message: 'must not be nested so deeply' }]
    throw thrown
  }
  return (validate.errors ?? []).map(error => ({ path: error.instancePath, message: messageOf(error) }))
}

/** ajv's own words, and the value that they speak of where they leave it out. */
function messageOf({ message = 'is not valid', params, propertyName }: ErrorObject): string {
  const of = propertyName === undefined ? '' : ` (of the property name ${quote(propertyName)})`
  const said =
    params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName'] ?? undefined
  if (said !== undefined && !message.includes(`'${said}'`)) return `${message}: ${quote(said)}${of}`
  if (Array.isArray(params['allowedValues']))
    return `${message}: ${shortened(params['allowedValues'].map(quote).join(', '))}${of}`
  if ('allowedValue' in params) return `${message}: ${shortened(quote(params['allowedValue']))}${of}`
  return message + of
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}

function shortened(text: string): string {
  return text.length > MOST_VALUES_LENGTH ? `${text.slice(0, MOST_VALUES_LENGTH)}…` : text
}
