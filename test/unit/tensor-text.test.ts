// Tensors as nested JSON.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Tensor } from '../../runtime/tensor.ts'
import { nest } from '../../runtime/tensor.ts'
import { halfToNumber, tensorsText } from '../../runtime/tensor-text.ts'
import { anyTensor } from '../support/any-tensor.ts'

function text(tensor: Tensor): string {
  return tensorsText(new Map([['y', tensor]])).slice('{"y":'.length, -1)
}

const CASES: readonly (readonly [string, Tensor, string])[] = [
  [
    'a matrix',
    { datatype: 'INT32', shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) },
    '[[1,2,3],[4,5,6]]',
  ],
  ['a vector', { datatype: 'UINT8', shape: [2], data: Uint8Array.of(0, 255) }, '[0,255]'],
  ['a scalar', { datatype: 'FP64', shape: [], data: Float64Array.of(0.1) }, '0.1'],
  ['no rows', { datatype: 'FP32', shape: [0, 3], data: new Float32Array() }, '[]'],
  ['empty rows', { datatype: 'FP32', shape: [2, 0], data: new Float32Array() }, '[[],[]]'],
  ['empty rows of rows', { datatype: 'FP32', shape: [1, 2, 0, 4], data: new Float32Array() }, '[[[],[]]]'],
  [
    'INT64 with every bit',
    { datatype: 'INT64', shape: [2], data: BigInt64Array.of(2n ** 53n + 1n, -(2n ** 63n)) },
    '[9007199254740993,-9223372036854775808]',
  ],
  [
    'UINT64 with every bit',
    { datatype: 'UINT64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    '[18446744073709551615]',
  ],
  [
    'what is no number',
    {
      datatype: 'FP32',
      shape: [3],
      data: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    },
    '[null,null,null]',
  ],
  [
    'half precision',
    { datatype: 'FP16', shape: [6], data: Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x7c00) },
    '[1,-2,0.333251953125,5.960464477539063e-8,65504,null]',
  ],
  ['booleans', { datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) }, '[true,false]'],
  ['texts', { datatype: 'BYTES', shape: [1, 2], data: ['a"\n', 'größe'] }, '[["a\\"\\n","größe"]]'],
]

for (const [name, tensor, expected] of CASES)
  test(`${name} is ${expected}`, () => {
    assert.equal(text(tensor), expected)
  })

test('several outputs are an object by name', () => {
  const one: Tensor = { datatype: 'INT8', shape: [1], data: Int8Array.of(1) }
  assert.equal(
    tensorsText(
      new Map([
        ['a"b', one],
        ['c', one],
      ]),
    ),
    '{"a\\"b":[1],"c":[1]}',
  )
  assert.equal(tensorsText(new Map()), '{}')
})

test('it is JSON, and nested as the shape says, whatever is in it', () => {
  fc.assert(
    fc.property(
      anyTensor(['BOOL', 'UINT8', 'UINT16', 'UINT32', 'INT8', 'INT16', 'INT32', 'FP32', 'FP64', 'BYTES']),
      tensor => {
        const shown = Array.from<unknown, unknown>(tensor.data, element => {
          if (tensor.datatype === 'BOOL') return element !== 0
          return typeof element === 'number' && !Number.isFinite(element) ? null : element
        })
        // JSON has no -0, and deepEqual tells it from 0
        const expected = JSON.parse(JSON.stringify(nest(shown, tensor.shape)))
        assert.deepEqual(JSON.parse(text(tensor)), expected)
      },
    ),
  )
})

test('half precision is what its bits say', () => {
  const known: readonly (readonly [number, number])[] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ]
  for (const [bits, value] of known) assert.ok(Object.is(halfToNumber(bits), value), bits.toString(16))
  let last = Number.NEGATIVE_INFINITY
  for (let bits = 0xfbff; bits > 0x8000; bits--) {
    assert.ok(halfToNumber(bits) > last)
    last = halfToNumber(bits)
  }
  for (let bits = 0; bits < 0x7c00; bits++) {
    assert.ok(halfToNumber(bits) > last)
    last = halfToNumber(bits)
  }
})
