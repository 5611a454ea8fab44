// Which of the requests that wait go into the next batch, and when.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextBatch } from '../../runtime/engine/batcher.ts'

const policies = fc.record({ maxSize: fc.integer({ min: 1, max: 8 }), maxDelayMs: fc.nat({ max: 20 }) })
const lines = fc.array(
  fc.nat({ max: 30 }).map(arrivedMs => ({ arrivedMs })),
  { minLength: 1, maxLength: 12 },
)
const times = fc.nat({ max: 60 })

test('a batch is never larger than the most, nor than the line', () => {
  fc.assert(
    fc.property(lines, policies, times, (line, policy, nowMs) => {
      const { take } = nextBatch(line, policy, nowMs)
      assert(take <= policy.maxSize && take <= line.length)
    }),
  )
})

test('without a delay whatever waits is sent at once', () => {
  fc.assert(
    fc.property(lines, policies, (line, { maxSize }) => {
      const { take } = nextBatch(line, { maxSize, maxDelayMs: 0 }, 30)
      assert.equal(take, Math.min(maxSize, line.length))
    }),
  )
})

test('a batch that is not full waits for the delay of its oldest, and no longer', () => {
  fc.assert(
    fc.property(lines, policies, times, (line, policy, nowMs) => {
      fc.pre(line.length < policy.maxSize)
      const due = Math.min(...line.map(({ arrivedMs }) => arrivedMs)) + policy.maxDelayMs
      const { take, wakeAtMs } = nextBatch(line, policy, nowMs)
      assert.equal(wakeAtMs, due)
      assert.equal(take, nowMs >= due ? line.length : 0)
    }),
  )
})

test('a full batch waits for nobody', () => {
  const line = [5, 6, 7].map(arrivedMs => ({ arrivedMs }))
  assert.equal(nextBatch(line, { maxSize: 2, maxDelayMs: 1000 }, 7).take, 2)
})
