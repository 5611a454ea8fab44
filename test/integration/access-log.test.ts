// The access log: a line for each request, none for probes, none lost.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogLine, Runtime } from '../support/start-runtime.ts'
import { startReady } from '../support/start-runtime.ts'

const isAccess = (line: LogLine) => line['durationMs'] !== undefined && line['route'] !== undefined

function accessLines({ log }: Runtime): readonly LogLine[] {
  return log.filter(isAccess)
}

it('a line has what was asked, what was answered, how long it took and how much it was', async () => {
  const env = { WORKER_COUNT: '1', SCOREHOST_ACCESS_LOG: 'true', SCOREHOST_MAX_BODY_BYTES: '1000' }
  await using runtime = await startReady({ module: 'behaviours', env })
  const headers = { 'x-request-id': 'mine' }
  await runtime.score({ do: 'sleep', ms: 30 }, { headers })
  await fetch(`${runtime.url}/score?secret=1&do=echo&value=2`)
  await runtime.score({ do: 'throw' })
  await runtime.score('x'.repeat(2000))
  const scored = await runtime.waitForLog(line => isAccess(line) && line['requestId'] === 'mine')
  const { method, path, route, status, queueMs, runMs, durationMs, bytesIn, bytesOut, worker } = scored
  assert.deepEqual([method, path, route, status, worker], ['POST', '/score', '/score', 200, 0])
  assert.deepEqual(
    [bytesIn, bytesOut],
    [JSON.stringify({ do: 'sleep', ms: 30 }).length, '{"slept":30}'.length],
  )
  assert.ok(
    Number(runMs) >= 29 && Number(durationMs) >= Number(runMs) && Number(queueMs) >= 0,
    JSON.stringify(scored),
  )
  const failed = await runtime.waitForLog(line => isAccess(line) && line['code'] === 'ERR_RUN_FAILED')
  assert.equal(failed['status'], 502)
  const refused = await runtime.waitForLog(line => isAccess(line) && line['code'] === 'ERR_INPUT_TOO_LARGE')
  assert.deepEqual(
    [refused['method'], refused['path'], refused['status'], refused['route']],
    ['POST', '/score', 413, 'front'],
  )
  const query = await runtime.waitForLog(line => isAccess(line) && line['method'] === 'GET')
  assert.ok(!JSON.stringify(query).includes('secret'))
})

it('probes and scrapes have no line, nor has any request where it is off', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_ACCESS_LOG: '1' },
  })
  for (const path of ['/', '/livez', '/readyz', '/health', '/ping', '/v2/health/ready', '/metrics'])
    await (await fetch(`${runtime.url}${path}`)).text()
  await runtime.score({ do: 'echo', value: 1 })
  await runtime.waitForLog(isAccess)
  assert.equal(accessLines(runtime).length, 1)

  await using quiet = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '1' } })
  await quiet.score({ do: 'echo', value: 1 })
  quiet.process.kill('SIGINT')
  await quiet.end
  assert.deepEqual(accessLines(quiet), [])
})

it('a client that hung up is a line too', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_ACCESS_LOG: '1' },
  })
  const abort = new AbortController()
  const headers = { 'x-request-id': 'gone' }
  const request = runtime
    .score({ do: 'sleep', ms: 60_000 }, { signal: abort.signal, headers })
    .catch(() => null)
  await runtime.waitForStatus(status => status.workers[0]?.inFlight === 1)
  abort.abort()
  await request
  const line = await runtime.waitForLog(one => isAccess(one) && one['requestId'] === 'gone')
  assert.equal(line['aborted'], true)
})

it('no line is lost: not when the service ends, not when a worker is replaced, nor by an exception that nobody catches', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_ACCESS_LOG: '1' },
  })
  const send = async (prefix: string, count: number) => {
    for (let index = 0; index < count; index++)
      await runtime.score({ do: 'echo', value: 1 }, { headers: { 'x-request-id': `${prefix}-${index}` } })
  }
  await send('crash', 20)
  await runtime.score({ do: 'stray' })
  await runtime.waitForStatus(status => status.workers[0]?.state === 'ready')
  await send('end', 20)
  runtime.process.kill('SIGINT')
  await runtime.end
  const ids = accessLines(runtime).map(line => String(line['requestId']))
  for (const prefix of ['crash', 'end'])
    assert.equal(ids.filter(id => id.startsWith(`${prefix}-`)).length, 20, prefix)
})
