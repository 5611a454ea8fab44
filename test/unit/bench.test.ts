// The pure parts of the benchmark: figures, and what load generators and /proc say.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { median, type Round, standings, table } from '../../bench/figures.ts'
import { readAutocannon, readWrk, requireClean } from '../../bench/load-report.ts'
import { parseCpuMicros } from '../support/process-use.ts'

const WRK = `Running 1s test @ http://127.0.0.1:18999/
  1 threads and 2 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    81.43us  234.19us   3.59ms   96.68%
    Req/Sec    40.45k     5.29k   43.17k    90.91%
  44217 requests in 1.10s, 5.19MB read
Requests/sec:  40195.81
Transfer/sec:      4.72MB
`
const WRK_WITH_FAILURES = WRK.replace(
  'Requests/sec',
  '  Socket errors: connect 0, read 3, write 0, timeout 7\n  Non-2xx or 3xx responses: 17\nRequests/sec',
)

const AUTOCANNON = { duration: 2, errors: 0, timeouts: 0, non2xx: 0, resets: 0, '2xx': 36353 }

describe('the median', () => {
  it('is the middle one of an odd number of values, in whatever order', () =>
    assert.equal(median([9, 1, 5]), 5))
  it('lies between the two in the middle of an even number', () => assert.equal(median([10, 1, 2, 4]), 3))
  it('is not there without values', () => assert.throws(() => median([]), RangeError))
})

describe('the standings', () => {
  const rounds: Round[] = [
    { bare: sample(100, 10), worker: sample(50, 20) },
    // the machine is twice as slow in this round, and it does not show in the ratios
    { bare: sample(50, 20), worker: sample(25, 40) },
    { bare: sample(100, 10), worker: sample(75, 30) },
  ]

  it('take ratios within each round', () => {
    const [bare, worker] = standings(rounds, 'bare')
    assert.deepEqual(bare?.cpuRatio, { median: 1, least: 1, most: 1 })
    assert.deepEqual(worker?.speedRatio, { median: 0.5, least: 0.5, most: 0.75 })
    assert.deepEqual(worker?.cpuRatio, { median: 2, least: 2, most: 3 })
  })

  it('take the medians of the absolute values', () => {
    const [, worker] = standings(rounds, 'bare')
    assert.equal(worker?.requestsPerSecond, 50)
    assert.equal(worker?.cpuMicros, 30)
  })

  it('are refused where a round lacks a contestant', () => {
    assert.throws(() => standings([...rounds, { bare: sample(1, 1) }], 'bare'), /no sample of worker/)
  })

  it('are shown as a table whose lines are of one length', () => {
    const lines = table(standings(rounds, 'bare'), '64 connections', 'bare').split('\n')
    assert.equal(lines.length, 4)
    assert.equal(new Set(lines.map(line => line.length)).size, 1)
    assert.match(lines[3] ?? '', /worker .* 50 .* 0\.50 \(0\.50–0\.75\) .* 30\.0 .* 2\.00 \(2\.00–3\.00\)/)
  })
})

describe('a report of wrk', () => {
  it('is read', () => {
    assert.deepEqual(readWrk(WRK), { answered: 44217, requestsPerSecond: 40195.81, failures: {} })
  })

  it('tells of failures, and answers of another status are no answers', () => {
    const { answered, failures } = readWrk(WRK_WITH_FAILURES)
    assert.equal(answered, 44200)
    assert.deepEqual(failures, { read: 3, timeout: 7, 'other status': 17 })
  })

  it('is nothing else', () => assert.throws(() => readWrk('unable to connect'), /unable to connect/))
})

describe('a report of autocannon', () => {
  it('is read', () => {
    const expected = { answered: 36353, requestsPerSecond: 18176.5, failures: {} }
    assert.deepEqual(readAutocannon(JSON.stringify(AUTOCANNON)), expected)
  })

  it('tells of failures; a timeout is counted as an error too', () => {
    const text = JSON.stringify({ ...AUTOCANNON, errors: 5, timeouts: 2, non2xx: 4, resets: 1 })
    assert.deepEqual(readAutocannon(text).failures, { 'other status': 4, error: 3, timeout: 2, reset: 1 })
  })

  it('is nothing else', () => {
    assert.throws(() => readAutocannon(''), /no report/)
    assert.throws(() => readAutocannon('{}'), /no report/)
  })
})

describe('a measurement', () => {
  it('counts where everything was answered', () => requireClean(readWrk(WRK), 'bare'))

  it('is refused where a request failed', () => {
    assert.throws(() => requireClean(readWrk(WRK_WITH_FAILURES), 'bare'), /bare: .*read 3, timeout 7/)
  })

  it('is refused where nothing was answered', () => {
    assert.throws(() => requireClean({ answered: 0, requestsPerSecond: 0, failures: {} }, 'bare'), /bare/)
  })
})

describe('the CPU time of a process', () => {
  it('is user and system time, whatever its name', () => {
    const stat = '4242 (a) b (c) S 1 4242 4242 0 -1 4194560 5000 0 10 0 150 50 7 8 20 0 11 0 100 1 2'
    assert.equal(parseCpuMicros(stat), 2_000_000)
  })
})

function sample(requestsPerSecond: number, cpuMicros: number) {
  return { requestsPerSecond, cpuMicros }
}
