// Where in a JSON Schema its subschemas are.

import type { JsonSchema } from '../scoring.ts'

/** Keywords whose value is a schema, or in the older drafts a list of them. */
const ONE = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]
const LIST = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
/** Keywords whose value has schemas by name; those of `dependencies` may be lists of property names. */
const NAMED = ['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties']

const CARRIERS = [...ONE, ...LIST, ...NAMED]

/** The same schema with each of its subschemas replaced; what is data, as `default` and `enum`, stays as it is. */
export function mapSubschemas(
  schema: Readonly<Record<string, unknown>>,
  replace: (subschema: JsonSchema) => unknown,
): Record<string, unknown> {
  const one = (value: unknown) => (isSchema(value) ? replace(value) : value)
  const result = { ...schema }
  for (const keyword of CARRIERS) {
    const value = schema[keyword]
    if (value === undefined) continue
    if (Array.isArray(value)) result[keyword] = value.map(one)
    else if (NAMED.includes(keyword) && isSchemaObject(value))
      result[keyword] = Object.fromEntries(Object.entries(value).map(([name, of]) => [name, one(of)]))
    else result[keyword] = one(value)
  }
  return result
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isSchemaObject(value)
}

export function isSchemaObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
