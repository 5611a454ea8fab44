// Whether inputs fit a model: what has a batch dimension, and what only may have one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tensor } from '../../runtime/tensor.ts'
import { checkInputs, type ModelShape } from '../../runtime/tensor-check.ts'

const model = (maxBatchSize: number, batchIsAssumed: boolean): ModelShape => ({
  name: 'm',
  inputs: ['a', 'b'].map(name => ({ name, datatype: 'FP32', shape: [-1] })),
  outputs: [],
  maxBatchSize,
  batchIsAssumed,
})

const tensor = (rows: number): Tensor => ({ datatype: 'FP32', shape: [rows], data: new Float32Array(rows) })
const inputs = (a: number, b: number) =>
  new Map([
    ['a', tensor(a)],
    ['b', tensor(b)],
  ])

test('the rows of a request are those of its inputs', () => {
  for (const isAssumed of [false, true]) assert.equal(checkInputs(model(4, isAssumed), inputs(3, 3)), 3)
  assert.equal(checkInputs(model(0, false), inputs(3, 5)), 1)
})

test('a batch dimension that the configuration speaks of is held to it', () => {
  assert.throws(() => checkInputs(model(4, false), inputs(3, 2)), {
    code: 'ERR_INPUT_SHAPE',
    message: "input 'b' batch size does not match other inputs for 'm': 2 and 3",
  })
  assert.throws(() => checkInputs(model(4, false), inputs(5, 5)), {
    code: 'ERR_INPUT_SHAPE',
    message: "inference request batch-size must be <= 4 for 'm', got 5",
  })
})

test('one that is only assumed refuses nothing that the model may take', () => {
  assert.equal(checkInputs(model(4, true), inputs(3, 2)), 1)
  assert.equal(checkInputs(model(4, true), inputs(5, 5)), 5)
})
