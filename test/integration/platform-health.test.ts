// Health as platforms ask for it: on a port of its own, within a second, whatever the workers do.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FRONT } from '../support/front.ts'
import { freePort } from '../support/listener.ts'
import { startLoad, tally } from '../support/load.ts'
import { repositoryPath, startReady, startRuntime } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const HEALTHCHECK = repositoryPath('image/healthcheck')
/** What the strictest platforms wait for an answer. */
const PROBE_TIMEOUT_MS = 1000

async function probe(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
  await answer.arrayBuffer()
  return answer.status
}

describe('the health port', () => {
  it('has the health paths alone, and says when the service is ready and when it drains', async t => {
    const startWhen = join(temporaryFolder(t), 'go')
    const healthPort = await freePort()
    const url = `http://127.0.0.1:${healthPort}`
    await using runtime = await startRuntime({
      module: 'slow-init',
      env: {
        START_WHEN: startWhen,
        WORKER_COUNT: '1',
        SCOREHOST_HEALTH_PORT: `${healthPort}`,
        SCOREHOST_HEALTH_PATHS: '/alive',
        SCOREHOST_DRAIN_DELAY_MS: '2000',
      },
    })
    const asksReady = ['/readyz', '/health', '/ping', '/v2/health/ready', '/alive']
    const all = () => Promise.all(asksReady.map(path => probe(url + path)))
    assert.deepEqual(new Set(await all()), new Set([503]))
    assert.equal(await probe(`${url}/livez`), 200)

    writeFileSync(startWhen, '')
    await runtime.ready
    assert.deepEqual(new Set(await all()), new Set([200]))
    for (const path of ['/score', '/swagger.json', '/docs/', '/v2', '/alive/x']) {
      const answer = await fetch(url + path)
      assert.equal(answer.status, 404, path)
      assert.match(String(answer.headers.get('content-type')), /^application\/json/)
      assert.match(await answer.text(), /"requestId":"/)
    }
    const posted = await fetch(`${url}/score`, { method: 'POST', body: '{}' })
    assert.equal(posted.status, 404)
    // the front has them too
    assert.equal(await probe(`${runtime.url}/alive`), 200)
    assert.equal((await runtime.score({})).status, 200)

    runtime.process.kill('SIGTERM')
    await runtime.waitForLog(({ msg }) => msg.startsWith('draining'))
    assert.deepEqual(new Set(await all()), new Set([503]))
    assert.equal(await probe(`${url}/livez`), 200)
    assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  })
})

it('probes never flap while every worker is blocked and the queue is full', async () => {
  const healthPort = await freePort()
  await using runtime = await startReady({
    module: 'behaviours',
    env: {
      WORKER_COUNT: '2',
      SCOREHOST_CONCURRENCY: '2',
      SCOREHOST_QUEUE_SIZE: '4',
      SCOREHOST_HEALTH_PATHS: '/alive',
      SCOREHOST_HEALTH_PORT: `${healthPort}`,
    },
  })
  using load = startLoad(runtime.url, 32, JSON.stringify({ do: 'block', ms: 150 }))
  await load.answered(20)
  const paths = ['/', '/readyz', '/ping', '/health', '/alive']
  const urls = [
    ...paths.map(path => runtime.url + path),
    ...['/readyz', '/alive'].map(path => `http://127.0.0.1:${healthPort}${path}`),
  ]
  const statuses: number[] = []
  for (let round = 0; round < 60; round++) statuses.push(...(await Promise.all(urls.map(probe))))
  const counts = tally(await load.stop())
  assert.deepEqual([...new Set(statuses)], [200])
  assert.equal(statuses.length, 60 * urls.length)
  // it was under load; behind nginx what waits is in the sockets of the blocked workers, which refuse nothing
  const refused = counts['503 ERR_QUEUE_FULL'] ?? 0
  assert.ok((counts['200'] ?? 0) > 0 && (refused > 0 || FRONT === 'nginx'), JSON.stringify(counts))
})

it('the health check of the image finds the port by what set it where there is no socket', async t => {
  await using runtime = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '1' } })
  const closed = `${await freePort()}`
  const open = `${runtime.port}`
  const check = (env: Readonly<Record<string, string>>) =>
    new Promise<boolean>(resolve => {
      const { PATH } = process.env
      const options = { env: { PATH, TMPDIR: temporaryFolder(t), ...env } }
      execFile('sh', [HEALTHCHECK], options, error => resolve(error === null))
    })
  for (const name of ['SCOREHOST_PORT', 'SAGEMAKER_BIND_TO_PORT', 'AIP_HTTP_PORT', 'PORT']) {
    assert.equal(await check({ [name]: open }), true, name)
    assert.equal(await check({ [name]: closed }), false, name)
  }
  assert.equal(await check({ SCOREHOST_PORT: open, PORT: closed }), true)
  assert.equal(await check({ SCOREHOST_PORT: closed, PORT: open }), false)
})
