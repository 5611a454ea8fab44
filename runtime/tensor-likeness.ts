// Whether two tensors are the same, but for what the order of additions does to floating point.

import { isTypedArray, type Tensor } from './tensor.ts'
import { halfToNumber } from './tensor-text.ts'

interface Tolerance {
  /** Of the element. */
  readonly relative: number
  /** Of the largest element of the tensor: what is next to 0 is the difference of larger numbers. */
  readonly ofLargest: number
}

const FLOAT: Tolerance = { relative: 1e-3, ofLargest: 1e-5 }
const HALF: Tolerance = { relative: 1e-2, ofLargest: 1e-3 }

/** Of one datatype and shape, and every bit of their elements the same. */
export function equalTensor(a: Tensor, b: Tensor): boolean {
  return isOfType(a, b) && equal(a, b)
}

/** As {@link equalTensor}, but floating point may differ a little, and 8-bit integers, which are quantised, by 1. */
export function likeTensor(a: Tensor, b: Tensor): boolean {
  if (!isOfType(a, b)) return false
  switch (a.datatype) {
    case 'FP16':
      return areClose(halves(a), halves(b), HALF)
    case 'FP32':
    case 'FP64':
      return areClose(numbers(a), numbers(b), FLOAT)
    case 'INT8':
    case 'UINT8': {
      const others = numbers(b)
      return numbers(a).every((value, index) => Math.abs(value - (others[index] ?? 0)) <= 1)
    }
    default:
      return equal(a, b)
  }
}

function isOfType(a: Tensor, b: Tensor): boolean {
  return a.datatype === b.datatype && `${a.shape}` === `${b.shape}`
}

function equal({ data }: Tensor, other: Tensor): boolean {
  if (!isTypedArray(data) || !isTypedArray(other.data))
    return Array.from<unknown>(data).every((value, index) => value === other.data[index])
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer, byteOffset, byteLength)
  return bytes(data).equals(bytes(other.data))
}

function numbers({ data }: Tensor): number[] {
  return Array.from<unknown, number>(data, Number)
}

function halves(tensor: Tensor): number[] {
  return numbers(tensor).map(halfToNumber)
}

function areClose(a: readonly number[], b: readonly number[], { relative, ofLargest }: Tolerance): boolean {
  const largest = a.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  )
  return a.every((value, index) => {
    const other = b[index] ?? Number.NaN
    if (Object.is(value, other) || value === other) return true
    // infinite ones would be near to anything
    return (
      Number.isFinite(value) && Math.abs(value - other) <= relative * Math.abs(value) + ofLargest * largest
    )
  })
}
