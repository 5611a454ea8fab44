// Tensors for property tests: of every datatype and shape, with every value that their datatype has.

import fc from 'fast-check'
import { DATATYPES, type Datatype } from '../../runtime/datatype.ts'
import { elementCount, type Tensor, type TensorData } from '../../runtime/tensor.ts'

// true: the keys of the table
export const ALL_DATATYPES = Object.keys(DATATYPES) as Datatype[]

/** Up to four dimensions of up to four, none of them being a single value. */
const anyShape = fc.array(fc.nat(4), { maxLength: 4 })

export function anyTensor(datatypes: readonly Datatype[] = ALL_DATATYPES): fc.Arbitrary<Tensor> {
  return fc
    .tuple(fc.constantFrom(...datatypes), anyShape)
    .chain(([datatype, shape]) => anyDataOf(datatype, shape))
}

export function anyDataOf(datatype: Datatype, shape: readonly number[]): fc.Arbitrary<Tensor> {
  return anyData(datatype, elementCount(shape)).map((data): Tensor => ({ datatype, shape, data }))
}

function anyData(datatype: Datatype, count: number): fc.Arbitrary<TensorData> {
  const size = { minLength: count, maxLength: count }
  switch (datatype) {
    case 'BOOL':
      return fc.uint8Array({ ...size, max: 1 })
    case 'UINT8':
      return fc.uint8Array(size)
    case 'UINT16':
    case 'FP16':
      return fc.uint16Array(size)
    case 'UINT32':
      return fc.uint32Array(size)
    case 'UINT64':
      return fc.bigUint64Array(size)
    case 'INT8':
      return fc.int8Array(size)
    case 'INT16':
      return fc.int16Array(size)
    case 'INT32':
      return fc.int32Array(size)
    case 'INT64':
      return fc.bigInt64Array(size)
    case 'FP32':
      return fc.float32Array(size)
    case 'FP64':
      return fc.float64Array(size)
    case 'BYTES':
      return fc.array(anyText, size)
  }
}

/** What BYTES can carry: no NUL. */
const anyText = fc.string({ unit: 'binary' }).map(text => text.replaceAll('\0', ' '))
