// A definition in the words of each version: 3.1 speaks JSON Schema, 3.0 and 2.0 a part of it and with other words.

import type { Definition } from './definitions.ts'
import { SAME_IN_3, type SchemaObject, typesOf, writeOlder } from './older-schema.ts'
import { mapSubschemas } from './subschemas.ts'

/** One version's way to write schemas. */
export interface Dialect {
  /** What stands before a definition's name in a `$ref`. */
  readonly prefix: string
  readonly write: (definition: Definition) => SchemaObject
}

const COMPONENTS = '#/components/schemas/'
const DEFINITIONS = '#/definitions/'

/** @see https://spec.openapis.org/oas/v3.1.0#schema-object */
export const OPENAPI_31: Dialect = { prefix: COMPONENTS, write: write31 }

/** @see https://spec.openapis.org/oas/v3.0.3#schema-object */
export const OPENAPI_30: Dialect = {
  prefix: COMPONENTS,
  write: definition =>
    writeOlder(definition, { prefix: COMPONENTS, nullable: 'nullable', alternatives: true }),
}

/** @see https://spec.openapis.org/oas/v2.0#schema-object */
export const SWAGGER_2: Dialect = {
  prefix: DEFINITIONS,
  write: definition =>
    writeOlder(definition, { prefix: DEFINITIONS, nullable: 'x-nullable', alternatives: false }),
}

/** Draft 2020-12 without what says where a schema is. */
const KNOWN_31 = new Set([
  ...SAME_IN_3,
  '$ref',
  'additionalProperties',
  'allOf',
  'anyOf',
  'const',
  'contains',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'dependentRequired',
  'dependentSchemas',
  'else',
  'enum',
  'examples',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'if',
  'items',
  'maxContains',
  'minContains',
  'not',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'properties',
  'propertyNames',
  'required',
  'then',
  'type',
  'unevaluatedItems',
  'unevaluatedProperties',
])

function write31(definition: Definition): SchemaObject {
  if (typeof definition === 'boolean') return definition ? {} : { not: {} }
  const known = Object.fromEntries(
    Object.entries(definition).filter(([keyword]) => KNOWN_31.has(keyword) || keyword.startsWith('x-')),
  )
  const result = mapSubschemas(known, inner => (typeof inner === 'boolean' ? inner : write31(inner)))
  if (typeof result['$ref'] === 'string') result['$ref'] = COMPONENTS + result['$ref']
  // these say nothing new, but tools that read 3.0 as well insist on a schema here
  if (typesOf(definition).includes('array')) result['items'] ??= {}
  if (result['items'] === false) result['items'] = { not: {} }
  return result
}
