// What of a model's inputs and outputs the protocol can carry.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InferenceSession } from 'onnxruntime-node'
import { signatureOf } from '../../runtime/model/onnx-signature.ts'

type Value = InferenceSession.ValueMetadata

const tensor = (name: string, shape: readonly (number | string)[], type = 'float32') =>
  ({ name, isTensor: true, type, shape }) as Value // true: as onnxruntime describes one
const sequence = (name: string): Value => ({ name, isTensor: false })

const signature = (inputMetadata: readonly Value[], outputMetadata: readonly Value[]) =>
  signatureOf({ inputMetadata, outputMetadata })

test('dimensions without a size are -1, and their names are kept', () => {
  assert.deepEqual(signature([tensor('x', ['N', '', 3])], [tensor('y', [], 'int64')]), {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1, 3], symbols: ['N', '', ''] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: [], symbols: [] }],
    leftOut: [],
  })
})

test('an output that is no tensor is left out, as long as another is', () => {
  const { outputs, leftOut } = signature(
    [tensor('x', [1])],
    [tensor('label', ['N'], 'int64'), sequence('probabilities')],
  )
  assert.deepEqual(
    outputs.map(({ name }) => name),
    ['label'],
  )
  assert.deepEqual(leftOut, ['probabilities'])
})

const REFUSED: readonly [string, readonly Value[], readonly Value[]][] = [
  [
    'a request cannot carry its input s: it is no tensor but a sequence, a map or an optional',
    [tensor('x', [1]), sequence('s')],
    [tensor('y', [1])],
  ],
  [
    'a request cannot carry its input q: there is no datatype int4 in the protocol',
    [tensor('q', [1], 'int4')],
    [tensor('y', [1])],
  ],
  [
    'an answer can carry none of its outputs s,t: it is no tensor but a sequence, a map or an optional',
    [tensor('x', [1])],
    [sequence('s'), sequence('t')],
  ],
]

for (const [message, inputs, outputs] of REFUSED)
  test(`refused: ${message}`, () => {
    assert.throws(() => signature(inputs, outputs), { name: 'TypeError', message })
  })
