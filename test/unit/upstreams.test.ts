// How requests are handed out to the workers in rotation.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Upstream } from '../../supervisor/front/front.ts'
import { Upstreams } from '../../supervisor/upstreams.ts'

function upstream(id: number, concurrency = 1_000_000): Upstream {
  return { id, concurrency, address: { host: '127.0.0.1', port: 9090 + id } }
}

function rotation(ids: readonly number[], now: () => number = () => 0): Upstreams {
  const upstreams = new Upstreams(now)
  upstreams.replace(ids.map(id => upstream(id)))
  return upstreams
}

/** Takes a place; gives the worker and how to give the place back. */
function take(upstreams: Upstreams, except: number | null = null) {
  const taken = upstreams.acquire(except)
  assert(taken, 'no worker was picked')
  return { id: taken.upstream.id, release: taken.release }
}

const ids = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 5 })

type Step = { readonly kind: 'acquire' } | { readonly kind: 'release'; readonly which: number }
const steps = fc.array<Step>(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant({ kind: 'acquire' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat() }) },
  ),
  { maxLength: 60 },
)

test('with no worker in rotation there is nothing to take', () => {
  assert.equal(new Upstreams().acquire(), null)
  const upstreams = rotation([1])
  upstreams.replace([])
  assert.equal(upstreams.acquire(), null)
})

test('what is taken is the worker as it was given, address included', () => {
  assert.deepEqual(rotation([7]).acquire()?.upstream, upstream(7))
})

test('the worker with the fewest requests in flight is picked, of equals the one that waited longest', () => {
  fc.assert(
    fc.property(ids, steps, (workers, sequence) => {
      const upstreams = rotation(workers)
      const inFlight = new Map(workers.map(id => [id, 0]))
      const waiting = [...workers] // the longest-waiting first
      const held: { id: number; release: () => void }[] = []
      for (const step of sequence) {
        if (step.kind === 'release') {
          const [back] = held.splice(step.which % Math.max(1, held.length), 1)
          if (back === undefined) continue
          back.release()
          inFlight.set(back.id, (inFlight.get(back.id) ?? 0) - 1)
          continue
        }
        const fewest = Math.min(...inFlight.values())
        const expected = waiting.find(id => inFlight.get(id) === fewest)
        const taken = take(upstreams)
        assert.equal(taken.id, expected)
        held.push(taken)
        inFlight.set(taken.id, fewest + 1)
        waiting.push(...waiting.splice(waiting.indexOf(taken.id), 1))
      }
    }),
  )
})

test('idle workers take turns, however many requests come one after the other', () => {
  const upstreams = rotation([1, 2, 3])
  const picks = Array.from({ length: 6 }, () => {
    const { id, release } = take(upstreams)
    release()
    return id
  })
  assert.deepEqual(picks, [1, 2, 3, 1, 2, 3])
})

test('a place that is given back counts as free', () => {
  const upstreams = rotation([1, 2])
  const first = take(upstreams)
  const second = take(upstreams)
  assert.deepEqual([first.id, second.id], [1, 2])
  second.release()
  assert.equal(take(upstreams).id, 2)
})

test('the excepted worker is never picked, even when it is idle or alone', () => {
  fc.assert(
    fc.property(ids, fc.nat(20), fc.nat(10), (workers, except, busy) => {
      const upstreams = rotation(workers)
      for (let count = 0; count < busy; count++) upstreams.acquire(except)
      const picked = upstreams.acquire(except)?.upstream.id ?? null
      const others = workers.filter(id => id !== except)
      if (others.length === 0) assert.equal(picked, null)
      else assert(picked !== null && others.includes(picked))
    }),
  )
})

test('workers that stay in rotation keep their counts, and places taken before still come back', () => {
  const upstreams = rotation([1, 2])
  const first = take(upstreams)
  const second = take(upstreams)
  upstreams.replace([2, 1, 3].map(id => upstream(id)))
  assert.equal(take(upstreams).id, 3)
  first.release()
  assert.equal(take(upstreams).id, 1)
  second.release()
  assert.equal(take(upstreams).id, 2)
})

test('a worker that left is not picked, and comes back with nothing in flight', () => {
  const upstreams = rotation([1, 2])
  const before = take(upstreams)
  assert.equal(before.id, 1)
  upstreams.replace([upstream(2)])
  assert.equal(take(upstreams).id, 2)
  upstreams.replace([1, 2].map(id => upstream(id)))
  before.release()
  assert.deepEqual([take(upstreams).id, take(upstreams).id], [1, 2])
})

const concurrency = fc.integer({ min: 1, max: 3 })

test('as many places are given as the workers take at once, and each place that comes back is given again', () => {
  fc.assert(
    fc.property(ids, concurrency, fc.nat(), (workers, most, which) => {
      const upstreams = new Upstreams()
      upstreams.replace(workers.map(id => upstream(id, most)))
      const places = Array.from({ length: workers.length * most }, () => take(upstreams))
      for (const id of workers) assert.equal(upstreams.inFlight(id), most)
      assert.equal(upstreams.acquire(), null)
      const back = places[which % places.length]
      assert(back)
      back.release()
      assert.equal(take(upstreams).id, back.id)
      assert.equal(upstreams.acquire(), null)
    }),
  )
})

test('a place is given wherever one is free, also where the workers take different numbers at once', () => {
  fc.assert(
    fc.property(ids, fc.infiniteStream(concurrency), (workers, concurrencies) => {
      const upstreams = new Upstreams()
      const given = workers.map(id => upstream(id, concurrencies.next().value))
      upstreams.replace(given)
      const places = given.reduce((sum, one) => sum + one.concurrency, 0)
      for (let place = 0; place < places; place++) assert(upstreams.acquire(), `${place} of ${places}`)
      assert.equal(upstreams.acquire(), null)
    }),
  )
})

test('what a worker takes at once may change, and what it has stays', () => {
  const upstreams = new Upstreams()
  upstreams.replace([upstream(1, 2)])
  const [first, second] = [take(upstreams), take(upstreams)]
  upstreams.replace([upstream(1, 1)])
  assert.equal(upstreams.inFlight(1), 2)
  first.release()
  assert.equal(upstreams.acquire(), null)
  second.release()
  assert.equal(take(upstreams).id, 1)
  upstreams.replace([upstream(1, 2)])
  assert.equal(take(upstreams).id, 1)
  assert.equal(upstreams.acquire(), null)
})

test('the least busy worker is told also where it has no place free, and telling takes none', () => {
  const upstreams = new Upstreams(() => 0)
  upstreams.replace([upstream(1, 1), upstream(2, 1)])
  assert.deepEqual([upstreams.leastBusy()?.id, upstreams.leastBusy()?.id], [1, 1])
  take(upstreams)
  assert.equal(upstreams.leastBusy()?.id, 2)
  assert.equal(upstreams.leastBusy(2)?.id, 1)
  take(upstreams)
  assert.equal(upstreams.leastBusy()?.id, 1)
  upstreams.replace([])
  assert.equal(upstreams.leastBusy(), null)
})

test('a place is taken also where none is free, and counts until it comes back', () => {
  const upstreams = new Upstreams()
  upstreams.replace([upstream(1, 1)])
  const [one, other] = [upstreams.occupy(upstream(1)), upstreams.occupy(upstream(1))]
  assert.equal(upstreams.inFlight(1), 2)
  one.release()
  assert.equal(upstreams.acquire(), null)
  other.release()
  assert.equal(take(upstreams).id, 1)
})

test('a place at a worker that is not in rotation brings nothing into it', () => {
  const upstreams = rotation([1])
  const place = upstreams.occupy(upstream(2))
  assert.equal(place.upstream.id, 2)
  assert.equal(upstreams.inFlight(2), null)
  assert.deepEqual([take(upstreams).id, take(upstreams).id], [1, 1])
  upstreams.replace([1, 2].map(id => upstream(id)))
  place.release()
  assert.equal(upstreams.inFlight(2), 0)
})

test('a place counts once, however often it is given back', () => {
  const upstreams = rotation([1])
  const [first] = [take(upstreams), take(upstreams), upstreams.occupy(upstream(1))]
  for (let again = 0; again < 3; again++) first.release()
  assert.equal(upstreams.inFlight(1), 2)
})

test('a worker that answers nothing is passed over while another answers, up to 16 requests more', () => {
  let nowMs = 0
  const upstreams = rotation([1, 2], () => nowMs)
  assert.equal(take(upstreams).id, 1)
  nowMs = 1
  // within what any request may take the numbers decide, and of equals the one that moved last
  assert.deepEqual([take(upstreams).id, take(upstreams).id, take(upstreams).id], [2, 2, 1])
  nowMs = 10
  const second = upstreams.occupy(upstream(2))
  second.release()
  // two in flight at either, and the first has not moved
  assert.deepEqual(
    Array.from({ length: 18 }, () => take(upstreams).id),
    [...Array<number>(17).fill(2), 1],
  )
})

test('where all workers stall alike, the numbers in flight decide', () => {
  let nowMs = 0
  const upstreams = rotation([1, 2], () => nowMs)
  for (const expected of [1, 2, 1, 2, 1]) assert.equal(take(upstreams).id, expected)
  nowMs = 100
  assert.equal(take(upstreams).id, 2)
})

test('a worker that was idle for long does not stall when it is given work', () => {
  let nowMs = 0
  const upstreams = rotation([1, 2], () => nowMs)
  nowMs = 10_000
  for (const expected of [1, 2, 1, 2]) assert.equal(take(upstreams).id, expected)
})
