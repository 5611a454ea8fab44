// The dashboard through the port: where it is and where it is not, and that it is in nobody's way.

import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { networkInterfaces } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DashboardData } from '../../supervisor/dashboard-data.ts'
import { startGateway } from '../support/gateway.ts'
import { PATIENCE_MS, type Runtime, startReady } from '../support/start-runtime.ts'

/** What runs the tests may itself be a pod. */
const ENV = { WORKER_COUNT: '1', KUBERNETES_SERVICE_HOST: '' }

function start(env: Readonly<Record<string, string>> = {}): Promise<Runtime> {
  return startReady({ module: 'behaviours', env: { ...ENV, ...env } })
}

/** Status and body, with whatever headers, Host above all, which fetch() does not let anybody set. */
function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = httpRequest(url, { headers, method, agent: false }, answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

async function dataOf(url: string): Promise<DashboardData> {
  const answer = await fetch(`${url}/dashboard/data`)
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/json'])
  return (await answer.json()) as DashboardData // true: that is what it answers
}

async function dataUntil(url: string, holds: (data: DashboardData) => boolean): Promise<DashboardData> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(50)) {
    const data = await dataOf(url)
    if (holds(data)) return data
    if (performance.now() > deadline) throw new Error(`the data is still ${JSON.stringify(data)}`)
  }
}

/** An address of this machine that is not 127.0.0.1; null where it has none. */
function outerAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null
}

describe('the dashboard', () => {
  let runtime: Runtime

  before(async () => {
    runtime = await start()
  })
  after(() => runtime?.[Symbol.asyncDispose]())

  it('is a page with a policy that lets nothing in from elsewhere, and no address but relative ones', async () => {
    const answer = await fetch(`${runtime.url}/dashboard/`, { headers: { 'x-request-id': 'mine' } })
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), answer.headers.get('x-request-id')],
      [200, 'text/html; charset=utf-8', 'mine'],
    )
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.doesNotMatch(policy, /https?:|\*|unsafe/)
    const addresses = [...(await answer.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(match => match[1])
    assert(addresses.length >= 5)
    assert.deepEqual(
      addresses.filter(address => /^(\/|\w+:)/.test(address ?? '')),
      [],
    )
  })

  it('sends /dashboard to dashboard/, wherever a gateway has it', async () => {
    const answer = await fetch(`${runtime.url}/dashboard`, { redirect: 'manual' })
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, 'dashboard/'])
    await using gateway = await startGateway(runtime.port, '/services/iris')
    const page = await fetch(`${gateway.url}/services/iris/dashboard`)
    assert.deepEqual([page.status, page.url], [200, `${gateway.url}/services/iris/dashboard/`])
    assert.equal((await fetch(new URL('dashboard.js', page.url))).status, 200)
  })

  it('answers HEAD, and no other method but GET', async () => {
    const answer = await fetch(`${runtime.url}/dashboard/`, { method: 'HEAD' })
    assert.deepEqual([answer.status, await answer.text()], [200, ''])
    const refused = await ask(`${runtime.url}/dashboard/data`, {}, 'DELETE')
    assert.deepEqual([refused.status, JSON.parse(refused.text).code], [405, 'ERR_METHOD'])
  })

  it('is a 404 for what is not there', async () => {
    for (const path of ['/dashboard/nothing.js', '/dashboard/../package.json/', '/dashboards']) {
      const { status, text } = await ask(runtime.url + path)
      assert.deepEqual([status, JSON.parse(text).code], [404, 'ERR_NOT_FOUND'], path)
    }
  })

  it('is for this machine alone, by whatever name or proxy another comes', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-for': '8.8.8.8' },
      { forwarded: 'for=8.8.8.8' },
    ])
      for (const path of ['/dashboard', '/dashboard/', '/dashboard/data', '/dashboard/plot.js']) {
        const { status, text } = await ask(runtime.url + path, headers)
        assert.deepEqual([status, JSON.parse(text).code], [404, 'ERR_NOT_FOUND'], JSON.stringify(headers))
      }
    const forged = { 'x-scorehost-client': '8.8.8.8' }
    assert.equal((await ask(`${runtime.url}/dashboard/`, forged)).status, 200)
  })

  const outer = outerAddress()
  it('is not there for another address', { skip: outer === null && 'there is no other' }, async () => {
    const forged = { 'x-scorehost-client': '127.0.0.1', host: 'localhost' }
    const answer = await ask(`http://${outer}:${runtime.port}/dashboard/`, forged)
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [404, 'ERR_NOT_FOUND'])
  })

  it('knows the sample of the score module', async () => {
    const answer = await fetch(`${runtime.url}/dashboard/sample`)
    assert.deepEqual(await answer.json(), { do: 'echo', value: "it's" })
  })

  it('shows what is scored, what fails and who runs it', async () => {
    for (let sent = 0; sent < 20; sent++)
      assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
    assert.equal((await runtime.score({ do: 'throw' })).status, 502)
    const data = await dataUntil(runtime.url, ({ totals }) => totals.requests >= 21)
    const { service, errors, routes, history, recent, batches, whole } = data
    assert.deepEqual(
      errors.find(({ code }) => code === 'ERR_RUN_FAILED'),
      { code: 'ERR_RUN_FAILED', status: 502, recent: 1, total: 1 },
    )
    const score = routes.find(({ route }) => route === '/score')
    assert.deepEqual([score?.requests, score?.errors], [21, 1])
    assert(recent.requestRate > 0 && whole.requests >= 21)
    assert((recent.p50Ms ?? 0) > 0)
    assert(history.requestRate.some(rate => rate > 0))
    for (const column of Object.values(history)) assert.equal(column.length, history.atMs.length)
    assert.deepEqual([service.state, service.slots, service.counts], ['ready', 1, true])
    const [worker] = service.workers
    assert.deepEqual([service.workers.length, worker?.state, worker?.slot], [1, 'ready', 0])
    assert((worker?.rssBytes ?? 0) > 1e6)
    assert.deepEqual([batches.length, batches[0]?.runs], [1, 20])
  })

  it('shows why a worker was started again, and loses no count by it', async () => {
    const before = await dataOf(runtime.url)
    process.kill(Number(before.service.workers[0]?.pid), 'SIGKILL')
    const after = await dataUntil(
      runtime.url,
      ({ service }) =>
        service.workers[0]?.state === 'ready' && service.workers[0].pid !== before.service.workers[0]?.pid,
    )
    assert.deepEqual(after.restarts, { 'was killed by SIGKILL': 1 })
    assert.deepEqual(after.service.workers[0]?.restarts, { 'was killed by SIGKILL': 1 })
    assert(after.totals.requests >= before.totals.requests)
    assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
  })
})

it('is for everybody where it is on', async () => {
  await using runtime = await start({ SCOREHOST_DASHBOARD: 'on' })
  const headers = { host: 'iris.example', 'x-forwarded-for': '8.8.8.8' }
  for (const path of ['/dashboard/', '/dashboard/data'])
    assert.equal((await ask(runtime.url + path, headers)).status, 200)
})

for (const env of [{ SCOREHOST_DASHBOARD: 'off' }, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }])
  it(`is not there with ${Object.keys(env)}, and says nothing of itself`, async () => {
    await using runtime = await start(env)
    for (const path of ['/dashboard', '/dashboard/', '/dashboard/data']) {
      const { status, text } = await ask(runtime.url + path)
      assert.deepEqual([status, JSON.parse(text).code], [404, 'ERR_NOT_FOUND'])
    }
    assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
    assert.deepEqual(
      runtime.stdout.filter(line => line.includes('dashboard')),
      [],
    )
  })

it('shows the workers also where requests are not counted', async () => {
  await using runtime = await start({ SCOREHOST_METRICS: 'false' })
  await runtime.score({ do: 'echo', value: 1 })
  const { service, routes, totals } = await dataUntil(runtime.url, ({ history }) => history.atMs.length > 0)
  assert.deepEqual([service.counts, routes, totals.requests], [false, [], 0])
  assert.equal(service.workers.length, 1)
})
