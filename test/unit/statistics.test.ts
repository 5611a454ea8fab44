// What is counted of the requests to a model, and how the counts of several workers become one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergeStatistics, Statistics } from '../../runtime/statistics.ts'

const PHASES = { compute_input: 1, compute_infer: 2, compute_output: 0.5 }

test('rows are counted as inferences, batches as executions, and each request has the time of its batch', () => {
  const statistics = new Statistics()
  statistics.released('full')
  statistics.executed(5, 2, PHASES)
  statistics.executed(5, 1, PHASES)
  statistics.executed(1, 1, PHASES)
  for (const ms of [1, 2, 3, 4]) statistics.waited(ms)
  for (const ms of [10, 20, 30]) statistics.succeeded(ms)
  statistics.failed('BACKEND', 7)
  const snapshot = statistics.snapshot()
  assert.equal(snapshot.inference_count, 11)
  assert.equal(snapshot.execution_count, 3)
  assert.deepEqual(snapshot.inference_stats, {
    success: { count: 3, ns: 60e6 },
    fail: { count: 1, ns: 7e6 },
    queue: { count: 4, ns: 10e6 },
    compute_input: { count: 4, ns: 4e6 },
    compute_infer: { count: 4, ns: 8e6 },
    compute_output: { count: 4, ns: 2e6 },
  })
  assert.deepEqual(
    snapshot.batch_stats.map(({ batch_size, compute_infer }) => [batch_size, compute_infer]),
    [
      [1, { count: 1, ns: 2e6 }],
      [5, { count: 2, ns: 4e6 }],
    ],
  )
  assert.deepEqual(snapshot.batch_releases, { full: 1 })
  assert(Math.abs(snapshot.last_inference - Date.now()) < 60_000)
})

test('the counts of several workers are their sum, whichever way the requests went', () => {
  const events = fc.array(
    fc.record({
      worker: fc.nat({ max: 2 }),
      rows: fc.integer({ min: 1, max: 4 }),
      waitMs: fc.nat({ max: 9 }),
    }),
  )
  fc.assert(
    fc.property(events, all => {
      const one = new Statistics()
      const workers = [new Statistics(), new Statistics(), new Statistics()]
      for (const { worker, rows, waitMs } of all)
        for (const statistics of [one, workers[worker]]) {
          statistics?.waited(waitMs)
          statistics?.released(rows > 2 ? 'full' : 'delay')
          statistics?.executed(rows, rows, PHASES)
        }
      assert.deepEqual(mergeStatistics(workers.map(worker => worker.snapshot())), one.snapshot())
    }),
  )
})

test('a snapshot is plain JSON', () => {
  const snapshot = new Statistics().snapshot()
  assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot)
})
