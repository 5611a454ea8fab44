// Tensors that are the same but for rounding.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DATATYPES, type Datatype } from '../../runtime/datatype.ts'
import type { Tensor } from '../../runtime/tensor.ts'
import { equalTensor, likeTensor } from '../../runtime/tensor-likeness.ts'
import { anyTensor } from '../support/any-tensor.ts'

function tensor(datatype: Datatype, values: readonly (number | string)[]): Tensor {
  const { array: TypedArray } = DATATYPES[datatype]
  const shape = [values.length]
  if (TypedArray === null) return { datatype, shape, data: values.map(String) }
  // true: every constructor of the table takes a list of its own kind
  const isBig = datatype.endsWith('INT64')
  const data = (TypedArray as Float64ArrayConstructor).from(
    values.map(value => (isBig ? BigInt(value) : Number(value)) as number),
  )
  return { datatype, shape, data }
}

test('every tensor is like itself, and equal', () => {
  fc.assert(
    fc.property(anyTensor(), one => {
      assert.ok(likeTensor(one, one))
      assert.ok(equalTensor(one, one))
    }),
  )
})

const ROWS: readonly [Datatype, readonly (number | string)[], readonly (number | string)[], boolean][] = [
  ['FP32', [1, 2], [1.0005, 2], true],
  ['FP32', [1, 2], [1.002, 2], false],
  ['FP32', [1000, 0], [1000, 0.005], true],
  ['FP32', [1, 0], [1, 0.005], false],
  ['FP64', [Number.NaN, 1], [1, 1], false],
  ['FP64', [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], false],
  // 1 and the next larger number, and 2
  ['FP16', [0x3c00], [0x3c01], true],
  ['FP16', [0x3c00], [0x4000], false],
  ['UINT8', [7], [8], true],
  ['UINT8', [7], [9], false],
  ['INT64', [7], [8], false],
  ['BOOL', [1], [0], false],
  ['BYTES', ['a'], ['a'], true],
  ['BYTES', ['a'], ['b'], false],
  ['FP32', [1, 2], [1], false],
]

for (const [datatype, a, b, isLike] of ROWS)
  test(`${datatype} [${a}] is ${isLike ? '' : 'not '}like [${b}]`, () => {
    assert.equal(likeTensor(tensor(datatype, a), tensor(datatype, b)), isLike)
  })
