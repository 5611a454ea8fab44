// What a slot remembers of its workers' deaths, and how long it waits after each.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { restartDelayMs } from '../../supervisor/plan.ts'
import { Slots } from '../../supervisor/slots.ts'

const MINUTE_MS = 60_000

interface Death {
  readonly slot: number
  readonly reason: string
  readonly lifetimeMs: number
  readonly nowMs: number
}

const deaths = fc.array<Death>(
  fc.record({
    slot: fc.nat(2),
    reason: fc.constantFrom('exited with code 1', 'was killed (wedged)', '__proto__'),
    lifetimeMs: fc.oneof(fc.nat(MINUTE_MS - 1), fc.integer({ min: MINUTE_MS, max: 10 * MINUTE_MS })),
    nowMs: fc.nat(1_000_000),
  }),
  { maxLength: 30 },
)

function record(slots: Slots, { slot, reason, lifetimeMs, nowMs }: Death): number {
  return slots.recordDeath(slot, reason, lifetimeMs, nowMs)
}

test('a slot without a death may be started at any time and has nothing to tell', () => {
  const slots = new Slots()
  assert.equal(slots.notBeforeMs.size, 0)
  assert.equal(slots.deathsInARow(0), 0)
  assert.deepEqual(slots.restarts(0), {})
})

test('a slot waits 100 ms after its first death and twice as long after the next', () => {
  const slots = new Slots()
  assert.equal(slots.recordDeath(0, 'exited with code 1', 10, 5000), 100)
  assert.equal(slots.notBeforeMs.get(0), 5100)
  assert.equal(slots.recordDeath(0, 'exited with code 1', 10, 6000), 200)
  assert.equal(slots.notBeforeMs.get(0), 6200)
})

test('a death after a life of a minute is the first again', () => {
  const slots = new Slots()
  for (let death = 0; death < 5; death++) slots.recordDeath(0, 'exited with code 1', 10, 0)
  assert.equal(slots.deathsInARow(0), 5)
  assert.equal(slots.recordDeath(0, 'exited with code 1', MINUTE_MS, 0), 100)
  assert.equal(slots.deathsInARow(0), 1)
})

test('the time before which a slot is not started is that of its last death and the delay it was told', () => {
  fc.assert(
    fc.property(deaths, sequence => {
      const slots = new Slots()
      const expected = new Map<number, number>()
      for (const death of sequence) {
        const delayMs = record(slots, death)
        assert.equal(delayMs, restartDelayMs(slots.deathsInARow(death.slot)))
        expected.set(death.slot, death.nowMs + delayMs)
        assert.deepEqual(slots.notBeforeMs, expected)
      }
    }),
  )
})

test('every death is counted under its reason, in its own slot only', () => {
  fc.assert(
    fc.property(deaths, sequence => {
      const slots = new Slots()
      for (const death of sequence) record(slots, death)
      for (const slot of [0, 1, 2]) {
        const own = sequence.filter(death => death.slot === slot)
        const counts = Object.entries(slots.restarts(slot))
        assert.equal(new Set(own.map(({ reason }) => reason)).size, counts.length)
        for (const [reason, count] of counts)
          assert.equal(count, own.filter(death => death.reason === reason).length)
      }
    }),
  )
})

test('deaths in a row are those since the last life of a minute, that one included', () => {
  fc.assert(
    fc.property(deaths, sequence => {
      const slots = new Slots()
      for (const death of sequence) record(slots, death)
      const own = sequence.filter(({ slot }) => slot === 0)
      const long = own.findLastIndex(({ lifetimeMs }) => lifetimeMs >= MINUTE_MS)
      assert.equal(slots.deathsInARow(0), own.length - Math.max(0, long))
    }),
  )
})

test('what was read before a death does not change with it', () => {
  const slots = new Slots()
  slots.recordDeath(0, 'exited with code 1', 10, 0)
  const { notBeforeMs } = slots
  const restarts = slots.restarts(0)
  slots.recordDeath(0, 'exited with code 1', 10, 1000)
  assert.equal(notBeforeMs.get(0), 100)
  assert.deepEqual(restarts, { 'exited with code 1': 1 })
})
