// Keys of an input that could change a prototype, once a score module merges the input into something of its own.

import { parse, scan } from 'secure-json-parse'

/** `__proto__` is dropped, and `constructor` where it holds a `prototype`. */
const DROPPED = { protoAction: 'remove', constructorAction: 'remove' } as const

/**
 * As JSON.parse, without such keys. Looks for them in the text, so that text without them costs no walk.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return parse(text, null, DROPPED)
}

/** Drops such keys from an object and from everything below it. */
export function dropPrototypeKeys(object: object): void {
  scan(object, DROPPED)
}
