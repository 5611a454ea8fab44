// Several requests as one batch, and its outputs as several results: along dimension 0, the batch.

import type { Tensor, TensorData } from './tensor.ts'

/** Tensors by input or output name. */
export type Tensors = ReadonlyMap<string, Tensor>

/**
 * Puts requests one behind the other.
 *
 * @param requests Each with the same names, and the same shapes but for dimension 0.
 * @returns Tensors of shape `[sum of rows, …]`
 */
export function mergeTensors(requests: readonly Tensors[]): Tensors {
  const [first, ...others] = requests
  if (first === undefined || others.length === 0) return first ?? new Map()
  return new Map(
    [...first.keys()].map(name => [name, concatenate(requests.flatMap(one => one.get(name) ?? []))]),
  )
}

function concatenate(parts: readonly Tensor[]): Tensor {
  const [{ datatype, shape }] = parts as [Tensor] // true: a request has every name that the first has
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0)
  return { datatype, shape: [rows, ...shape.slice(1)], data: concatenateData(parts.map(part => part.data)) }
}

function concatenateData(parts: readonly TensorData[]): TensorData {
  const [first] = parts
  if (first === undefined || isStrings(first)) return parts.flatMap(part => [...(part as readonly string[])]) // true: all are of one datatype
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  // true: any of them, and `set` takes its own kind
  const Constructor = first.constructor as new (length: number) => Float32Array
  const all = new Constructor(length)
  let offset = 0
  for (const part of parts) {
    all.set(part as Float32Array, offset) // true: all are of one datatype
    offset += part.length
  }
  return all
}

/**
 * Takes the outputs of a batch apart again. Views, not copies.
 *
 * @param rows Of each request, in the order in which they were merged.
 * @throws RangeError where an output does not have as many rows as the batch: the model does more than score row by row
 */
export function splitTensors(outputs: Tensors, rows: readonly number[]): readonly Tensors[] {
  const total = rows.reduce((sum, count) => sum + count, 0)
  for (const [name, { shape }] of outputs)
    if (shape[0] !== total)
      throw new RangeError(`the output ${name} has the shape [${shape}] for a batch of ${total} rows`)
  if (rows.length === 1) return [outputs]
  const parts = rows.map(() => new Map<string, Tensor>())
  for (const [name, { datatype, shape, data }] of outputs) {
    const inner = shape.slice(1)
    const rowSize = inner.reduce((product, size) => product * size, 1)
    let from = 0
    for (const [index, part] of parts.entries()) {
      const count = rows[index] ?? 0
      const to = from + count * rowSize
      const own = isStrings(data) ? data.slice(from, to) : data.subarray(from, to)
      part.set(name, { datatype, shape: [count, ...inner], data: own })
      from = to
    }
  }
  return parts
}

function isStrings(data: TensorData): data is readonly string[] {
  return Array.isArray(data)
}
