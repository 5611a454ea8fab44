// Reads tensor data out of JSON, and says what an input that cannot be read is refused with.

import assert from 'node:assert/strict'
import type { Datatype } from '../../runtime/datatype.ts'
import { readJsonTensor } from '../../runtime/json-tensor.ts'
import type { TensorData } from '../../runtime/tensor.ts'

export const LABEL = "input 'x'"

export function read(text: string, datatype: Datatype, shape: readonly number[]): TensorData {
  const json = Buffer.from(text)
  const { data, end } = readJsonTensor(json, 0, datatype, shape, LABEL)
  assert.equal(json.toString('utf8', end).trim(), '')
  return data
}

export function malformed(message: string) {
  return { code: 'ERR_INPUT_MALFORMED', message: `${LABEL}: ${message}` }
}
