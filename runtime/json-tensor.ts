// The data of a tensor out of JSON, read from the bytes straight into the array that its datatype asks for.

import { ArrayShape } from './array-shape.ts'
import type { Datatype } from './datatype.ts'
import { JsonCursor } from './json-cursor.ts'
import { elementsOf } from './json-elements.ts'
import { NestedArray } from './nested-array.ts'
import { elementCount, type TensorData } from './tensor.ts'

/** Room for elements at first, where nobody says how many there are. */
const FIRST_CAPACITY = 64
const OPEN = 0x5b

/**
 * Data that claims a shape: nested in any way or flat, as long as it has as many elements as the shape.
 *
 * Nothing is allocated for a claim that the bytes cannot hold. NaN, Infinity and -Infinity are read in FP32 and FP64.
 *
 * @param json UTF-8, as the caller has checked.
 * @param start Where the array begins.
 * @param label What messages begin with: `input 'x'`.
 * @returns `end` is the byte behind the array.
 * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_SHAPE naming the element
 */
export function readJsonTensor(
  json: Buffer,
  start: number,
  datatype: Datatype,
  shape: readonly number[],
  label: string,
): { readonly data: TensorData; readonly end: number } {
  const cursor = new JsonCursor(json, start, label)
  if (json[start] !== OPEN) cursor.fail(`data must be an array, found ${cursor.found()}`)
  const walk = new NestedArray(cursor, null)
  const claimed = elementCount(shape)
  // each element takes a byte at least, and one more in front of it
  const capacity = Math.min(claimed, (json.length - start) >> 1)
  const elements = elementsOf(datatype, cursor, walk, capacity)
  while (walk.next()) {
    if (cursor.count === elements.capacity)
      cursor.failShape(`data has more elements than the ${claimed} of its shape [${shape}]`)
    elements.fill()
  }
  if (cursor.count !== claimed)
    cursor.failShape(`data has ${cursor.count} elements, its shape [${shape}] has ${claimed}`)
  return { data: elements.finish(), end: cursor.at }
}

/**
 * A nested array, or a single value, whose shape is that of its nesting, which must be rectangular.
 *
 * @param json UTF-8, as the caller has checked.
 * @param start Where the value begins.
 * @param label What messages begin with.
 * @returns `shape` is `[]` for a single value; `end` is the byte behind it.
 * @throws ScorehostError ERR_INPUT_MALFORMED; ERR_INPUT_SHAPE naming the first place that is irregular
 */
export function scanNested(
  json: Buffer,
  start: number,
  datatype: Datatype,
  label = 'data',
): { readonly shape: readonly number[]; readonly data: TensorData; readonly end: number } {
  const cursor = new JsonCursor(json, start, label)
  const shape = new ArrayShape()
  const walk = new NestedArray(cursor, shape)
  const elements = elementsOf(datatype, cursor, walk, FIRST_CAPACITY)
  while (walk.next()) {
    if (cursor.count === elements.capacity) elements.grow(2 * elements.capacity)
    elements.fill()
  }
  return { shape: shape.sizes, data: elements.finish(), end: cursor.at }
}
