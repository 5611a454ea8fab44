// The JSON of requests with binary tensors, parsed. A client that sends the same shapes sends the same JSON, to the byte.

import { ANY, cutJson, type JsonParts } from '../json-parts.ts'

/** Where the data of the inputs is, which is not parsed with the rest. */
const DATA = ['inputs', ANY, 'data'] as const
const LABEL = 'the inference request'

const MOST = 64
const MOST_BYTES = 1024
/** By the text, as Latin-1; nobody changes what is in it. */
const recent = new Map<string, JsonParts>()

/** @throws ScorehostError ERR_INPUT_MALFORMED */
export function cutRequest(json: Buffer): JsonParts {
  return cutJson(json, DATA, LABEL)
}

/**
 * As {@link cutRequest}, for the JSON in front of binary tensors: to find it here costs half a microsecond, to parse it four.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED
 */
export function cutBinaryRequest(json: Buffer): JsonParts {
  if (json.length > MOST_BYTES) return cutRequest(json)
  const text = json.toString('latin1')
  const known = recent.get(text)
  if (known !== undefined) return known
  const parts = cutRequest(json)
  if (recent.size >= MOST) recent.clear()
  recent.set(text, parts)
  return parts
}
