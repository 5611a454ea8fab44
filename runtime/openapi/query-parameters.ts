// The query parameters of a GET whose input is an object: one for each property.

import type { Definition } from './definitions.ts'
import type { Dialect } from './dialects.ts'
import type { SchemaObject } from './older-schema.ts'
import { isSchema, isSchemaObject } from './subschemas.ts'

export interface QueryParameter {
  readonly name: string
  readonly required: boolean
  readonly schema: SchemaObject
  /** A string, a number or a boolean; what is none of them is sent as JSON. */
  readonly primitive: boolean
  /** For one that is not primitive. */
  readonly description: string
}

const PRIMITIVES = ['boolean', 'integer', 'number', 'string']
const MOST_REFERENCES = 100

/** The parameters for the input that a definition describes; none where it is no object with properties. */
export function queryParameters(
  definitions: ReadonlyMap<string, Definition>,
  name: string,
  dialect: Dialect,
): readonly QueryParameter[] {
  const input = follow(definitions, name)
  if (input === null || !isSchemaObject(input['properties'])) return []
  const required: unknown = input['required']
  return Object.entries(input['properties']).map(([property, definition]) => {
    const schema = isSchema(definition) ? dialect.write(definition) : {}
    return {
      name: property,
      required: Array.isArray(required) && required.includes(property),
      schema,
      primitive: typeof schema['type'] === 'string' && PRIMITIVES.includes(schema['type']),
      description: 'JSON',
    }
  })
}

/** The object that a definition is, or refers to. */
function follow(
  definitions: ReadonlyMap<string, Definition>,
  name: string,
): Exclude<Definition, boolean> | null {
  let definition = definitions.get(name)
  for (let step = 0; step < MOST_REFERENCES && typeof definition === 'object'; step++) {
    const { $ref } = definition
    if (typeof $ref !== 'string') return definition
    definition = definitions.get($ref)
  }
  return null
}
