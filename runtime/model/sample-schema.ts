// The JSON Schema of a sample: what must look like it.

import type { JsonSchema } from '../scoring.ts'

const ANYTHING: JsonSchema = {}
const NUMBERS: JsonSchema = { type: 'array', items: { type: 'number' } }

/** Elements that look more different than this are of any kind: a list of so many says nothing to a reader. */
const MOST_ALTERNATIVES = 8

/**
 * The schema of what looks like the sample: the same keys or more, elements like its elements, null as a place for anything.
 *
 * @returns null where there is no sample, and where it is bytes, which have no schema
 */
export function sampleSchema(sample: unknown): JsonSchema | null {
  return sample === undefined || sample instanceof Uint8Array ? null : schemaOf(sample)
}

function schemaOf(value: unknown): JsonSchema {
  if (typeof value === 'string') return { type: 'string' }
  if (typeof value === 'boolean') return { type: 'boolean' }
  // JSON writes NaN and Infinity as null
  if (typeof value === 'number') return Number.isFinite(value) ? { type: 'number' } : ANYTHING
  if (typeof value !== 'object' || value === null) return ANYTHING
  if (ArrayBuffer.isView(value)) return NUMBERS
  if (Array.isArray(value)) return { type: 'array', items: merged(value.map(schemaOf)) }
  if ('toJSON' in value && typeof value.toJSON === 'function') return schemaOf(value.toJSON())
  // JSON leaves these out
  const entries = Object.entries(value).filter(([, of]) => of !== undefined && typeof of !== 'function')
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, of]) => [name, schemaOf(of)])),
    required: entries.map(([name]) => name),
  }
}

/** One schema for all elements of an array. */
function merged(schemas: readonly JsonSchema[]): JsonSchema {
  const different = [...new Map(schemas.map(schema => [JSON.stringify(schema), schema])).values()]
  const [only = ANYTHING] = different
  if (different.length <= 1) return only
  const anything = different.some(schema => Object.keys(schema).length === 0)
  return anything || different.length > MOST_ALTERNATIVES ? ANYTHING : { anyOf: different }
}
