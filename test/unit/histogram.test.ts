// Counts by size: what is added comes out again, put together or not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addHistograms, DURATION_BOUNDS, Histogram, quantileOf } from '../../runtime/histogram.ts'

const BOUNDS = [1, 2, 4]
const values = fc.array(fc.double({ min: 0, max: 10, noNaN: true }))

function of(measured: readonly number[], bounds: readonly number[] = BOUNDS) {
  const histogram = new Histogram(bounds)
  for (const value of measured) histogram.observe(value)
  return histogram.snapshot()
}

test('a bound belongs to its bucket, and what is above all bounds has one too', () => {
  assert.deepEqual(of([0, 1, 1.5, 2, 3, 4, 5, 100]), { counts: [2, 2, 2, 2], sum: 116.5 })
})

test('histograms put together are the histogram of all', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const whole = of([...a, ...b])
      const added = addHistograms([of(a), of(b)])
      assert.deepEqual(added.counts, whole.counts)
      assert.ok(Math.abs(added.sum - whole.sum) < 1e-9)
    }),
  )
  assert.deepEqual(addHistograms([]), { counts: [], sum: 0 })
})

test('a quantile lies in the bucket of the value that it estimates', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 59, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (measured, quantile) => {
        const sorted = measured.toSorted((a, b) => a - b)
        const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0
        const estimate = quantileOf(of(measured, DURATION_BOUNDS), DURATION_BOUNDS, quantile) ?? -1
        const upper = DURATION_BOUNDS.find(bound => exact <= bound) ?? 0
        const lower = DURATION_BOUNDS[DURATION_BOUNDS.indexOf(upper) - 1] ?? 0
        assert.ok(estimate >= lower - 1e-9 && estimate <= upper + 1e-9, `${estimate} for ${exact}`)
      },
    ),
  )
})

test('of nothing there is no quantile; of what is above all bounds it is the last bound', () => {
  assert.equal(quantileOf(of([]), BOUNDS, 0.5), null)
  assert.equal(quantileOf(of([50, 60]), BOUNDS, 0.5), 4)
})
