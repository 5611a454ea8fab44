// From what run() returned to the bytes of an answer.

import { ScorehostError } from './errors.ts'
import { exactNumber } from './tensor.ts'

const JSON_TYPE = 'application/json'

export interface EncodedOutput {
  readonly contentType: string
  readonly body: string | Uint8Array
}

/**
 * A Buffer or Uint8Array goes out as bytes, undefined as `{}`, any other value as JSON.
 *
 * @throws ScorehostError ERR_RUN_FAILED where JSON cannot carry the value
 */
export function encodeOutput(value: unknown): EncodedOutput {
  if (value instanceof Uint8Array) return { contentType: 'application/octet-stream', body: value }
  return { contentType: JSON_TYPE, body: toJson(value === undefined ? {} : value) }
}

/**
 * JSON text of a value that the score module returned.
 *
 * @throws ScorehostError ERR_RUN_FAILED with the place of what JSON cannot carry in its cause
 */
export function toJson(value: unknown): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value)
    if (text !== undefined) return text
    cause = new TypeError(`run() returned a ${typeof value}, which JSON cannot carry`)
  } catch (thrown) {
    cause = unserialisable(value, thrown)
  }
  throw new ScorehostError('ERR_RUN_FAILED', 'The score module returned a value that JSON cannot carry.', {
    cause,
  })
}

/** JSON.stringify says what it stopped at, but not where. What stops the search too, a toJSON() that throws say, is what it said. */
function unserialisable(value: unknown, thrown: unknown): unknown {
  let found: string | null
  try {
    found = findUnserialisable(value, 'result', new Set())
  } catch {
    return thrown
  }
  if (found === null) return thrown
  return new TypeError(`run() returned a value that JSON cannot carry: ${found}`, { cause: thrown })
}

/** Place and kind of the first thing that JSON cannot carry: `result.scores[3] is a BigInt`. Walks as JSON.stringify does. */
function findUnserialisable(value: unknown, place: string, above: Set<object>): string | null {
  if (typeof value === 'bigint') return `${place} is a BigInt (${value})`
  if (typeof value !== 'object' || value === null) return null
  if (above.has(value)) return `${place} is a cycle: it holds itself`
  above.add(value)
  const isOwn = 'toJSON' in value && typeof value.toJSON === 'function'
  const shown: unknown = isOwn ? (value as { toJSON(): unknown }).toJSON() : value // true: just seen
  for (const [key, inner] of Object.entries(shown ?? {})) {
    const where = Array.isArray(shown) ? `${place}[${key}]` : `${place}${propertyOf(key)}`
    const found = findUnserialisable(inner, where, above)
    if (found !== null) return found
  }
  above.delete(value)
  return null
}

function propertyOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/**
 * Makes JSON.stringify write typed arrays as arrays, in place of `{"0":…,"1":…}`.
 *
 * On the prototype and not by a replacer, which would be called for every value of every answer. Buffer has a toJSON of
 * its own and keeps it.
 */
export function writeTypedArraysAsJsonArrays(): void {
  Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), 'toJSON', {
    value: function toJSON(this: Uint8Array) {
      return Array.from<unknown, unknown>(this, exactNumber)
    },
    configurable: true,
    writable: true,
  })
}
