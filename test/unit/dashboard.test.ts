// The dashboard: whom it is shown to, what its page is told, and that its files are there.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { loadConfig } from '../../runtime/config.ts'
import { customPaths } from '../../runtime/contracts/custom-paths.ts'
import { Statistics } from '../../runtime/statistics.ts'
import { Dashboard } from '../../supervisor/dashboard.ts'
import { type DashboardSources, dashboardData } from '../../supervisor/dashboard-data.ts'
import { isLocal } from '../../supervisor/local-client.ts'
import type { Measured } from '../../supervisor/measurement-desk.ts'
import type { ServiceStatus, WorkerStatus } from '../../supervisor/status.ts'
import { Traffic, trafficTotals } from '../../supervisor/traffic.ts'
import { repositoryPath } from '../support/start-runtime.ts'

function configOf(env: Readonly<Record<string, string>>) {
  return loadConfig({
    flags: {},
    env,
    readFile: () => null,
    workingDirectory: '/app',
    cpuLimit: { cpus: 2, origin: 'test' },
    memoryLimit: { bytes: 2 ** 32, origin: 'test' },
  })
}

const worker: WorkerStatus = {
  slot: 0,
  generation: 0,
  pid: 7,
  state: 'ready',
  address: null,
  uptimeMs: 1,
  inFlight: 2,
  queued: 3,
  restarts: {},
  rssBytes: 100,
}
const status: ServiceStatus = {
  pid: 1,
  state: 'ready',
  port: 5001,
  uptimeMs: 4000,
  waiting: 5,
  generation: 0,
  nextGeneration: null,
  workers: [worker, { ...worker, slot: 1 }],
}
const nothing: Measured = { statistics: {}, routes: [], process: [] }

function dataOf(parts: Partial<DashboardSources> = {}) {
  return dashboardData({
    settings: configOf({}).settings,
    version: '1.2.3',
    status,
    measured: nothing,
    frontAnswers: {},
    restarts: {},
    traffic: new Traffic(5),
    ...parts,
  })
}

test('by itself it is there on this machine, and on no platform', () => {
  const found = (env: Readonly<Record<string, string>>) => {
    const { settings, origins } = configOf(env)
    return [settings.dashboard, origins.dashboard]
  }
  assert.deepEqual(found({}), ['local', 'default auto: no sign of a platform'])
  assert.deepEqual(found({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }), [
    'off',
    'default auto: KUBERNETES_SERVICE_HOST',
  ])
  assert.deepEqual(found({ MODEL_DEPLOYMENT_OCID: 'ocid1' }), ['off', 'default auto: platform oci'])
  assert.deepEqual(found({ AZUREML_MODEL_DIR: 'm' }), ['off', 'default auto: platform azureml'])
  assert.deepEqual(found({ SCOREHOST_PROFILE: 'eas' }), ['off', 'default auto: platform eas'])
  assert.deepEqual(found({ SCOREHOST_PORT: 'none' }), ['off', 'default auto: no public port'])
})

test('who says what is to be has it everywhere', () => {
  for (const dashboard of ['on', 'local', 'off'])
    for (const env of [{}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }])
      assert.equal(configOf({ ...env, SCOREHOST_DASHBOARD: dashboard }).settings.dashboard, dashboard)
})

test('its paths are no score paths, also where it is off: what works in one place works in the other', () => {
  for (const dashboard of ['on', 'off'])
    for (const path of ['/dashboard', '/dashboard/x']) {
      const { settings } = configOf({ SCOREHOST_DASHBOARD: dashboard, SCOREHOST_SCORE_PATHS: path })
      assert.throws(() => customPaths(settings, []), { message: /^scorePaths: \/dashboard.* is taken/ })
    }
  const { settings } = configOf({ SCOREHOST_SCORE_PATHS: '/dashboards' })
  assert.equal(
    customPaths(settings, []).routes.some(route => route.path === '/dashboards'),
    true,
  )
})

const LOCAL = [
  ['127.0.0.1', { host: 'localhost:5001' }],
  ['127.8.9.1', { host: '127.0.0.1:5001' }],
  ['::1', { host: '[::1]:5001' }],
  ['::ffff:127.0.0.1', { host: 'iris.localhost' }],
  ['127.0.0.1', { host: 'localhost:5001', origin: 'http://localhost:5001' }],
  ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }],
] as const

for (const [client, headers] of LOCAL)
  test(`${client} that asks with ${JSON.stringify(headers)} sits at this machine`, () =>
    assert.equal(isLocal({ client, headers }), true))

const STRANGERS = [
  ['another machine', '192.168.0.2', { host: 'localhost' }],
  ['another machine, by IPv6', '::ffff:10.0.0.1', { host: 'localhost' }],
  ['nobody knows who', null, { host: 'localhost' }],
  ['what is no address', 'localhost', { host: 'localhost' }],
  ['a proxy here, for another machine', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '8.8.8.8' }],
  [
    'the same, whatever that machine says',
    '127.0.0.1',
    { host: 'localhost', 'x-forwarded-for': '127.0.0.1, 8.8.8.8' },
  ],
  ['a proxy of another kind', '127.0.0.1', { host: 'localhost', forwarded: 'for=8.8.8.8' }],
  ['a page whose name was made to point here', '127.0.0.1', { host: 'evil.example:5001' }],
  ['a name that only begins so', '127.0.0.1', { host: 'localhost.evil.example' }],
  ['a page of another origin', '127.0.0.1', { host: 'localhost', origin: 'https://evil.example' }],
  ['a page of no origin', '127.0.0.1', { host: 'localhost', origin: 'null' }],
  ['no name at all', '127.0.0.1', {}],
] as const

for (const [what, client, headers] of STRANGERS)
  test(`not of this machine: ${what}`, () => assert.equal(isLocal({ client, headers }), false))

test('what is under way is summed over the workers and the line of the front', () => {
  const { inFlight, queued } = dataOf()
  assert.deepEqual([inFlight, queued], [4, 11])
  assert.equal(dataOf({ status: { ...status, waiting: null } }).queued, 6)
})

test('a service that has done nothing yet has empty lists and no latency', () => {
  const { errors, routes, batches, recent, history, totals } = dataOf()
  assert.deepEqual([errors, routes, batches, history.atMs], [[], [], [], []])
  assert.deepEqual([totals, recent.p50Ms], [{ requests: 0, errors: 0 }, null])
})

test('errors have their status, those of the last minutes first', () => {
  const traffic = new Traffic(1)
  traffic.add(trafficTotals([], { ERR_DRAINING: 9 }), { atMs: 2000, inFlight: 0, queued: 0 })
  traffic.add(trafficTotals([], { ERR_DRAINING: 9, ERR_NO_WORKER: 1 }), {
    atMs: 4000,
    inFlight: 0,
    queued: 0,
  })
  assert.deepEqual(dataOf({ traffic, frontAnswers: { ERR_DRAINING: 9, ERR_NO_WORKER: 1 } }).errors, [
    { code: 'ERR_NO_WORKER', status: 503, recent: 1, total: 1 },
    { code: 'ERR_DRAINING', status: 503, recent: 0, total: 9 },
  ])
})

test('batches are by model, and one that has not run has none', () => {
  const iris = new Statistics()
  const phases = { compute_input: 0, compute_infer: 1, compute_output: 0 }
  for (const rows of [1, 4, 4]) iris.executed(rows, 1, phases)
  const measured = {
    ...nothing,
    statistics: { 'a/b/2': iris.snapshot(), 'idle/1': new Statistics().snapshot() },
  }
  assert.deepEqual(dataOf({ measured }).batches, [
    {
      model: 'a/b',
      version: '2',
      runs: 3,
      rows: 9,
      sizes: [
        [1, 1],
        [4, 2],
      ],
    },
  ])
})

test('the metrics are linked where this port has them', () => {
  const here = (env: Readonly<Record<string, string>>) =>
    dataOf({ settings: configOf(env).settings }).service.metricsHere
  assert.equal(here({}), true)
  assert.equal(here({ SCOREHOST_METRICS: 'false' }), false)
  assert.equal(here({ SCOREHOST_METRICS_PORT: '9100' }), false)
})

test('every file of its folder is served, and no other', async () => {
  const { settings } = configOf({ SCOREHOST_DASHBOARD: 'on' })
  const dashboard = new Dashboard(settings, '1', {
    status: async () => status,
    measure: async () => nothing,
    frontAnswers: () => ({}),
    restarts: () => ({}),
  })
  const files = readdirSync(repositoryPath('supervisor/dashboard')).filter(file => file !== 'index.html')
  const own = ['/dashboard', '/dashboard/', '/dashboard/data', '/dashboard/sample']
  assert.deepEqual(
    dashboard.paths.toSorted(),
    [...own, ...files.map(file => `/dashboard/${file}`)].toSorted(),
  )
  for (const path of dashboard.paths) {
    const answer = await dashboard.answer({ method: 'GET', path, headers: {}, requestId: 'x', client: null })
    assert.equal(answer?.status, path === '/dashboard' ? 302 : 200, path)
  }
})
