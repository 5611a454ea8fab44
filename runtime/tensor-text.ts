// Tensors as JSON text, nested by their shape: the answer of /score for a model that is served as it is.

import type { Tensor } from './tensor.ts'
import type { Tensors } from './tensor-batch.ts'

/** An object of nested arrays by name. 64-bit integers keep every bit; what is no finite number is null, as JSON has none. */
export function tensorsText(tensors: Tensors): string {
  const members = [...tensors].map(([name, tensor]) => `${JSON.stringify(name)}:${tensorText(tensor)}`)
  return `{${members.join(',')}}`
}

/**
 * JSON text of each row: its value where there is one tensor, an object by name where there are more. Null where the tensors
 * have no rows in common: what comes of a model without a batch dimension.
 */
export function rowTexts(tensors: Tensors): readonly string[] | null {
  const rows = [...tensors.values()].map(({ shape }) => shape[0])
  const [count] = rows
  if (count === undefined || rows.some(other => other !== count)) return null
  const columns = [...tensors].map(([name, tensor]) => ({
    key: JSON.stringify(name),
    texts: rowsOf(tensor, count),
  }))
  const [only, ...others] = columns
  if (only !== undefined && others.length === 0) return only.texts
  return Array.from(
    { length: count },
    (_, row) => `{${columns.map(({ key, texts }) => `${key}:${texts[row]}`).join(',')}}`,
  )
}

function rowsOf(tensor: Tensor, count: number): readonly string[] {
  const { shape } = tensor
  const elements = elementTexts(tensor)
  const step = count === 0 ? 0 : elements.length / count
  return Array.from({ length: count }, (_, row) => nestText(elements, shape, 1, row * step, (row + 1) * step))
}

/** JSON text of each element, row-major. */
export function elementTexts({ datatype, data }: Tensor): string[] {
  return Array.from<unknown, string>(data, writerFor(datatype))
}

function tensorText(tensor: Tensor): string {
  const { shape } = tensor
  const elements = elementTexts(tensor)
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
