// In which order requests get their turn, and how many may wait.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { WaitingLine } from '../../runtime/engine/waiting-line.ts'
import { FIRST_COME, type SchedulePolicy } from '../../runtime/scoring.ts'

function levels(count: number, more: Partial<SchedulePolicy> = {}): SchedulePolicy {
  return { ...FIRST_COME, priorityLevels: count, defaultPriority: count, ...more }
}

test('the line is in the order of priority, and of arrival within one', () => {
  const arrivals = fc.array(fc.record({ priority: fc.integer({ min: 1, max: 4 }) }), { maxLength: 20 })
  fc.assert(
    fc.property(arrivals, given => {
      const line = new WaitingLine(levels(4))
      const waiting = given.map((one, index) => ({ ...one, index }))
      for (const one of waiting) line.add(one)
      assert.deepEqual(
        [...line],
        waiting.toSorted((a, b) => a.priority - b.priority || a.index - b.index),
      )
      assert.equal(line.size, waiting.length)
    }),
  )
})

test('a priority that there is not counts as the default one', () => {
  const line = new WaitingLine(levels(2))
  const [none, unknown, high] = [{ priority: 0 }, { priority: 9 }, { priority: 1 }]
  for (const one of [none, unknown, high]) line.add(one)
  assert.deepEqual([...line], [high, none, unknown])
  const single = new WaitingLine(FIRST_COME)
  for (const one of [unknown, high]) single.add(one)
  assert.deepEqual([...single], [unknown, high])
})

test('who leaves is gone, once', () => {
  const line = new WaitingLine(FIRST_COME)
  const one = { priority: 0 }
  line.add(one)
  assert.deepEqual([line.delete(one), line.delete(one), line.size], [true, false, 0])
})

test('who is delayed comes behind everybody, and may still leave', () => {
  const line = new WaitingLine(levels(2))
  const [first, second] = [{ priority: 1 }, { priority: 2 }]
  for (const one of [first, second]) line.add(one)
  line.delay(first)
  assert.deepEqual([...line], [second, first])
  assert.equal(line.size, 2)
  assert.equal(line.delete(first), true)
  line.delay(first)
  assert.deepEqual([...line], [second])
})

test('each priority has its own limit, and one more is refused', () => {
  const limited = { ...FIRST_COME.defaultQueuePolicy, maxQueueSize: 1 }
  const line = new WaitingLine(levels(2, { queuePolicies: new Map([[1, limited]]) }))
  line.add({ priority: 1 })
  assert.throws(() => line.add({ priority: 1 }), {
    code: 'ERR_QUEUE_FULL',
    message: 'Exceeds maximum queue size',
  })
  for (let count = 0; count < 5; count++) line.add({ priority: 2 })
  assert.equal(line.size, 6)
})

test('for a part of what counts already there is room, and it takes none from the others', () => {
  const defaultQueuePolicy = { ...FIRST_COME.defaultQueuePolicy, maxQueueSize: 1 }
  const line = new WaitingLine<{ readonly priority: number; readonly admitted?: boolean }>({
    ...FIRST_COME,
    defaultQueuePolicy,
  })
  for (let part = 0; part < 3; part++) line.add({ priority: 0, admitted: true })
  line.add({ priority: 0 })
  assert.throws(() => line.add({ priority: 0 }), { code: 'ERR_QUEUE_FULL' })
  line.add({ priority: 0, admitted: true })
  assert.equal(line.size, 5)
})
