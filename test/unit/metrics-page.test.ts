// The metrics of a service as text, from plain numbers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricJson } from '../../runtime/process-metrics.ts'
import { mergeRoutes, RequestMeters } from '../../runtime/request-meters.ts'
import type { RequestRecord } from '../../runtime/request-record.ts'
import { Statistics } from '../../runtime/statistics.ts'
import { counter, foldCounters, gauge, writeMetrics } from '../../supervisor/exposition.ts'
import type { Measured } from '../../supervisor/measurement-desk.ts'
import { nvMetrics, serviceMetrics } from '../../supervisor/metrics-page.ts'
import { SCORED } from '../support/request-record.ts'
import { fallen, readScrape } from '../support/scrape.ts'

const RECORD: RequestRecord = { ...SCORED, durationMs: 20, timing: { queueMs: 2, runMs: 10 } }

function measured(
  records: readonly Partial<RequestRecord>[],
  statistics: Measured['statistics'] = {},
): Measured {
  const meters = new RequestMeters(['/score'])
  for (const record of records) meters.ended({ ...RECORD, ...record })
  return { statistics, routes: meters.snapshot(), process: [] }
}

async function page(of: Measured, frontAnswers: Readonly<Record<string, number>> = {}, restarts = {}) {
  const status = {
    pid: 1,
    state: 'ready' as const,
    port: 5001,
    uptimeMs: 1,
    waiting: 3,
    generation: 0,
    nextGeneration: null,
    workers: [],
  }
  const build = { version: '1', node: 'v20', front: 'node' }
  return readScrape(
    await writeMetrics(serviceMetrics({ status, measured: of, frontAnswers, restarts, build })),
  )
}

test('answers by route and status, those of the front among them', async () => {
  const codes = { status: 502, code: 'ERR_RUN_FAILED' as const }
  const scraped = await page(measured([{}, {}, codes]), {
    ERR_QUEUE_FULL: 4,
    ERR_NO_WORKER: 1,
    ERR_INPUT_TOO_LARGE: 2,
  })
  const requests = (route: string, status: string) =>
    scraped.get(`scorehost_requests_total{route="${route}",status="${status}"}`)
  assert.deepEqual(
    [requests('/score', '200'), requests('/score', '502'), requests('/score', '504')],
    [2, 1, 0],
  )
  assert.deepEqual([requests('front', '503'), requests('front', '413')], [5, 2])
  assert.equal(scraped.get('scorehost_errors_total{code="ERR_RUN_FAILED"}'), 1)
  assert.equal(scraped.get('scorehost_admission_refusals_total{reason="ERR_QUEUE_FULL"}'), 4)
  assert.equal(scraped.get('scorehost_admission_refusals_total{reason="ERR_INPUT_TOO_LARGE"}'), undefined)
  assert.equal(scraped.get('scorehost_queue_depth'), 3)
})

test('durations are histograms in seconds; what did not run has no run', async () => {
  const scraped = await page(measured([{}, { timing: { queueMs: null, runMs: null } }]))
  const bucket = (name: string, le: string) =>
    scraped.get(`scorehost_${name}_duration_seconds_bucket{route="/score",le="${le}"}`)
  assert.deepEqual(
    [bucket('request', '0.01'), bucket('request', '0.025'), bucket('request', '+Inf')],
    [0, 2, 2],
  )
  assert.deepEqual([bucket('run', '0.005'), bucket('run', '0.01'), bucket('run', '+Inf')], [0, 1, 1])
  assert.equal(scraped.get('scorehost_run_duration_seconds_sum{route="/score"}'), 0.01)
})

test('a client that hung up has no status', async () => {
  const scraped = await page(measured([{ aborted: true }]))
  assert.equal(scraped.get('scorehost_requests_aborted_total{route="/score"}'), 1)
  assert.equal(scraped.get('scorehost_requests_total{route="/score",status="200"}'), 0)
})

test('the counters of Triton come of the statistics, by model and version, also of a name with a slash', async () => {
  const statistics = new Statistics()
  statistics.executed(3, 2, { compute_input: 1, compute_infer: 2, compute_output: 0 })
  statistics.succeeded(4)
  statistics.failed('REJECTED', 1)
  const scraped = readScrape(await writeMetrics(nvMetrics(measured([], { 'a/b/2': statistics.snapshot() }))))
  const of = (name: string) => scraped.get(`nv_inference_${name}{model="a/b",version="2"}`)
  assert.deepEqual([of('count'), of('exec_count'), of('request_success')], [3, 1, 1])
  assert.deepEqual([of('request_duration_us'), of('compute_infer_duration_us')], [5000, 4000])
  assert.equal(scraped.get('nv_inference_request_failure{model="a/b",reason="REJECTED",version="2"}'), 1)
})

test('routes of several workers are added up', () => {
  const [one] = mergeRoutes([measured([{}]).routes, measured([{}, { status: 400 }]).routes])
  assert.deepEqual(
    [one?.statuses, one?.duration.counts.reduce((sum, count) => sum + count)],
    [{ 200: 2, 400: 1 }, 3],
  )
})

test('of a process that has ended its counts are remembered, and what it measured is not', async () => {
  const of = (cpu: number): MetricJson[] => [
    counter('process_cpu_seconds_total', 'CPU.', [[{ process: 'worker 0' }, cpu]]),
    gauge('process_resident_memory_bytes', 'Memory.', [[{ process: 'worker 0' }, 100]]),
  ]
  const gone = foldCounters(foldCounters([], of(5)), of(2))
  assert.deepEqual(
    gone.map(({ name }) => name),
    ['process_cpu_seconds_total'],
  )
  const scraped = readScrape(await writeMetrics([...gone, ...of(1)]))
  assert.equal(scraped.get('process_cpu_seconds_total{process="worker 0"}'), 8)
  assert.equal(scraped.get('process_resident_memory_bytes{process="worker 0"}'), 100)
})

test('what has fallen is found', () => {
  const before = new Map([
    ['a_total', 2],
    ['b', 5],
    ['c_count{x="1"}', 1],
  ])
  assert.deepEqual(
    fallen(
      before,
      new Map([
        ['a_total', 1],
        ['b', 1],
      ]),
    ),
    ['a_total: 2, then 1', 'c_count{x="1"}: 1, then undefined'],
  )
})
