// Tensors as bytes, there and back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeBinaryTensor, readBinaryTensor } from '../../runtime/binary-tensor.ts'
import { DATATYPES, type Datatype } from '../../runtime/datatype.ts'
import type { TensorData } from '../../runtime/tensor.ts'
import { anyTensor } from '../support/any-tensor.ts'

const LABEL = "input 'x'"

function read(bytes: Buffer, datatype: Datatype, shape: readonly number[]): TensorData {
  return readBinaryTensor(bytes, datatype, shape, LABEL)
}

/** The same bytes at an offset that is not theirs to choose. */
function shifted(bytes: Buffer, offset: number): Buffer {
  const around = Buffer.alloc(bytes.length + offset + 3, 0xff)
  bytes.copy(around, offset)
  return around.subarray(offset, offset + bytes.length)
}

test('every tensor comes back from its bytes, wherever in a body they are', () => {
  fc.assert(
    fc.property(anyTensor(), fc.nat(9), (tensor, offset) => {
      const bytes = shifted(encodeBinaryTensor(tensor), offset)
      const { datatype, shape, data } = tensor
      assert.deepEqual(read(bytes, datatype, shape), data)
      if (datatype !== 'BYTES') assert.equal(bytes.length, data.length * DATATYPES[datatype].bytes)
    }),
    { numRuns: 500 },
  )
})

test('numbers are little-endian, and a text is behind the length of its bytes', () => {
  const bytesOf = (data: TensorData) => encodeBinaryTensor({ data }).toString('hex')
  assert.equal(bytesOf(Float32Array.of(1)), '0000803f')
  assert.equal(bytesOf(Uint16Array.of(1, 256)), '01000001')
  assert.equal(bytesOf(BigInt64Array.of(-2n)), 'feffffffffffffff')
  assert.equal(bytesOf(['é', '']), '02000000c3a900000000')
})

test('aligned bytes are not copied', () => {
  const bytes = Buffer.from(new ArrayBuffer(16))
  const aligned = read(bytes, 'FP32', [4])
  bytes.writeFloatLE(5, 4)
  assert.deepEqual(aligned, Float32Array.of(0, 5, 0, 0))
})

test('bytes that are not as many as the shape takes are refused', () => {
  for (const length of [0, 15, 17, 32])
    assert.throws(() => read(Buffer.alloc(length), 'FP32', [2, 2]), {
      code: 'ERR_INPUT_SHAPE',
      message: `input 'x': its binary data has ${length} bytes, its shape [2,2] of FP32 takes 16`,
    })
  assert.throws(() => read(Buffer.alloc(10), 'FP64', [1e5, 1e5]), { code: 'ERR_INPUT_SHAPE' })
})

test('BOOL takes no bytes but 0 and 1', () => {
  assert.throws(() => read(Buffer.of(0, 1, 2), 'BOOL', [3]), {
    code: 'ERR_INPUT_MALFORMED',
    message: "input 'x': element 2 must be a byte of 0 or 1, found 2",
  })
})

test('texts that are cut short, too few or too many are refused', () => {
  const two = encodeBinaryTensor({ data: ['ab', 'cd'] })
  for (const count of [0, 1, 3])
    assert.throws(() => read(two, 'BYTES', [count]), {
      code: 'ERR_INPUT_SHAPE',
      message: `input 'x': its binary data has 2 elements, its shape [${count}] has ${count}`,
    })
  for (const cut of [1, 2, 3, 5]) {
    const end = cut < 3 ? 12 : 10
    assert.throws(() => read(two.subarray(0, 12 - cut), 'BYTES', [2]), {
      code: 'ERR_INPUT_MALFORMED',
      message: `input 'x': element 1 goes to byte ${end} of its binary data, which has ${12 - cut}`,
    })
  }
  assert.throws(() => read(Buffer.from('ffffffff61', 'hex'), 'BYTES', [1]), {
    code: 'ERR_INPUT_MALFORMED',
    message: "input 'x': element 0 goes to byte 4294967299 of its binary data, which has 5",
  })
})

test('texts that ONNX Runtime would alter are refused', () => {
  const nul = encodeBinaryTensor({ data: ['a', 'b\0c'] })
  assert.throws(() => read(nul, 'BYTES', [2]), {
    code: 'ERR_INPUT_MALFORMED',
    message: "input 'x': element 1 has a NUL character, which BYTES cannot carry",
  })
  for (const bytes of ['ff', 'c3', 'eda080', 'f8', 'efbfbdff'])
    assert.throws(() => read(Buffer.from(`0${bytes.length / 2}000000${bytes}`, 'hex'), 'BYTES', [1]), {
      code: 'ERR_INPUT_MALFORMED',
      message: "input 'x': element 0 is not UTF-8",
    })
  assert.deepEqual(read(encodeBinaryTensor({ data: ['\ufffd'] }), 'BYTES', [1]), ['\ufffd'])
})
