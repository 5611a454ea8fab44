// Schemas as the definitions of one document: whatever a `$ref` leads to becomes a definition with a name.

import type { JsonSchema } from '../scoring.ts'
import { isSchema, isSchemaObject, mapSubschemas } from './subschemas.ts'

/** A schema of draft 2020-12, without `$id`, anchors and `$defs`; the value of a `$ref` is the name of a definition. */
export type Definition = JsonSchema

/** Makes relative references into URIs; nothing is ever fetched. */
const NOWHERE = 'https://schema.invalid/'

/** They say where a schema is and not what it takes. */
const BOOKKEEPING = new Set([
  '$anchor',
  '$comment',
  '$defs',
  '$dynamicAnchor',
  '$id',
  '$recursiveAnchor',
  '$schema',
  '$vocabulary',
  'definitions',
])

/** The definitions of all these schemas, the schemas themselves under the names they have here. */
export function collectDefinitions(
  roots: Readonly<Record<string, JsonSchema>>,
): ReadonlyMap<string, Definition> {
  // the roots keep their names, so they are taken before any other
  const definitions = new Map<string, Definition>(Object.entries(roots))
  for (const [name, root] of Object.entries(roots)) new SchemaDocument(name, root, definitions).collect()
  return definitions
}

/** One schema with all that its references can lead to. */
class SchemaDocument {
  readonly #name: string
  readonly #root: JsonSchema
  readonly #definitions: Map<string, Definition>
  /** Schemas with an identity of their own by their URI, those with an anchor by that and their anchor. */
  readonly #byUri = new Map<string, JsonSchema>()
  /** URI against which the references in a schema are resolved. */
  readonly #bases = new Map<object, string>()
  readonly #names = new Map<JsonSchema, string>()

  constructor(name: string, root: JsonSchema, definitions: Map<string, Definition>) {
    this.#name = name
    this.#root = root
    this.#definitions = definitions
    this.#byUri.set(NOWHERE, root)
    this.#index(root, NOWHERE)
  }

  collect(): void {
    this.#names.set(this.#root, this.#name)
    this.#definitions.set(this.#name, this.#rewritten(this.#root))
  }

  #index(schema: JsonSchema, base: string): void {
    if (typeof schema === 'boolean') return
    let own = base
    const { $id } = schema
    if (typeof $id === 'string') {
      const uri = toUri($id, base)
      // draft-07 writes an anchor as `"$id": "#name"`
      if (uri !== null && $id.startsWith('#')) this.#byUri.set(uri, schema)
      else if (uri !== null) {
        own = uri.replace(/#.*$/, '')
        this.#byUri.set(own, schema)
      }
    }
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = schema[keyword]
      if (typeof anchor === 'string') this.#byUri.set(`${own}#${anchor}`, schema)
    }
    this.#bases.set(schema, own)
    mapSubschemas(schema, subschema => {
      this.#index(subschema, own)
      return subschema
    })
  }

  #rewritten(schema: JsonSchema): Definition {
    if (typeof schema === 'boolean') return schema
    const { $ref, $dynamicRef, $recursiveRef, ...rest } = schema
    const told = Object.fromEntries(Object.entries(rest).filter(([keyword]) => !BOOKKEEPING.has(keyword)))
    const inner = modernised(mapSubschemas(told, subschema => this.#rewritten(subschema)))
    const reference = $ref ?? $dynamicRef ?? $recursiveRef
    const target = typeof reference === 'string' ? this.#resolve(reference, schema) : null
    // what is not in this document, nobody but its author can know: it may be anything
    if (target === null || target === true) return inner
    return target === false
      ? { ...inner, not: {} }
      : { ...inner, $ref: this.#nameOf(target, String(reference)) }
  }

  /** The schema that a reference leads to; null where it leads out of this document. */
  #resolve(reference: string, from: object): JsonSchema | null {
    const base = this.#bases.get(from) ?? NOWHERE
    const uri = toUri(reference, base)
    if (uri === null) return null
    const [resource = '', fragment = ''] = uri.split('#', 2)
    const anchored = this.#byUri.get(fragment === '' ? resource : uri)
    if (anchored !== undefined) return anchored
    const root = this.#byUri.get(resource)
    return root !== undefined && fragment.startsWith('/') ? this.#follow(fragment, root, resource) : null
  }

  #follow(pointer: string, root: JsonSchema, base: string): JsonSchema | null {
    let place: unknown = root
    for (const token of pointer.slice(1).split('/')) {
      const key = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return null
      place = (place as Readonly<Record<string, unknown>>)[key] // true of objects, and of arrays by index
    }
    if (!isSchema(place)) return null
    // below a keyword of the author's own, where the index has not been
    if (typeof place === 'object' && !this.#bases.has(place)) this.#index(place, base)
    return place
  }

  /** Name of the definition that a schema becomes, which it does when it is first referred to. */
  #nameOf(schema: JsonSchema, reference: string): string {
    const known = this.#names.get(schema)
    if (known !== undefined) return known
    const wish =
      decoded(reference)
        .split(/[/#]/)
        .findLast(part => part !== '')
        ?.replace(/[^A-Za-z0-9_-]/g, '_') ?? this.#name
    let name = wish
    for (let count = 2; this.#definitions.has(name); count++) name = `${wish}_${count}`
    this.#names.set(schema, name)
    this.#definitions.set(name, true) // taken, while the schema itself may refer to it
    this.#definitions.set(name, this.#rewritten(schema))
    return name
  }
}

/** What draft 2019-09, draft-07 and OpenAPI 3.0 write in another way than draft 2020-12, in its way. */
function modernised(schema: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const { nullable, additionalItems, dependencies, ...result } = schema
  if (nullable === true && typeof result['type'] === 'string') result['type'] = [result['type'], 'null']
  if (Array.isArray(result['items'])) {
    result['prefixItems'] = result['items']
    delete result['items']
    if (additionalItems !== undefined) result['items'] = additionalItems
  }
  if (isSchemaObject(dependencies)) {
    const of = (names: boolean) =>
      Object.fromEntries(Object.entries(dependencies).filter(([, value]) => Array.isArray(value) === names))
    result['dependentRequired'] = of(true)
    result['dependentSchemas'] = of(false)
  }
  return result
}

function toUri(reference: string, base: string): string | null {
  try {
    return new URL(reference, base).href
  } catch {
    return null
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
