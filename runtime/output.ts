// From what run() returned to the bytes of an answer.

import { ScorehostError } from './errors.ts'
import { exactNumber } from './tensor.ts'

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
  return { contentType: 'application/json', body: toJson(value === undefined ? {} : value) }
}

function toJson(value: unknown): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value)
    if (text !== undefined) return text
    cause = new TypeError(`run() returned a ${typeof value}, which JSON cannot carry`)
  } catch (thrown) {
    cause = thrown
  }
  throw new ScorehostError('ERR_RUN_FAILED', 'The score module returned a value that JSON cannot carry.', {
    cause,
  })
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
