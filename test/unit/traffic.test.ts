// The last minutes, step by step: what is remembered, and what comes of it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DURATION_BOUNDS } from '../../runtime/histogram.ts'
import type { RouteSnapshot } from '../../runtime/request-meters.ts'
import { statusOf, Traffic, type TrafficTotals, trafficTotals } from '../../supervisor/traffic.ts'

/** So many requests that took between 25 and 50 ms. */
function durations(count: number) {
  const counts = new Array<number>(DURATION_BOUNDS.length + 1).fill(0)
  counts[DURATION_BOUNDS.indexOf(0.05)] = count
  return { counts, sum: count * 0.04 }
}

function totals(requests: number, errors = 0): TrafficTotals {
  return { requests, errors, codes: { ERR_RUN_FAILED: errors }, duration: durations(requests) }
}

function route(parts: Partial<RouteSnapshot>): RouteSnapshot {
  const none = durations(0)
  return {
    route: '/score',
    statuses: {},
    codes: {},
    aborted: 0,
    duration: none,
    queue: none,
    run: none,
    ...parts,
  }
}

const at = (atMs: number, inFlight = 0, queued = 0) => ({ atMs, inFlight, queued })

test('answers of all routes and of the front are counted, errors by their status', () => {
  const all = trafficTotals(
    [
      route({
        statuses: { '200': 5, '502': 2 },
        codes: { ERR_RUN_FAILED: 2 },
        aborted: 9,
        duration: durations(7),
      }),
      route({ route: '/v2', statuses: { '200': 1, '418': 1 }, duration: durations(2) }),
    ],
    { ERR_NO_WORKER: 3, ERR_RUN_FAILED: 1 },
  )
  assert.equal(all.requests, 13)
  assert.equal(all.errors, 7)
  assert.deepEqual(all.codes, { ERR_NO_WORKER: 3, ERR_RUN_FAILED: 3 })
  assert.deepEqual(all.duration.counts, durations(9).counts)
})

test('a code has the status of the table, and one that is not there has none', () => {
  assert.equal(statusOf('ERR_NO_WORKER'), 503)
  assert.equal(statusOf('ERR_INIT_FAILED'), null)
  assert.equal(statusOf('toString'), null)
})

test('a step is what was added since the one before, by the time that it really took', () => {
  const traffic = new Traffic(10)
  traffic.add(totals(10, 1), at(2000, 3, 1))
  traffic.add(totals(50, 1), at(6000))
  assert.deepEqual(traffic.history(), {
    atMs: [2000, 6000],
    requestRate: [5, 10],
    errorRate: [0.5, 0],
    p50Ms: [37.5, 37.5],
    p90Ms: [47.5, 47.5],
    p99Ms: [49.75, 49.75],
    inFlight: [3, 0],
    queued: [1, 0],
  })
})

test('where nothing was answered there is no latency', () => {
  const traffic = new Traffic(10)
  traffic.add(totals(0), at(2000))
  const { p50Ms, requestRate } = traffic.history()
  assert.deepEqual([p50Ms, requestRate], [[null], [0]])
  assert.equal(new Traffic(10).summary(5).p99Ms, null)
  assert.equal(new Traffic(10).summary(5).requestRate, 0)
})

test('no more steps are remembered than were asked for, however long the service runs', () => {
  const traffic = new Traffic(3)
  for (let step = 1; step <= 100; step++) traffic.add(totals(step, step), at(step * 2000))
  assert.deepEqual(traffic.history().atMs, [196_000, 198_000, 200_000])
  assert.deepEqual(traffic.codes(), { ERR_RUN_FAILED: 3 })
  assert.equal(traffic.summary(100).requests, 3)
})

test('a summary is of the newest steps', () => {
  const traffic = new Traffic(10)
  traffic.add(totals(100, 100), at(2000))
  traffic.add(totals(110, 100), at(4000))
  traffic.add(totals(130, 101), at(6000))
  const { seconds, requests, errors, requestRate, errorRate } = traffic.summary(2)
  assert.deepEqual([seconds, requests, errors, requestRate, errorRate], [4, 30, 1, 7.5, 0.25])
})

test('two looks at the same moment are one step', () => {
  const traffic = new Traffic(10)
  traffic.add(totals(1), at(2000))
  traffic.add(totals(2), at(2000))
  traffic.add(totals(3), at(4000))
  assert.deepEqual(traffic.history().requestRate, [0.5, 1])
})
