// The best classes of an output, in words.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { classify } from '../../runtime/contracts/v2-classification.ts'
import type { ModelInfo } from '../../runtime/model-info.ts'
import type { Tensor } from '../../runtime/tensor.ts'

function info(maxBatchSize: number, labels: readonly string[] = []): ModelInfo {
  return {
    name: 'm',
    version: '1',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs: [],
    outputs: [],
    maxBatchSize,
    labels: { y: labels },
    config: {},
  }
}

function floats(shape: readonly number[], ...values: readonly number[]): Tensor {
  return { datatype: 'FP32', shape, data: Float32Array.from(values) }
}

test('each row has its best classes, best first, with six decimals, the index and the label', () => {
  const tensor = floats([2, 3], 0.1, 0.7, 0.2, 3, -1, 2)
  assert.deepEqual(classify('y', tensor, 2, info(8, ['cat', 'dog'])), {
    datatype: 'BYTES',
    shape: [2, 2],
    data: ['0.700000:1:dog', '0.200000:2', '3.000000:0:cat', '2.000000:2'],
  })
})

test('labels belong to one output', () => {
  assert.deepEqual(classify('z', floats([1, 1], 1), 1, info(8, ['cat'])).data, ['1.000000:0'])
})

test('a model without a batch dimension has one list', () => {
  assert.deepEqual(classify('y', floats([2, 2], 1, 4, 3, 2), 3, info(0)), {
    datatype: 'BYTES',
    shape: [3],
    data: ['4.000000:1', '3.000000:2', '2.000000:3'],
  })
})

test('of equal scores the first is first', () => {
  assert.deepEqual(classify('y', floats([1, 3], 1, 1, 1), 3, info(1)).data, [
    '1.000000:0',
    '1.000000:1',
    '1.000000:2',
  ])
})

test('whole numbers are scores too, also with 64 bits', () => {
  const tensor: Tensor = { datatype: 'INT64', shape: [1, 2], data: BigInt64Array.of(-5n, 7n) }
  assert.deepEqual(classify('y', tensor, 1, info(1)).data, ['7.000000:1'])
})

test('what is no number comes last', () => {
  assert.deepEqual(classify('y', floats([1, 4], Number.NaN, 1, Number.NaN, 2), 2, info(1)).data, [
    '2.000000:3',
    '1.000000:1',
  ])
})

test('no rows have no classes', () => {
  assert.deepEqual(classify('y', floats([0, 3]), 2, info(8)), { datatype: 'BYTES', shape: [0, 2], data: [] })
})

test('no class that is left out is better than one that is there', () => {
  const anyScores = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 9,
  })
  fc.assert(
    fc.property(anyScores, fc.integer({ min: 1, max: 10 }), (scores, count) => {
      const { data, shape } = classify('y', floats([1, scores.length], ...scores), count, info(1))
      const taken = Math.min(count, scores.length)
      assert.deepEqual(shape, [1, taken])
      const chosen = Array.from<unknown, number>(data, text => Number(String(text).split(':')[1]))
      assert.equal(new Set(chosen).size, taken)
      const best = scores.toSorted((a, b) => b - a).slice(0, taken)
      assert.deepEqual(
        chosen.map(index => scores[index]).toSorted((a = 0, b = 0) => b - a),
        best,
      )
    }),
  )
})

test('texts, booleans and half precision have no classes', () => {
  const tensors: readonly Tensor[] = [
    { datatype: 'BYTES', shape: [1, 1], data: ['a'] },
    { datatype: 'BOOL', shape: [1, 1], data: Uint8Array.of(1) },
    { datatype: 'FP16', shape: [1, 1], data: Uint16Array.of(1) },
  ]
  for (const tensor of tensors)
    assert.throws(() => classify('y', tensor, 1, info(1)), {
      code: 'ERR_INPUT_SHAPE',
      message: `class result not available for output 'y' due to unsupported type '${tensor.datatype}'`,
    })
})
