// Nested arrays to flat ones and back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flatten, isTypedArray, nest, shapeOf } from '../../runtime/tensor.ts'

/** Nested arrays whose lengths are the same at each depth, 0 to 4 deep, empty ones among them. */
const rectangular = fc
  .array(fc.nat(4), { maxLength: 4 })
  .chain(shape =>
    shape.reduceRight<fc.Arbitrary<unknown>>(
      (inner, length) => fc.array(inner, { minLength: length, maxLength: length }),
      fc.oneof(fc.double(), fc.string(), fc.boolean()),
    ),
  )

test('nesting what was flattened gives back any rectangular array', () => {
  fc.assert(
    fc.property(rectangular, value => {
      const shape = shapeOf(value)
      const flat = flatten(value, shape)
      assert.equal(
        flat.length,
        shape.reduce((product, size) => product * size, 1),
      )
      assert.deepEqual(nest(flat, shape), value)
    }),
  )
})

test('the shape is read from the first elements, and a single value has none', () => {
  assert.deepEqual(
    shapeOf([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    [2, 3],
  )
  assert.deepEqual(shapeOf([]), [0])
  assert.deepEqual(shapeOf([[], []]), [2, 0])
  for (const single of [7, 'text', null, undefined, {}]) assert.deepEqual(shapeOf(single), [])
})

test('flat order is row-major', () => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  assert.deepEqual(flatten(rows, [2, 3]), [1, 2, 3, 4, 5, 6])
  assert.deepEqual(nest(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]), [
    [1, 2],
    [3, 4],
    [5, 6],
  ])
})

test('rows may be typed arrays', () => {
  const rows = [Float32Array.of(1, 2), Float32Array.of(3, 4)]
  assert.deepEqual(shapeOf(rows), [2, 2])
  assert.deepEqual(flatten(rows, [2, 2]), [1, 2, 3, 4])
})

test('a row of another length is named by its place', () => {
  const ragged = [
    [1, 2],
    [3, 4, 5],
  ]
  assert.throws(() => flatten(ragged, shapeOf(ragged)), {
    name: 'RangeError',
    message: 'the value[1] has 3 elements, where 2 were expected',
  })
})

test('a single value among arrays, and an array among single values, are named by their place', () => {
  const lacking = [
    [[1], [2]],
    [[3], null],
  ]
  assert.throws(() => flatten(lacking, shapeOf(lacking)), {
    name: 'RangeError',
    message: 'the value[1][1] is null, where an array of 1 was expected',
  })
  const surplus = [1, [2]]
  assert.throws(() => flatten(surplus, shapeOf(surplus)), {
    name: 'RangeError',
    message: 'the value[1] is an array, where the others of its depth are single values',
  })
})

test('any array made ragged at one place is refused with that place', () => {
  const size = fc.integer({ min: 2, max: 5 })
  fc.assert(
    fc.property(size, size, fc.nat(), (rows, columns, pick) => {
      const value = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0))
      const row = 1 + (pick % (rows - 1))
      value[row]?.push(0)
      assert.throws(
        () => flatten(value, shapeOf(value)),
        (thrown: Error) => thrown.message.startsWith(`the value[${row}] has ${columns + 1} elements`),
      )
    }),
  )
})

test('a 64-bit integer becomes a number where a number is exact, else it stays a bigint', () => {
  const largest = BigInt(Number.MAX_SAFE_INTEGER)
  const data = BigInt64Array.of(0n, -7n, largest, -largest, largest + 2n, -largest - 3n, -(2n ** 63n))
  assert.deepEqual(nest(data, [7]), [
    0,
    -7,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    largest + 2n,
    -largest - 3n,
    -(2n ** 63n),
  ])
  assert.equal(nest(BigUint64Array.of(2n ** 64n - 1n), []), 2n ** 64n - 1n)
})

test('no 64-bit integer changes its value on the way', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
      const single = nest(BigInt64Array.of(value), [])
      assert(typeof single === 'number' || typeof single === 'bigint')
      assert.equal(BigInt(single), value)
    }),
  )
})

test('a DataView and a plain array are no typed arrays', () => {
  assert(isTypedArray(new Uint8Array(1)))
  assert(isTypedArray(Buffer.alloc(1)))
  assert(!isTypedArray(new DataView(new ArrayBuffer(1))))
  assert(!isTypedArray([1]))
})
