// The list of known failures can only shrink, and what passes is what was expected.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tensor } from '../../runtime/tensor.ts'
import { surprises } from './known-failures.ts'
import { difference } from './same-outputs.ts'

const KNOWN = [{ reason: 'of sequences', says: 'no tensor', cases: ['a', 'b'] }]
const LISTED: readonly [string, string][] = [
  ['a', 'x is no tensor'],
  ['b', 'y is no tensor'],
]

test('what is as listed is no surprise, and anything else is one', () => {
  const seen = (...others: readonly [string, string | null][]) =>
    surprises(new Map<string, string | null>([...LISTED, ...others]), KNOWN)
  assert.deepEqual(seen(['c', null]), [])
  assert.deepEqual(seen(['c', 'wrong']), ['c fails: wrong'])
  assert.deepEqual(seen(['a', null]), ['a passes: take it off the list (of sequences)'])
  assert.deepEqual(seen(['b', 'wrong']), ['b fails, but not by of sequences: wrong'])
  assert.deepEqual(surprises(new Map([['a', 'x is no tensor']]), KNOWN), [
    'b is listed, but there is no such case',
  ])
})

const y = (datatype: 'FP32' | 'INT64', shape: readonly number[], ...values: readonly number[]): Tensor => ({
  datatype,
  shape,
  data: datatype === 'FP32' ? Float32Array.from(values) : BigInt64Array.from(values.map(BigInt)),
})
const compared = (given: Tensor, expected: Tensor, valuesCount = true) =>
  difference([{ name: 'y', tensor: given }], [{ name: 'y', tensor: expected }], valuesCount)

const SAME: readonly [Tensor, Tensor][] = [
  [y('FP32', [2], 1.0005, Number.NaN), y('FP32', [2], 1, Number.NaN)],
  [y('FP32', [1], Number.POSITIVE_INFINITY), y('FP32', [1], Number.POSITIVE_INFINITY)],
  [y('FP32', [0]), y('FP32', [0])],
  [y('INT64', [], 7), y('INT64', [], 7)],
]
const DIFFERENT: readonly [Tensor, Tensor, string][] = [
  [y('FP32', [2], 1, 1.002), y('FP32', [2], 1, 1), 'output y: element 1 is 1.00'],
  [y('FP32', [1], 1), y('FP32', [1], Number.NaN), 'output y: element 0 is 1, not NaN'],
  [
    y('FP32', [1], Number.NEGATIVE_INFINITY),
    y('FP32', [1], Number.POSITIVE_INFINITY),
    'output y: element 0 is -Infinity, not Infinity',
  ],
  [y('INT64', [1], 7), y('INT64', [1], 8), 'output y: element 0 is 7, not 8'],
  [y('FP32', [1], 1), y('FP32', [], 1), 'output y: it is FP32 [1], not FP32 []'],
  [y('FP32', [1], 1), y('INT64', [1], 1), 'output y: it is FP32 [1], not INT64 [1]'],
]

test('outputs are the same but for a little rounding', () => {
  for (const [given, expected] of SAME) assert.equal(compared(given, expected), null)
  for (const [given, expected, what] of DIFFERENT)
    assert.equal(compared(given, expected)?.slice(0, what.length), what)
  assert.equal(compared(y('FP32', [1], 1), y('FP32', [1], 5), false), null)
})
