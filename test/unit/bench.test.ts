// The pure parts of the benchmark: figures, and what load generators and /proc say.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blockingSchedule } from '../../bench/blocking-schedule.ts'
import { median, type Round, standings } from '../../bench/figures.ts'
import { percentile, reportLatencies } from '../../bench/latencies.ts'
import { readAutocannon, readWrk, requireClean, requireNoFailure } from '../../bench/load-report.ts'
import { parseOpenFiles } from '../../bench/open-files.ts'
import { slope, slopeOfSecondHalf } from '../../bench/slope.ts'
import { bareBytes, bareJson, v2Binary, v2Json } from '../../bench/tensor-requests.ts'
import { parseInferRequest } from '../../runtime/contracts/v2-request.ts'
import { encodeInferResponse } from '../../runtime/contracts/v2-response.ts'
import { parseCpuMicros } from '../support/process-use.ts'

const WRK = `Running 1s test @ http://127.0.0.1:18999/
  1 threads and 2 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    81.43us  234.19us   3.59ms   96.68%
    Req/Sec    40.45k     5.29k   43.17k    90.91%
  Latency Distribution
     50%   44.00us
     75%   48.00us
     90%   65.00us
     99%    1.12ms
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
    assert.deepEqual(bare?.ratios.cpuMicros, { median: 1, least: 1, most: 1 })
    assert.deepEqual(worker?.ratios.requestsPerSecond, { median: 0.5, least: 0.5, most: 0.75 })
    assert.deepEqual(worker?.ratios.cpuMicros, { median: 2, least: 2, most: 3 })
  })

  it('take the medians of the absolute values', () => {
    const [, worker] = standings(rounds, 'bare')
    assert.equal(worker?.values.requestsPerSecond?.median, 50)
    assert.equal(worker?.values.cpuMicros?.median, 30)
  })

  it('are refused where a round lacks a contestant', () => {
    assert.throws(() => standings([...rounds, { bare: sample(1, 1) }], 'bare'), /no sample of worker/)
  })

  it('leave out what was not measured in every round', () => {
    const [worker] = standings(
      [{ worker: { ...sample(1, 1), p50Micros: 9 } }, { worker: sample(1, 1) }],
      'worker',
    )
    assert.deepEqual(Object.keys(worker?.values ?? {}), ['requestsPerSecond', 'cpuMicros'])
  })
})

describe('a tensor request', () => {
  const tensor = { name: 'x', shape: [1, 2], data: new Float32Array([0.1, -3]) }
  const { shape, data } = tensor

  it('carries the tensor, as V2 JSON and as V2 binary', () => {
    const json = v2Json(tensor)
    const binary = v2Binary(tensor)
    const length = Number(binary.headers['inference-header-content-length'])
    for (const request of [
      parseInferRequest(Buffer.from(json.body), null),
      parseInferRequest(Buffer.from(binary.body), length),
    ])
      assert.deepEqual(request.inputs[0]?.tensor, { datatype: 'FP32', shape, data })
  })

  it('finds an output among those of the answer', () => {
    const other = { datatype: 'INT64', shape: [1], data: new BigInt64Array([7n]) } as const
    for (const [request, isBinary] of [
      [v2Json(tensor), false],
      [v2Binary(tensor), true],
    ] as const) {
      const { body, headers } = encodeInferResponse({
        modelName: 'm',
        modelVersion: '1',
        id: null,
        parameters: {},
        outputs: [
          { name: 'label', tensor: other, binary: isBinary },
          { name: 'y', tensor: { datatype: 'FP32', shape, data }, binary: isBinary },
        ],
      })
      const found = request.readAnswer(Buffer.from(body), new Headers(headers), 'y')
      assert.deepEqual(found, Array.from(data))
    }
  })

  it('reads what the baselines answer', () => {
    const bytes = Buffer.from(data.buffer)
    assert.deepEqual(bareBytes(tensor).readAnswer(bytes, new Headers(), ''), Array.from(data))
    const json = Buffer.from(JSON.stringify({ data: Array.from(data) }))
    assert.deepEqual(bareJson(tensor).readAnswer(json, new Headers(), ''), Array.from(data))
  })
})

describe('a report of wrk', () => {
  it('is read', () => {
    const percentiles = { p50Micros: 44, p99Micros: 1120 }
    assert.deepEqual(readWrk(WRK), {
      answered: 44217,
      requestsPerSecond: 40195.81,
      percentiles,
      failures: {},
    })
  })

  it('has latencies in whatever unit', () => {
    for (const [text, micros] of [
      ['812.00us', 812],
      ['99.50ms', 99_500],
      ['1.99s ', 1_990_000],
      ['1.50m ', 90_000_000],
    ] as const)
      assert.equal(readWrk(WRK.replace('1.12ms', text)).percentiles?.p99Micros, micros)
  })

  it('tells of failures, and answers of another status are no answers', () => {
    const { answered, failures } = readWrk(WRK_WITH_FAILURES)
    assert.equal(answered, 44200)
    assert.deepEqual(failures, { read: 3, timeout: 7, 'other status': 17 })
  })

  it('is nothing else', () => {
    assert.throws(() => readWrk('unable to connect'), /unable to connect/)
    assert.throws(() => readWrk(WRK.replace(/.*99%.*\n/, '')), /no report/)
  })
})

describe('a report of autocannon', () => {
  it('is read', () => {
    const expected = { answered: 36353, requestsPerSecond: 18176.5, percentiles: null, failures: {} }
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
  it('may answer nothing while it warms up, but not fail', () => {
    requireNoFailure({ answered: 0, requestsPerSecond: 0, percentiles: null, failures: {} }, 'bare')
    assert.throws(() => requireNoFailure(readWrk(WRK_WITH_FAILURES), 'bare'), /bare: .*read 3, timeout 7/)
  })

  it('counts where everything was answered', () => requireClean(readWrk(WRK), 'bare'))

  it('is refused where a request failed', () => {
    assert.throws(() => requireClean(readWrk(WRK_WITH_FAILURES), 'bare'), /bare: .*read 3, timeout 7/)
  })

  it('is refused where nothing was answered', () => {
    assert.throws(
      () => requireClean({ answered: 0, requestsPerSecond: 0, percentiles: null, failures: {} }, 'bare'),
      /bare/,
    )
  })
})

describe('the CPU time of a process', () => {
  it('is user and system time, whatever its name', () => {
    const stat = '4242 (a) b (c) S 1 4242 4242 0 -1 4194560 5000 0 10 0 150 50 7 8 20 0 11 0 100 1 2'
    assert.equal(parseCpuMicros(stat), 2_000_000)
  })
})

describe('latencies', () => {
  it('have as a percentile the least that as many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    assert.deepEqual(
      [0, 1, 50, 99, 99.5, 100].map(percent => percentile(hundred, percent)),
      [1, 1, 50, 99, 100, 100],
    )
    assert.equal(percentile([7], 99), 7)
    assert.throws(() => percentile([], 50), RangeError)
  })

  it('are reported whatever their order', () =>
    assert.deepEqual(reportLatencies([30, 100, 9]), { count: 3, p50Ms: 30, p99Ms: 100, maxMs: 100 }))
})

describe('the schedule of blocking requests', () => {
  const indices = Array.from({ length: 2000 }, (_, index) => index)

  it('has one of so many in a row, not always the same', () => {
    const blocking = indices.filter(blockingSchedule(200, 7))
    assert.deepEqual(
      blocking.map(index => Math.floor(index / 200)),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
    assert(new Set(blocking.map(index => index % 200)).size > 5)
  })

  it('is the same for the same seed, and another for another', () => {
    const [one, again, other] = [7, 7, 8].map(seed => indices.filter(blockingSchedule(200, seed)))
    assert.deepEqual(one, again)
    assert.notDeepEqual(one, other)
  })
})

describe('a slope', () => {
  it('is that of the line with the least squares', () => {
    assert.equal(slope([0, 1, 2].map(x => ({ x, y: 5 - 2 * x }))), -2)
    assert.equal(
      slope([
        { x: 0, y: 0 },
        { x: 1, y: 3 },
        { x: 2, y: 0 },
      ]),
      0,
    )
  })

  it('is not there without two places', () => {
    assert.equal(slope([]), null)
    assert.equal(slope([{ x: 1, y: 1 }]), null)
  })

  it('of the second half does not look at the first', () =>
    assert.equal(slopeOfSecondHalf([100, 50, 10, 11, 12].map((y, x) => ({ x, y }))), 1))
})

describe('the limit of open files', () => {
  it('is the soft one', () => {
    const limits = (soft: string) =>
      `Max processes             95931                95931                processes\nMax open files            ${soft}                20000                files\n`
    assert.equal(parseOpenFiles(limits('1024')), 1024)
    assert.equal(parseOpenFiles(limits('unlimited')), Number.POSITIVE_INFINITY)
  })
})

function sample(requestsPerSecond: number, cpuMicros: number) {
  return { requestsPerSecond, cpuMicros }
}
