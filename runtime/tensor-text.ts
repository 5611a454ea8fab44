// Tensors as JSON text, nested by their shape: the answer of /score for a model that is served as it is.

import type { Tensor } from './tensor.ts'
import type { Tensors } from './tensor-batch.ts'

/** An object of nested arrays by name. 64-bit integers keep every bit; what is no finite number is null, as JSON has none. */
export function tensorsText(tensors: Tensors): string {
  const members = [...tensors].map(([name, tensor]) => `${JSON.stringify(name)}:${tensorText(tensor)}`)
  return `{${members.join(',')}}`
}

function tensorText({ datatype, shape, data }: Tensor): string {
  const elements = Array.from<unknown, string>(data, writerFor(datatype))
  return nestText(elements, shape, 0, 0, elements.length)
}

function writerFor(datatype: Tensor['datatype']): (element: unknown) => string {
  switch (datatype) {
    case 'BYTES':
      return element => JSON.stringify(element)
    case 'BOOL':
      return element => (element === 0 ? 'false' : 'true')
    case 'FP16':
      return element => numberText(halfToNumber(Number(element)))
    default:
      return element => (typeof element === 'bigint' ? String(element) : numberText(Number(element)))
  }
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null'
}

/** Of elements `from` to `to`, which are one array of dimension `axis`. */
function nestText(
  elements: readonly string[],
  shape: readonly number[],
  axis: number,
  from: number,
  to: number,
): string {
  const size = shape[axis]
  if (size === undefined) return elements[from] ?? 'null'
  if (axis === shape.length - 1) return `[${elements.slice(from, to).join(',')}]`
  const step = size === 0 ? 0 : (to - from) / size
  const parts = Array.from({ length: size }, (_, index) =>
    nestText(elements, shape, axis + 1, from + index * step, from + (index + 1) * step),
  )
  return `[${parts.join(',')}]`
}

const HALF_SIGN = 0x8000
const HALF_FRACTION = 0x3ff

/** The number that the bits of a half precision float stand for. */
export function halfToNumber(bits: number): number {
  const sign = bits & HALF_SIGN ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & HALF_FRACTION
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
