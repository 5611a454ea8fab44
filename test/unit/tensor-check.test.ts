// The words with which tensors that do not fit a model are refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Datatype } from '../../runtime/datatype.ts'
import { checkInputs, checkOutputs, type ModelShape } from '../../runtime/tensor-check.ts'

const MODEL: ModelShape = {
  name: 'm',
  inputs: [
    { name: 'a', datatype: 'FP32', shape: [-1, 3] },
    { name: 'b', datatype: 'INT64', shape: [-1, -1] },
  ],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1] },
    { name: 'z', datatype: 'FP32', shape: [-1] },
  ],
  maxBatchSize: 4,
  batchIsAssumed: false,
}
const UNBATCHED: ModelShape = {
  ...MODEL,
  inputs: [{ name: 'a', datatype: 'FP32', shape: [2, -1] }],
  maxBatchSize: 0,
}

type Given = Readonly<Record<string, readonly [Datatype, ...number[]]>>

function check(given: Given, model: ModelShape = MODEL): number {
  return checkInputs(
    model,
    new Map(
      Object.entries(given).map(([name, [datatype, ...shape]]) => [
        name,
        { datatype, shape, data: new Float32Array() },
      ]),
    ),
  )
}

const FITS: Given = { a: ['FP32', 2, 3], b: ['INT64', 2, 7] }

test('what fits has so many rows as its first dimension', () => {
  assert.equal(check(FITS), 2)
  assert.equal(check({ a: ['FP32', 4, 3], b: ['INT64', 4, 0] }), 4)
})

test('a model without a batch dimension always takes one row', () => {
  assert.equal(check({ a: ['FP32', 2, 9] }, UNBATCHED), 1)
})

const REFUSED: readonly (readonly [Given, string, ModelShape?])[] = [
  [{ ...FITS, c: ['FP32', 1] }, "expected 2 inputs but got 3 inputs for model 'm'; unexpected 'c'"],
  [{ b: ['INT64', 2, 7] }, "expected 2 inputs but got 1 inputs for model 'm'; missing 'a'"],
  [{ c: ['FP32', 1] }, "expected 2 inputs but got 1 inputs for model 'm'; missing 'a', 'b'; unexpected 'c'"],
  [{}, "expected 2 inputs but got 0 inputs for model 'm'; missing 'a', 'b'"],
  [{ a: ['FP32', 2, 3], c: ['INT64', 2, 7] }, "unexpected inference input 'c' for model 'm'"],
  [{ ...FITS, a: ['FP64', 2, 3] }, "inference input 'a' data-type is 'FP64', but model 'm' expects 'FP32'"],
  [
    { ...FITS, a: ['FP32', 2, 4] },
    "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [2,4]",
  ],
  [{ ...FITS, a: ['FP32', 3] }, "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [3]"],
  [{ ...FITS, a: ['FP32'] }, "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got []"],
  [
    { a: ['FP32', 3, 9] },
    "unexpected shape for input 'a' for model 'm'. Expected [2,-1], got [3,9]",
    UNBATCHED,
  ],
  [{ ...FITS, b: ['INT64', 3, 7] }, "input 'b' batch size does not match other inputs for 'm': 3 and 2"],
  [{ a: ['FP32', 5, 3], b: ['INT64', 5, 1] }, "inference request batch-size must be <= 4 for 'm', got 5"],
]

for (const [given, message, model] of REFUSED)
  test(`refused: ${message}`, () => {
    assert.throws(() => check(given, model), { code: 'ERR_INPUT_SHAPE', message })
  })

test('outputs are asked for by a name that there is, and once', () => {
  checkOutputs(MODEL, [])
  checkOutputs(MODEL, ['z', 'y'])
  assert.throws(() => checkOutputs(MODEL, ['x']), {
    code: 'ERR_INPUT_SHAPE',
    message: "unexpected inference output 'x' for model 'm'",
  })
  assert.throws(() => checkOutputs(MODEL, ['y', 'y']), {
    code: 'ERR_INPUT_SHAPE',
    message: "output 'y' already exists in request",
  })
})

test('a batch dimension that is only assumed refuses nothing that the model may take', () => {
  const assumed = { ...MODEL, batchIsAssumed: true }
  assert.equal(check({ a: ['FP32', 3, 3], b: ['INT64', 2, 7] }, assumed), 1)
  assert.equal(check({ a: ['FP32', 5, 3], b: ['INT64', 5, 1] }, assumed), 5)
})
