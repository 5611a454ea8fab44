// Batches where nobody said how large: as large as they are seen to pay.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AdaptiveBatch } from '../../runtime/adaptive-batch.ts'

/** Runs a saturated model so often, each batch as large as it may be. */
function saturate(batch: AdaptiveBatch, runs: number, msOf: (rows: number) => number): void {
  for (let run = 0; run < runs; run++) {
    const rows = batch.maxSize
    batch.observe(rows, msOf(rows))
  }
}

test('a model whose batches cost hardly more than a row grows to the most within a few runs', () => {
  const batch = new AdaptiveBatch(32)
  saturate(batch, 40, rows => 10 + rows)
  assert.equal(batch.maxSize, 32)
})

test('a model that gains nothing stays alone, and was given no more than two rows to find out', () => {
  const batch = new AdaptiveBatch(32)
  let most = 0
  saturate(batch, 400, rows => {
    most = Math.max(most, rows)
    return 5 * rows
  })
  assert.equal(batch.maxSize, 1)
  assert.equal(most, 2)
})

test('it stops where a row gets no cheaper', () => {
  const batch = new AdaptiveBatch(32)
  saturate(batch, 200, rows => (rows <= 8 ? 10 + rows : 10 * rows))
  assert.equal(batch.maxSize, 8)
})

test('a size that did not pay is tried again later, for the first runs of a model tell little', () => {
  const batch = new AdaptiveBatch(32)
  saturate(batch, 20, rows => 5 * rows)
  assert.equal(batch.maxSize, 1)
  saturate(batch, 2000, rows => 10 + rows)
  assert.equal(batch.maxSize, 32)
})

test('lone requests decide nothing, and leave no doubt about a row', () => {
  const batch = new AdaptiveBatch(32)
  for (let run = 0; run < 1000; run++) batch.observe(1, 3)
  assert.equal(batch.maxSize, 2)
})

test('one slow run among others changes nothing', () => {
  const batch = new AdaptiveBatch(32)
  let run = 0
  saturate(batch, 60, rows => (run++ % 4 === 0 ? 1000 : 10 + rows))
  assert.equal(batch.maxSize, 32)
})

test('whatever is observed, a batch has at least one row and never more than the most', () => {
  const runs = fc.array(
    fc.record({ rows: fc.nat({ max: 70 }), ms: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), runs, (most, observed) => {
      const batch = new AdaptiveBatch(most)
      for (const { rows, ms } of observed) {
        batch.observe(rows, ms)
        assert(batch.maxSize >= 1 && batch.maxSize <= most)
      }
    }),
  )
})
