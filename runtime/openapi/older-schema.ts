// A definition as a schema object of OpenAPI 3.0 or Swagger 2.0, which know a part of JSON Schema.
//
// Keywords that a version does not know are left out, so that what is written takes more than the definition where it
// cannot say the same.

import type { Definition } from './definitions.ts'
import { isSchema, isSchemaObject } from './subschemas.ts'

export type SchemaObject = Record<string, unknown>
type Keywords = Readonly<Record<string, unknown>>

interface OlderDialect {
  /** What stands before a definition's name in a `$ref`. */
  readonly prefix: string
  /** Name of the keyword that lets null in. */
  readonly nullable: 'nullable' | 'x-nullable'
  /** Whether it knows anyOf, oneOf and not: 3.0 does. */
  readonly alternatives: boolean
}

/** They are written alike in all versions. */
const SAME = [
  'default',
  'description',
  'example',
  'format',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'title',
  'uniqueItems',
]
export const SAME_IN_3: readonly string[] = [...SAME, 'deprecated', 'readOnly', 'writeOnly']

/** They say what a value is for, and not what it may be. */
const ANNOTATIONS = ['default', 'deprecated', 'description', 'example', 'readOnly', 'title', 'writeOnly']

/** Keywords that mean the same whatever stands beside them. */
const INDEPENDENT = ['allOf', 'anyOf', 'enum', 'not', 'nullable', 'oneOf', 'type', 'x-nullable']

/** Keywords that 3.0 can say wholly, whatever their value. */
const EXACT = [...SAME_IN_3, 'const', 'enum', 'exclusiveMaximum', 'exclusiveMinimum', 'required', 'type']

export function writeOlder(definition: Definition, dialect: OlderDialect): SchemaObject {
  if (typeof definition === 'boolean') return definition || !dialect.alternatives ? {} : { not: {} }
  const result: SchemaObject = {
    ...plainKeywords(definition, dialect),
    ...bounds(definition),
    ...arrayKeywords(definition, dialect),
    ...objectKeywords(definition, dialect),
  }
  conjoin(result, typeKeywords(definition, dialect))
  conjoin(result, composition(definition, dialect))
  for (const keyword of ['anyOf', 'oneOf'])
    conjoin(result, alternatives(definition[keyword], keyword, dialect))
  const { $ref } = definition
  if (typeof $ref === 'string') refer(result, dialect.prefix + $ref)
  return result
}

function plainKeywords(definition: Keywords, dialect: OlderDialect): SchemaObject {
  const same = dialect.alternatives ? SAME_IN_3 : SAME
  const result = Object.fromEntries(
    Object.entries(definition).filter(([keyword]) => same.includes(keyword) || keyword.startsWith('x-')),
  )
  const values = 'const' in definition ? [definition['const']] : definition['enum']
  if (Array.isArray(values) && values.length > 0) result['enum'] = unique(values)
  const { examples, contentEncoding, contentMediaType } = definition
  if (Array.isArray(examples) && examples.length > 0) result['example'] ??= examples[0]
  if (contentEncoding === 'base64') result['format'] ??= 'byte'
  else if (contentMediaType === 'application/octet-stream') result['format'] ??= 'binary'
  return result
}

/** An exclusive bound is a number of its own in JSON Schema, and a property of the other bound here. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Keywords): SchemaObject {
  const result: SchemaObject = {}
  if (typeof exclusiveMinimum === 'number' && !(typeof minimum === 'number' && minimum > exclusiveMinimum)) {
    result['minimum'] = exclusiveMinimum
    result['exclusiveMinimum'] = true
  }
  if (typeof exclusiveMaximum === 'number' && !(typeof maximum === 'number' && maximum < exclusiveMaximum)) {
    result['maximum'] = exclusiveMaximum
    result['exclusiveMaximum'] = true
  }
  return result
}

/** Elements cannot be told apart by their place: each may be any of them. */
function arrayKeywords(definition: Keywords, dialect: OlderDialect): SchemaObject {
  const { items, prefixItems, maxItems } = definition
  const first = Array.isArray(prefixItems) ? prefixItems.filter(isSchema) : []
  if (items === false) {
    const most = typeof maxItems === 'number' ? Math.min(maxItems, first.length) : first.length
    return { items: anyOfThese(first, dialect), maxItems: most }
  }
  if (isSchema(items)) return { items: anyOfThese([...first, items], dialect) }
  const types = typesOf(definition).filter(type => type !== 'null')
  return types.length === 1 && types[0] === 'array' ? { items: {} } : {}
}

function objectKeywords(definition: Keywords, dialect: OlderDialect): SchemaObject {
  const result: SchemaObject = {}
  const { properties, required } = definition
  const written = isSchemaObject(properties) ? writeNamed(properties, dialect) : {}
  const needed: readonly unknown[] = Array.isArray(required) ? unique(required) : []
  if (needed.length > 0) result['required'] = needed
  // 2.0 wants every required property described
  const missing = dialect.alternatives ? [] : needed.filter(name => !Object.hasOwn(written, String(name)))
  const all = [...Object.entries(written), ...missing.map(name => [String(name), {}] as const)]
  if (all.length > 0 || isSchemaObject(properties)) result['properties'] = Object.fromEntries(all)
  const others = otherProperties(definition, dialect)
  if (others !== undefined) result['additionalProperties'] = others
  return result
}

/** Names cannot be told apart by a pattern: any other property may be what one of the patterns asks for. */
function otherProperties(definition: Keywords, dialect: OlderDialect): SchemaObject | boolean | undefined {
  const { additionalProperties, patternProperties } = definition
  const patterns = isSchemaObject(patternProperties) ? Object.values(patternProperties).filter(isSchema) : []
  if (!isSchema(additionalProperties)) return undefined
  if (patterns.length === 0 && typeof additionalProperties === 'boolean') return additionalProperties
  return anyOfThese(additionalProperties === false ? patterns : [...patterns, additionalProperties], dialect)
}

function writeNamed(schemas: Keywords, dialect: OlderDialect): SchemaObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      isSchema(schema) ? writeOlder(schema, dialect) : {},
    ]),
  )
}

function typeKeywords(definition: Keywords, dialect: OlderDialect): SchemaObject {
  const types = typesOf(definition)
  const nullable = types.includes('null') ? { [dialect.nullable]: true } : {}
  const others = types.filter(type => type !== 'null')
  const [only] = others
  if (only === undefined) return types.length === 0 ? {} : { enum: [null], ...nullable }
  if (others.length === 1) return { type: only, ...nullable }
  if (!dialect.alternatives) return nullable
  return { anyOf: others.map(type => ({ type, ...(type === 'array' ? { items: {} } : {}), ...nullable })) }
}

function composition({ allOf, not }: Keywords, dialect: OlderDialect): SchemaObject {
  const result: SchemaObject = {}
  if (Array.isArray(allOf) && allOf.length > 0)
    result['allOf'] = allOf.filter(isSchema).map(one => writeOlder(one, dialect))
  // the negation of what takes more than the definition would take less
  if (isSchema(not) && dialect.alternatives && isExact(not)) result['not'] = writeOlder(not, dialect)
  return result
}

function isExact(schema: Definition): boolean {
  return typeof schema === 'boolean' || Object.keys(schema).every(keyword => EXACT.includes(keyword))
}

function alternatives(branches: unknown, keyword: string, dialect: OlderDialect): SchemaObject {
  if (!Array.isArray(branches)) return {}
  const others = branches.filter(isSchema).filter(schema => !isNull(schema))
  const nullable = others.length < branches.length ? { [dialect.nullable]: true } : {}
  const [only] = others
  if (only !== undefined && others.length === 1) {
    const written = writeOlder(only, dialect)
    return '$ref' in written ? { allOf: [written], ...nullable } : { ...written, ...nullable }
  }
  if (!dialect.alternatives) return nullable
  const nothing = others.length < branches.length ? [{ enum: [null], ...nullable }] : []
  return { [keyword]: [...others.map(one => writeOlder(one, dialect)), ...nothing] }
}

/** One schema that takes what any of these takes. */
function anyOfThese(schemas: readonly Definition[], dialect: OlderDialect): SchemaObject {
  const written = unique(schemas.map(schema => writeOlder(schema, dialect)))
  const [only = {}] = written
  if (written.length <= 1) return only
  const anything = !dialect.alternatives || written.some(one => Object.keys(one).length === 0)
  return anything ? {} : { anyOf: written }
}

/** Adds what must hold as well: in the same schema where the two do not meddle with each other, else in an allOf. */
function conjoin(result: SchemaObject, also: SchemaObject): void {
  const keywords = Object.keys(also)
  if (keywords.length === 0) return
  const free = keywords.every(keyword => !(keyword in result))
  const apart =
    Object.keys(result).every(keyword => ANNOTATIONS.includes(keyword)) ||
    keywords.every(keyword => INDEPENDENT.includes(keyword))
  if (free && apart) Object.assign(result, also)
  else appendToAllOf(result, also)
}

/** Nothing counts beside a `$ref` in the same schema. */
function refer(result: SchemaObject, $ref: string): void {
  if (Object.keys(result).length === 0) result['$ref'] = $ref
  else appendToAllOf(result, { $ref })
}

function appendToAllOf(result: SchemaObject, also: SchemaObject): void {
  result['allOf'] = [...(Array.isArray(result['allOf']) ? result['allOf'] : []), also]
}

function isNull(schema: Definition): boolean {
  return typeof schema === 'object' && (schema['type'] === 'null' || schema['const'] === null)
}

/** The types that a schema names. */
export function typesOf({ type }: Keywords): readonly string[] {
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter(one => typeof one === 'string') : []
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Map(values.map(value => [JSON.stringify(value), value])).values()]
}
