// The body of a request that is an order and not an input: JSON, and small.

import { ScorehostError } from '../errors.ts'
import { parseJson } from '../prototype-keys.ts'

/** @throws ScorehostError ERR_INPUT_MALFORMED */
export function parseBody(body: Buffer): unknown {
  try {
    return parseJson(body.toString())
  } catch (thrown) {
    throw new ScorehostError('ERR_INPUT_MALFORMED', 'The body is not JSON.', { cause: thrown })
  }
}
