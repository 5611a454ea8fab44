// Which of the requests that wait go into the next batch, and when.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Candidate, nextBatch } from '../../runtime/engine/batcher.ts'

const policies = fc.record({
  maxSize: fc.integer({ min: 1, max: 8 }),
  maxDelayMs: fc.nat({ max: 20 }),
  preferredSizes: fc.subarray([1, 2, 4, 8]),
})
const candidates = fc.record({
  arrivedMs: fc.nat({ max: 30 }),
  rows: fc.integer({ min: 1, max: 8 }),
  key: fc.constantFrom('a', 'a', 'a', 'b'),
})
const lines = fc.array(candidates, { minLength: 1, maxLength: 12 })
const times = fc.nat({ max: 60 })

function line(...rows: readonly number[]): Candidate[] {
  return rows.map(count => ({ arrivedMs: 0, rows: count, key: '' }))
}

const NONE = { maxSize: 8, maxDelayMs: 10, preferredSizes: [] }

test('a batch is a head of the line, of one key, with no more rows than the most, unless one request alone has more', () => {
  fc.assert(
    fc.property(lines, policies, times, (waiting, policy, nowMs) => {
      const { take, rows } = nextBatch(waiting, policy, nowMs)
      const batch = waiting.slice(0, take)
      assert.equal(batch.length, take)
      assert.equal(
        rows,
        batch.reduce((sum, one) => sum + one.rows, 0),
      )
      assert(rows <= policy.maxSize || take === 1)
      assert(new Set(batch.map(one => one.key)).size <= 1)
    }),
  )
})

test('without a delay something is always sent', () => {
  fc.assert(
    fc.property(lines, policies, (waiting, policy) => {
      assert(nextBatch(waiting, { ...policy, maxDelayMs: 0 }, 30).take > 0)
    }),
  )
})

test('what is past its delay never waits, and takes all that fits with it', () => {
  fc.assert(
    fc.property(lines, policies, (waiting, policy) => {
      const { take } = nextBatch(waiting, policy, 60)
      assert(take > 0)
      const next = waiting[take]
      const head = waiting[0]
      const rows = waiting.slice(0, take).reduce((sum, one) => sum + one.rows, 0)
      assert(next === undefined || next.key !== head?.key || rows + next.rows > policy.maxSize)
    }),
  )
})

test('who waits is looked at again when the oldest is past its delay', () => {
  fc.assert(
    fc.property(lines, policies, times, (waiting, policy, nowMs) => {
      const { take, wakeAtMs } = nextBatch(waiting, policy, nowMs)
      if (take > 0) return
      assert(wakeAtMs > nowMs)
      assert(nextBatch(waiting, policy, wakeAtMs).take > 0)
    }),
  )
})

test('a batch that cannot grow waits for nobody: full, the next too large, the next of another shape', () => {
  assert.deepEqual(nextBatch(line(4, 4), NONE, 0), { take: 2, rows: 8, reason: 'full', wakeAtMs: 10 })
  assert.deepEqual(nextBatch(line(4, 5), NONE, 0), { take: 1, rows: 4, reason: 'full', wakeAtMs: 10 })
  const mixed = [...line(1), { arrivedMs: 0, rows: 1, key: 'other' }]
  assert.deepEqual(nextBatch(mixed, NONE, 0), { take: 1, rows: 1, reason: 'shape', wakeAtMs: 10 })
})

test('the largest preferred size that is reached is sent, and what is past its delay takes the rest with it', () => {
  const policy = { ...NONE, preferredSizes: [2, 4] }
  assert.deepEqual(nextBatch(line(1, 1, 1, 1, 1), policy, 0), {
    take: 4,
    rows: 4,
    reason: 'preferred',
    wakeAtMs: 10,
  })
  assert.equal(nextBatch(line(3), policy, 0).take, 0)
  assert.deepEqual(nextBatch(line(1, 1, 1), policy, 10), { take: 3, rows: 3, reason: 'delay', wakeAtMs: 10 })
})
