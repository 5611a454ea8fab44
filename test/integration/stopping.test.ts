// How the service ends: by one signal and by two.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gone } from '../support/gone.ts'
import { startLoad, tally } from '../support/load.ts'
import { startReady, startRuntime } from '../support/start-runtime.ts'

const CLIENTS = 16
const DRAIN_DELAY_MS = 3000
/** What a platform waits before it kills, less a margin. */
const ENDS_WITHIN_MS = 25_000

it('SIGTERM under load: served on for the delay, every answer closes its connection, not one request is lost', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCOREHOST_DRAIN_DELAY_MS: `${DRAIN_DELAY_MS}` },
  })
  const body = JSON.stringify({ do: 'sleep', ms: 20 })
  using across = startLoad(runtime.url, CLIENTS, body)
  await across.answered(200)
  const startMs = performance.now()
  runtime.process.kill('SIGTERM')
  await runtime.waitForLog(line => line.msg.startsWith('draining'))
  using during = startLoad(runtime.url, CLIENTS, body)
  await Promise.all([across.answered(200), during.answered(200)])
  // as a load balancer that has seen /readyz
  const loads = [across, during]
  const outcomes = (await Promise.all(loads.map(load => load.stop()))).flat()
  const stoppedMs = performance.now() - startMs
  assert.ok(stoppedMs < DRAIN_DELAY_MS, `the load stopped within the delay, after ${stoppedMs} ms`)

  const sent = loads.reduce((sum, load) => sum + load.sent, 0)
  assert.deepEqual(tally(outcomes), { '200': sent })
  assert.ok(across.outcomes.slice(0, 100).every(outcome => !outcome.closes))
  assert.equal(during.outcomes.filter(outcome => !outcome.closes).length, 0)
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  const endedMs = performance.now() - startMs
  assert.ok(endedMs < ENDS_WITHIN_MS, `it ended after ${endedMs} ms`)
})

it('SIGTERM: not ready at once, serves on for the delay, finishes what runs, exits with 0', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCOREHOST_DRAIN_DELAY_MS: '1500' },
  })
  const underWay = runtime.score({ do: 'sleep', ms: 2500 })
  await sleep(200)
  runtime.process.kill('SIGTERM')
  await runtime.waitForLog(line => line.msg.startsWith('draining'))
  const readiness = await fetch(`${runtime.url}/readyz`)
  assert.equal(readiness.status, 503)
  assert.equal(readiness.headers.get('connection'), 'close')
  assert.equal((await fetch(`${runtime.url}/livez`)).status, 200)
  const during = await runtime.score({ do: 'echo', value: { still: 'served' } })
  assert.deepEqual([during.status, during.json], [200, { still: 'served' }])
  assert.equal(during.headers.get('connection'), 'close')
  assert.deepEqual((await underWay).json, { slept: 2500 })
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  assert.equal(runtime.log.at(-1)?.msg, 'stopped by SIGTERM')
})

it('SIGINT finishes what runs without the delay', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { SCOREHOST_DRAIN_DELAY_MS: '3600000' },
  })
  const underWay = runtime.score({ do: 'sleep', ms: 500 })
  await sleep(200)
  runtime.process.kill('SIGINT')
  assert.deepEqual((await underWay).json, { slept: 500 })
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
})

it('a request that outlives the drain timeout is cut', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { SCOREHOST_DRAIN_TIMEOUT_MS: '300' } })
  const underWay = assert.rejects(runtime.score({ do: 'sleep', ms: 60_000 }))
  await sleep(200)
  runtime.process.kill('SIGINT')
  await underWay
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
})

it('a run() that blocks its worker does not keep the service from ending in time', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { SCOREHOST_DRAIN_TIMEOUT_MS: '300', WORKER_COUNT: '1' },
  })
  const pid = Number((await runtime.score({ do: 'who' })).json['pid'])
  const underWay = assert.rejects(runtime.score({ do: 'loop' }))
  await sleep(200)
  runtime.process.kill('SIGTERM')
  await underWay
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  await gone(pid)
  assert.ok(runtime.log.some(line => line['reason'] === 'drain timeout'))
})

it('a second signal ends it at once', async () => {
  await using runtime = await startReady({ module: 'behaviours' })
  const pid = Number((await runtime.score({ do: 'who' })).json['pid'])
  const underWay = assert.rejects(runtime.score({ do: 'sleep', ms: 60_000 }))
  await sleep(200)
  runtime.process.kill('SIGTERM')
  await runtime.waitForLog(line => line.msg === 'SIGTERM: stopping')
  runtime.process.kill('SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 143, signal: null })
  await underWay
  await gone(pid)
})

it('SIGTERM while init() runs ends it without waiting', async () => {
  await using runtime = await startRuntime({
    module: 'slow-init',
    env: { START_WHEN: '/nowhere/at/all', SCOREHOST_DRAIN_DELAY_MS: '3600000' },
  })
  runtime.process.kill('SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
})
