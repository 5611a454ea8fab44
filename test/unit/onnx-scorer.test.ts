// Which requests to a model that is served as it is share a batch.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InferenceSession } from 'onnxruntime-node'
import { completeConfig } from '../../runtime/model/complete-config.ts'
import { NO_CONFIG } from '../../runtime/model/model-config.ts'
import { OnnxScorer } from '../../runtime/model/onnx-scorer.ts'
import { FIRST_COME, type ScoreRequest } from '../../runtime/scoring.ts'
import { elementCount } from '../../runtime/tensor.ts'
import { TensorInput } from '../../runtime/tensor-request.ts'

const signature = { inputs: [], outputs: [] }
const config = completeConfig(NO_CONFIG, signature, 'm')
// true enough: nothing is run
const scorer = new OnnxScorer({} as InferenceSession, config, null, FIRST_COME)

function request(rows: number, ...shapes: readonly (readonly number[])[]): ScoreRequest {
  const tensors = new Map(
    shapes.map((shape, index) => [
      `x${index}`,
      { datatype: 'FP32' as const, shape, data: new Float32Array(elementCount(shape)) },
    ]),
  )
  return {
    requestId: '1',
    input: new TensorInput(tensors, null, rows),
    raw: Buffer.alloc(0),
    contentType: null,
    headers: {},
    query: {},
    cancellation: new AbortController(),
    schedule: null,
  }
}

test('requests that differ in their rows alone fit together', () => {
  const one = scorer.shareOf(request(1, [1, 4], [1]))
  const many = scorer.shareOf(request(7, [7, 4], [7]))
  assert.equal(many.key, one.key)
  assert.deepEqual([one.rows, many.rows], [1, 7])
  assert.notEqual(scorer.shareOf(request(1, [1, 5], [1])).key, one.key)
})

test('a request whose own inputs differ in dimension 0 fits with none, not even with its like', () => {
  const alike = [1, 2].map(() => scorer.shareOf(request(1, [3, 4], [5])).key)
  const plain = scorer.shareOf(request(1, [1, 4], [1])).key
  assert.equal(new Set([...alike, plain]).size, 3)
})
