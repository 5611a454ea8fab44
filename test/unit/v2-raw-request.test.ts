// Raw requests of the V2 protocol: a body, and what the model says that it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRawRequest, type RawSignature } from '../../runtime/contracts/v2-raw-request.ts'
import type { Datatype } from '../../runtime/datatype.ts'
import type { Tensor } from '../../runtime/tensor.ts'

function signature(datatype: Datatype, shape: readonly number[], batched = false): RawSignature {
  return { modelName: 'm', inputs: [{ name: 'x', datatype, shape }], batched }
}

function tensorOf(body: Buffer, model: RawSignature): Tensor | undefined {
  return parseRawRequest(body, model).inputs[0]?.tensor
}

test('the body is the only input, and every output is binary', () => {
  assert.deepEqual(parseRawRequest(Buffer.from('0102', 'hex'), signature('INT8', [1, 2])), {
    id: null,
    parameters: {},
    inputs: [
      { name: 'x', tensor: { datatype: 'INT8', shape: [1, 2], data: Int8Array.of(1, 2) }, parameters: {} },
    ],
    outputs: null,
    binaryOutput: true,
  })
})

test('the one dynamic dimension is what makes the shape hold the body, and the batch is one row', () => {
  fc.assert(
    fc.property(
      fc.nat(9),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(7),
      fc.boolean(),
      (dynamic, fixed, offset, batched) => {
        const body = Buffer.alloc(offset + dynamic * fixed * 4).subarray(offset)
        const shape = batched ? [-1, fixed, -1] : [fixed, -1]
        const expected = batched ? [1, fixed, dynamic] : [fixed, dynamic]
        assert.deepEqual(tensorOf(body, signature('FP32', shape, batched)), {
          datatype: 'FP32',
          shape: expected,
          data: new Float32Array(dynamic * fixed),
        })
      },
    ),
  )
})

test('a body of text is a single element of BYTES, without its length', () => {
  for (const shape of [[1], [-1], [1, -1]])
    assert.deepEqual(tensorOf(Buffer.from('é1'), signature('BYTES', shape))?.data, ['é1'])
  assert.throws(() => tensorOf(Buffer.from('a'), signature('BYTES', [2, -1])), {
    code: 'ERR_INPUT_SHAPE',
    message: "input 'x': a raw request has a single element of BYTES, its shape [2,1] has 2",
  })
  assert.throws(() => tensorOf(Buffer.from('a\0'), signature('BYTES', [1])), {
    message: "input 'x': the body has a NUL character, which BYTES cannot carry",
  })
  assert.throws(() => tensorOf(Buffer.of(0xff), signature('BYTES', [1])), {
    message: "input 'x': the body is not UTF-8",
  })
})

test('a body that no dimension makes fit is refused', () => {
  for (const [shape, length, message] of [
    [[2, 2], 15, 'its binary data has 15 bytes, its shape [2,2] of FP32 takes 16'],
    [[2, -1], 12, 'its binary data has 12 bytes, its shape [2,1] of FP32 takes 8'],
    [[0, -1], 4, 'its binary data has 4 bytes, its shape [0,0] of FP32 takes 0'],
  ] as const)
    assert.throws(() => tensorOf(Buffer.alloc(length), signature('FP32', shape)), {
      code: 'ERR_INPUT_SHAPE',
      message: `input 'x': ${message}`,
    })
})

test('a model with several inputs, none, or several dynamic dimensions takes no raw request', () => {
  const { inputs } = signature('FP32', [1])
  for (const count of [0, 2])
    assert.throws(
      () =>
        tensorOf(Buffer.alloc(4), {
          modelName: 'm',
          inputs: [...inputs, ...inputs].slice(0, count),
          batched: false,
        }),
      {
        code: 'ERR_INPUT_SHAPE',
        message: `Raw request must only have 1 input (found 1) to be deduced but got ${count} inputs in 'm' model configuration`,
      },
    )
  assert.throws(() => tensorOf(Buffer.alloc(4), signature('FP32', [-1, -1])), {
    code: 'ERR_INPUT_SHAPE',
    message:
      "The shape of the raw input 'x' can not be deduced because there are more than one variable-sized dimension",
  })
})
