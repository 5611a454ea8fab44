// The pure parts of the soak: faults by seed, and what is a loss.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS, type FaultKind, faultSchedule, pick } from '../soak/fault-schedule.ts'
import { addCounts, judge } from '../soak/verdict.ts'

function faults(seed: number, count: number) {
  const schedule = faultSchedule(seed)
  return Array.from({ length: count }, () => schedule.next().value)
}

test('the same seed gives the same faults, another seed others', () => {
  assert.deepEqual(faults(1, 50), faults(1, 50))
  assert.notDeepEqual(faults(1, 50), faults(2, 50))
})

test('every kind of fault comes', () => {
  const kinds = new Set(faults(1, 200).map(({ kind }) => kind))
  assert.deepEqual([...kinds].toSorted(), FAULTS.toSorted())
})

test('a choice reaches the first and the last', () => {
  assert.deepEqual(
    [0, 0.5, 0.999].map(choice => pick(['a', 'b', 'c'], choice)),
    ['a', 'b', 'c'],
  )
})

test('a request that was sent and has no answer is lost, whether or not it has an outcome', () => {
  const counts = { '200': 5, '0 ECONNRESET': 2 }
  assert.deepEqual(judge({ sent: 8, counts }, new Set()), { answered: 5, lost: 3, unexplained: [] })
})

test('an answer is explained only by a fault that was done', () => {
  const judged = (key: string, ...done: FaultKind[]) =>
    judge({ sent: 1, counts: { [key]: 1 } }, new Set(done)).unexplained
  assert.deepEqual(judged('502 ERR_WORKER_LOST', 'kill'), [])
  assert.deepEqual(judged('502 ERR_WORKER_LOST', 'reload', 'hang up'), ['502 ERR_WORKER_LOST'])
  assert.deepEqual(judged('500 ERR_INTERNAL', ...FAULTS), ['500 ERR_INTERNAL'])
})

test('counts add up by key', () => {
  assert.deepEqual(addCounts([{ a: 1 }, { a: 2, b: 3 }, {}]), { a: 3, b: 3 })
})
