// What /metrics tells, through the port and by real processes.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { askSupervisor } from '../../supervisor/admin.ts'
import { FRONT } from '../support/front.ts'
import { startLoad } from '../support/load.ts'
import { fallen, type Scrape, scrape } from '../support/scrape.ts'
import { PATIENCE_MS, type Runtime, startReady } from '../support/start-runtime.ts'

const REQUESTS = 'scorehost_requests_total'
const ok = (route: string) => `${REQUESTS}{route="${route}",status="200"}`

/** Scrapes until it holds: what nginx noted is read a moment later. */
async function scrapeUntil(runtime: Runtime, holds: (scraped: Scrape) => boolean): Promise<Scrape> {
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    const scraped = await scrape(runtime.url)
    if (holds(scraped)) return scraped
    assert.ok(performance.now() < deadline, [...scraped].join('\n'))
  }
}

it('requests are counted and timed by route and status, the series are there before', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCOREHOST_MAX_BODY_BYTES: '1000' },
  })
  const before = await scrape(runtime.url)
  for (const status of ['200', '400', '502', '503', '504'])
    assert.equal(before.get(`${REQUESTS}{route="/score",status="${status}"}`), 0, status)
  assert.equal(before.get('scorehost_worker_restarts_total{reason="was killed by SIGKILL"}'), 0)
  assert.equal(before.get('scorehost_admission_refusals_total{reason="ERR_QUEUE_FULL"}'), 0)

  for (let count = 0; count < 5; count++) await runtime.score({ do: 'sleep', ms: 20 })
  await runtime.score({ do: 'throw' })
  await runtime.score('x'.repeat(2000))
  await fetch(`${runtime.url}/nowhere/${Math.random()}`)
  const errors = (scraped: Scrape, code: string) => scraped.get(`scorehost_errors_total{code="${code}"}`)
  const after = await scrapeUntil(runtime, scraped => errors(scraped, 'ERR_INPUT_TOO_LARGE') === 1)
  assert.equal(after.get(ok('/score')), 5)
  assert.equal(after.get(`${REQUESTS}{route="/score",status="502"}`), 1)
  assert.equal(after.get(`${REQUESTS}{route="front",status="413"}`), 1)
  assert.equal(after.get(`${REQUESTS}{route="other",status="404"}`), 1)
  assert.equal(errors(after, 'ERR_RUN_FAILED'), 1)
  assert.equal(after.get('scorehost_run_duration_seconds_count{route="/score"}'), 6)
  const ran = after.get('scorehost_run_duration_seconds_sum{route="/score"}') ?? 0
  const total = after.get('scorehost_request_duration_seconds_sum{route="/score"}') ?? 0
  assert.ok(ran >= 0.095 && total >= ran, `${ran} s of ${total} s`)
  assert.equal(after.get('scorehost_run_duration_seconds_bucket{route="/score",le="+Inf"}'), 6)
  assert.equal(after.get('scorehost_workers{state="ready"}'), 2)
  assert.equal(after.get('scorehost_ready'), 1)
  assert.ok((after.get('scorehost_worker_memory_bytes{generation="0",worker="1"}') ?? 0) > 1e7)
  assert.ok((after.get('process_resident_memory_bytes{process="supervisor"}') ?? 0) > 1e7)
  assert.ok((after.get('nodejs_eventloop_lag_p99_seconds{process="worker 0"}') ?? 0) > 0)
  assert.ok(
    [...after.keys()].some(
      series => series.startsWith('scorehost_build_info{') && series.includes(`front="${FRONT}"`),
    ),
  )
})

it('no count falls when workers die and when they are replaced', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '2' } })
  using load = startLoad(runtime.url, 4, JSON.stringify({ do: 'echo', value: 1 }))
  let last = await scrape(runtime.url)
  const look = async () => {
    const now = await scrape(runtime.url)
    assert.deepEqual(fallen(last, now), [])
    last = now
  }
  for (let round = 0; round < 3; round++) {
    await load.answered(200)
    await look()
    const { workers } = await runtime.status()
    process.kill(workers[round % 2]?.pid ?? 0, 'SIGKILL')
    for (let count = 0; count < 5; count++) await look()
    await runtime.waitForStatus(
      status => status.workers.filter(({ state }) => state === 'ready').length === 2,
    )
    await look()
  }
  await askSupervisor(runtime.port, 'POST', '/reload')
  await look()
  const outcomes = await load.stop()
  await look()
  assert.equal(last.get('scorehost_worker_restarts_total{reason="was killed by SIGKILL"}'), 3)
  const answered = outcomes.filter(({ status }) => status === 200).length
  const counted = last.get(ok('/score')) ?? 0
  // of a worker that was killed the last second may be missing
  assert.ok(counted <= answered && counted >= answered / 3, `${counted} of ${answered}`)
})

it('what was answered before a worker was replaced is counted, every one', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '2' } })
  for (let count = 0; count < 50; count++) await runtime.score({ do: 'echo', value: 1 })
  await askSupervisor(runtime.port, 'POST', '/reload')
  const scraped = await scrapeUntil(runtime, now => now.get('scorehost_workers{state="draining"}') === 0)
  assert.equal(scraped.get(ok('/score')), 50)
})

it('refusals are counted by reason, and requests that wait are seen', async () => {
  const env = { WORKER_COUNT: '1', SCOREHOST_CONCURRENCY: '1', SCOREHOST_QUEUE_SIZE: '1' }
  await using runtime = await startReady({ module: 'behaviours', env })
  const first = runtime.score({ do: 'sleep', ms: 1500 })
  await runtime.waitForStatus(status => status.workers[0]?.inFlight === 1)
  const second = runtime.score({ do: 'echo', value: 2 })
  const waits = await scrapeUntil(runtime, scraped => scraped.get('scorehost_queue_depth') === 1)
  assert.equal(waits.get('scorehost_requests_in_flight'), 1)
  assert.equal((await runtime.score({ do: 'echo', value: 3 })).status, 503)
  const refused = 'scorehost_admission_refusals_total{reason="ERR_QUEUE_FULL"}'
  await scrapeUntil(runtime, scraped => scraped.get(refused) === 1)
  assert.deepEqual([(await first).status, (await second).status], [200, 200])
  const { queue, count } = await (async () => {
    const after = await scrape(runtime.url)
    const sum = (series: string) =>
      after.get(`scorehost_queue_duration_seconds_${series}{route="/score"}`) ?? 0
    return { queue: sum('sum'), count: sum('count') }
  })()
  // the second one waited for the rest of the first
  assert.ok(queue > 0.3 && count >= 2, `${queue} s of ${count} requests`)
})

it('models are counted by the names of Triton, and batches by their size', async () => {
  await using runtime = await startReady({ module: 'models', env: { WORKER_COUNT: '1' } })
  const body = JSON.stringify({ inputs: [{ name: 'index', datatype: 'INT64', shape: [2, 1], data: [1, 2] }] })
  const infer = (text: string) =>
    fetch(`${runtime.url}/v2/models/lookup/infer`, { method: 'POST', body: text }).then(answer =>
      answer.text(),
    )
  await infer(body)
  await infer(body.replace('[1,2]', '[1,9]'))
  const ours = await scrape(runtime.url)
  const labels = 'model="lookup",version="1"'
  assert.equal(ours.get(`nv_inference_request_success{${labels}}`), 1)
  assert.equal(ours.get('nv_inference_request_failure{model="lookup",reason="BACKEND",version="1"}'), 1)
  assert.equal(ours.get('nv_inference_request_failure{model="lookup",reason="REJECTED",version="1"}'), 0)
  assert.equal(ours.get(`nv_inference_pending_request_count{${labels}}`), 0)
  assert.ok((ours.get(`scorehost_batch_size_bucket{${labels},le="2"}`) ?? 0) >= 1)
  assert.ok(
    (ours.get(`scorehost_model_load_seconds{model="lookup",process="worker 0",version="1"}`) ?? 0) > 0,
  )
  const nv = await scrape(runtime.url, '/metrics/nv')
  for (const name of ['request', 'compute_infer'])
    assert.ok((nv.get(`nv_inference_${name}_duration_us{${labels}}`) ?? 0) > 0, name)
})

const noPromtool = spawnSync('promtool', ['--version']).status !== 0 && 'there is no promtool'

it('promtool has nothing to say', { skip: noPromtool }, async () => {
  await using runtime = await startReady({ module: 'models', env: { WORKER_COUNT: '2' } })
  await fetch(`${runtime.url}/v2/models/pair/infer`, { method: 'POST', body: '{' })
  const input = await (await fetch(`${runtime.url}/metrics`)).text()
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
  assert.deepEqual([status, stdout, stderr], [0, '', ''])
})

it('metrics can have a port of their own, which the public one then does not answer', async () => {
  const [metricsPort, env] = [5917, { WORKER_COUNT: '1' }]
  await using runtime = await startReady({
    module: 'behaviours',
    env,
    flags: ['--metrics-port', String(metricsPort)],
  })
  assert.equal((await fetch(`${runtime.url}/metrics`)).status, 404)
  const own = await scrape(`http://127.0.0.1:${metricsPort}`)
  assert.equal(own.get('scorehost_ready'), 1)
  for (const path of ['/score', '/', '/nowhere'])
    assert.equal((await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status, 404, path)
})

it('metrics can be switched off, and take no other method', async () => {
  await using off = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_METRICS: 'false' },
  })
  assert.equal((await fetch(`${off.url}/metrics`)).status, 404)
  await using on = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '1' } })
  const posted = await fetch(`${on.url}/metrics`, { method: 'POST' })
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD'])
})

it('metrics are there while every worker is in an endless loop', async () => {
  const env = { WORKER_COUNT: '1', SCORING_TIMEOUT_MS: '60000', SCOREHOST_DRAIN_TIMEOUT_MS: '0' }
  await using runtime = await startReady({ module: 'behaviours', env })
  await runtime.score({ do: 'echo', value: 1 })
  await scrape(runtime.url)
  const abort = new AbortController()
  const looping = runtime.score({ do: 'loop' }, { signal: abort.signal }).catch(() => null)
  await runtime.waitForLog(line => line.msg === 'looping')
  const scraped = await scrape(runtime.url)
  assert.equal(scraped.get(ok('/score')), 1)
  abort.abort()
  await looping
})
