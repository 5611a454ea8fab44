// Batches: what was merged comes apart as what it was.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Datatype } from '../../runtime/datatype.ts'
import { mergeTensors, splitTensors, type Tensors } from '../../runtime/tensor-batch.ts'
import { ALL_DATATYPES, anyDataOf } from '../support/any-tensor.ts'

/** What each request has of a tensor, behind its rows. */
const anyRow = fc.record({
  datatype: fc.constantFrom(...ALL_DATATYPES),
  inner: fc.array(fc.nat(3), { maxLength: 3 }),
})

/** Requests of 0 to 3 rows each, all with the same names, datatypes and inner shapes. */
const anyRequests = fc
  .tuple(
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }),
  )
  .chain(([names, rows]) =>
    fc.tuple(...names.map(() => anyRow)).chain(columns =>
      fc
        .tuple(
          ...rows.map(count =>
            fc.tuple(...columns.map(({ datatype, inner }) => anyDataOf(datatype, [count, ...inner]))),
          ),
        )
        .map(requests => ({
          rows,
          requests: requests.map(
            (tensors): Tensors => new Map(tensors.map((tensor, index) => [names[index] ?? '', tensor])),
          ),
        })),
    ),
  )

test('what was merged is split into what it was, of every datatype', () => {
  fc.assert(
    fc.property(anyRequests, ({ rows, requests }) => {
      const merged = mergeTensors(requests)
      const total = rows.reduce((sum, count) => sum + count, 0)
      for (const [name, { shape, datatype }] of merged) {
        const first = requests[0]?.get(name)
        assert.deepEqual([datatype, shape], [first?.datatype, [total, ...(first?.shape.slice(1) ?? [])]])
      }
      assert.deepEqual(splitTensors(merged, rows), requests)
    }),
  )
})

function vector(...data: readonly number[]) {
  return { datatype: 'FP32', shape: [data.length], data: Float32Array.from(data) } as const
}

test('a request alone is its own batch', () => {
  const request = new Map([['x', vector(1, 2)]])
  assert.equal(mergeTensors([request]), request)
  assert.deepEqual(splitTensors(request, [2]), [request])
})

test('nothing is an empty batch', () => {
  assert.deepEqual(mergeTensors([]), new Map())
  assert.deepEqual(splitTensors(new Map(), []), [])
})

test('rows go to whom they belong', () => {
  const parts = splitTensors(new Map([['y', vector(1, 2, 3)]]), [1, 0, 2])
  assert.deepEqual(
    parts.map(part => [...(part.get('y')?.data ?? [])]),
    [[1], [], [2, 3]],
  )
})

test('an output with another number of rows is refused, and so is one without any', () => {
  for (const [shape, text] of [
    [[4], '4'],
    [[2, 2], '2,2'],
    [[], ''],
  ] as const)
    assert.throws(
      () => splitTensors(new Map([['y', { ...vector(), shape }]]), [1, 2]),
      new RangeError(`the output y has the shape [${text}] for a batch of 3 rows`),
    )
})

test('the order in which requests name their inputs does not matter', () => {
  const [a, b] = [vector(1), vector(2)]
  const merged = mergeTensors([
    new Map([
      ['a', a],
      ['b', b],
    ]),
    new Map([
      ['b', b],
      ['a', a],
    ]),
  ])
  assert.deepEqual([...(merged.get('a')?.data ?? [])], [1, 1])
  assert.deepEqual([...(merged.get('b')?.data ?? [])], [2, 2])
})

test('a datatype is kept by its array', () => {
  for (const datatype of ['INT64', 'BOOL', 'FP16'] satisfies Datatype[]) {
    const [sample] = fc.sample(anyDataOf(datatype, [2]), 1)
    assert(sample)
    const [data] = [...mergeTensors([new Map([['x', sample]]), new Map([['x', sample]])]).values()].map(
      one => one.data,
    )
    assert.equal(data?.constructor, sample.data.constructor)
    assert.equal(data.length, 4)
  }
})
