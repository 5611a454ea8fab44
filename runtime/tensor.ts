// Between nested JavaScript arrays and the flat typed arrays that an engine takes.

import type { Datatype, TypedArray } from './datatype.ts'

/** A flat, row-major array of one datatype. 64-bit integers are BigInt arrays, strings a plain array. */
export type TensorData = TypedArray | readonly string[]

/** Elements of one datatype in a shape: `data` has as many as {@link elementCount} says, in the array that the datatype asks for. */
export interface Tensor {
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** How many elements a shape holds; `[]` is a single one. Not a safe integer where the shape claims too many. */
export function elementCount(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1)
}

/** Shape of a nested array by its first elements: [[1,2,3],[4,5,6]] is [2,3]; a single value is []. */
export function shapeOf(value: unknown): number[] {
  const shape: number[] = []
  for (let inner: unknown = value; Array.isArray(inner) || isTypedArray(inner); inner = inner[0])
    shape.push(inner.length)
  return shape
}

export function isTypedArray(value: unknown): value is Exclude<TensorData, readonly string[]> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}

/**
 * The elements of a nested array, row-major.
 *
 * @param shape `[d0, d1, …]`, as {@link shapeOf} gives it
 * @throws RangeError naming the place where the nesting does not fit the shape
 */
export function flatten(value: unknown, shape: readonly number[]): unknown[] {
  const flat: unknown[] = []
  // the index at each depth: a place is written only where something is wrong with it
  const at: number[] = []
  const visit = (inner: unknown, depth: number): void => {
    const length = shape[depth]
    const isArray = typeof inner === 'object' && (Array.isArray(inner) || isTypedArray(inner))
    if (length === undefined) {
      if (isArray)
        throw new RangeError(
          `${place(at, depth)} is an array, where the others of its depth are single values`,
        )
      flat.push(inner)
      return
    }
    if (!isArray)
      throw new RangeError(
        `${place(at, depth)} is ${describe(inner)}, where an array of ${length} was expected`,
      )
    if (inner.length !== length)
      throw new RangeError(`${place(at, depth)} has ${inner.length} elements, where ${length} were expected`)
    for (let index = 0; index < length; index++) {
      at[depth] = index
      visit(inner[index], depth + 1)
    }
  }
  visit(value, 0)
  return flat
}

function place(at: readonly number[], depth: number): string {
  const indices = at.slice(0, depth).map(index => `[${index}]`)
  return `the value${indices.join('')}`
}

/**
 * The reverse of {@link flatten}: nested arrays of the shape, 64-bit integers as numbers where a number holds them exactly.
 *
 * @param shape `[d0, d1, …]`; `[]` gives the single value
 */
export function nest(data: ArrayLike<unknown>, shape: readonly number[]): unknown {
  let offset = 0
  const build = (depth: number): unknown => {
    if (depth === shape.length) return exactNumber(data[offset++])
    const length = shape[depth] ?? 0
    const row: unknown[] = []
    for (let index = 0; index < length; index++) row.push(build(depth + 1))
    return row
  }
  return build(0)
}

/** A BigInt as a number where a number holds it exactly; anything else as it is. */
export function exactNumber(element: unknown): unknown {
  return typeof element === 'bigint' && BigInt.asIntN(54, element) === element ? Number(element) : element
}

function describe(value: unknown): string {
  return value === null || value === undefined ? String(value) : `a ${typeof value}`
}
