// Whether outputs are those that were expected, as ONNX's own test runner sees it.

import type { Tensor } from '../../runtime/tensor.ts'
import { halfToNumber } from '../../runtime/tensor-text.ts'
import type { NamedTensor } from './onnx-cases.ts'

// https://github.com/onnx/onnx/blob/main/onnx/backend/test/loader/__init__.py
const RELATIVE = 1e-3
const ABSOLUTE = 1e-7

/**
 * The first thing that differs; null where nothing does. Floating point may differ a little, anything else must be equal.
 *
 * @param valuesCount False where only names, datatypes and shapes do.
 */
export function difference(
  given: readonly NamedTensor[],
  expected: readonly NamedTensor[],
  valuesCount: boolean,
): string | null {
  const names = (tensors: readonly NamedTensor[]) => tensors.map(({ name }) => name).join(', ')
  if (names(given) !== names(expected)) return `the outputs are ${names(given)}, not ${names(expected)}`
  for (const [index, { name, tensor }] of expected.entries()) {
    const what = differenceOf(given[index]?.tensor, tensor, valuesCount)
    if (what !== null) return `output ${name}: ${what}`
  }
  return null
}

function differenceOf(given: Tensor | undefined, expected: Tensor, valuesCount: boolean): string | null {
  const type = ({ datatype, shape }: Tensor) => `${datatype} [${shape}]`
  if (given === undefined || type(given) !== type(expected))
    return `it is ${given === undefined ? 'missing' : type(given)}, not ${type(expected)}`
  if (given.data.length !== expected.data.length)
    return `it has ${given.data.length} elements, not ${expected.data.length}`
  if (!valuesCount) return null
  const wrong = Array.from<unknown>(expected.data).findIndex(
    (value, index) => !isSame(expected.datatype, given.data[index], value),
  )
  return wrong < 0 ? null : `element ${wrong} is ${given.data[wrong]}, not ${expected.data[wrong]}`
}

function isSame(datatype: Tensor['datatype'], given: unknown, expected: unknown): boolean {
  if (!datatype.startsWith('FP')) return given === expected
  const toNumber = datatype === 'FP16' ? halfToNumber : Number
  return isClose(toNumber(Number(given)), toNumber(Number(expected)))
}

function isClose(given: number, expected: number): boolean {
  if (!Number.isFinite(expected)) return Object.is(given, expected)
  return Math.abs(given - expected) <= ABSOLUTE + RELATIVE * Math.abs(expected)
}
