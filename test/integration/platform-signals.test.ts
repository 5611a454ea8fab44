// Started by a shell that becomes it, or that stays and passes no signal on, as EAS's command and script do.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { gone } from '../support/gone.ts'
import { processTree } from '../support/open-ports.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

const BECOMES = ['sh', '-c', 'exec "$@"', 'sh']
// what follows keeps a shell from becoming the last thing that it runs
const STAYS = ['sh', '-c', '"$@"; exit $?', 'sh']

function start(wrap: readonly string[], drainDelayMs = '0'): Promise<Runtime> {
  return startReady({
    module: 'orphans',
    wrap,
    ownGroup: true,
    env: { WORKER_COUNT: '2', SCOREHOST_DRAIN_DELAY_MS: drainDelayMs },
  })
}

it('a shell that becomes it: SIGTERM answers what is in flight and exits with 0', async () => {
  await using runtime = await start(BECOMES)
  const underWay = runtime.score({ do: 'sleep', ms: 1000 })
  await runtime.waitForLog(line => line.msg === 'sleeping')
  runtime.process.kill('SIGTERM')
  assert.deepEqual((await underWay).json, { slept: 1000 })
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
})

it('a shell that stays: SIGTERM to all of its group answers what is in flight, and nobody is left', async () => {
  await using runtime = await start(STAYS, '500')
  const { pid: supervisor } = await runtime.status()
  assert.notEqual(supervisor, runtime.process.pid)
  const all = processTree(Number(runtime.process.pid))
  const underWay = runtime.score({ do: 'sleep', ms: 1000 })
  await runtime.waitForLog(line => line.msg === 'sleeping')
  process.kill(-Number(runtime.process.pid), 'SIGTERM')
  await runtime.waitForLog(line => line.msg.startsWith('draining'))
  // the delay is there for requests that still come
  assert.equal((await runtime.score({ do: 'processes' })).status, 200)
  assert.deepEqual((await underWay).json, { slept: 1000 })
  await Promise.all(all.map(gone))
  await runtime.end
  assert.equal(runtime.log.at(-1)?.msg, 'stopped by SIGTERM')
  assert.equal(runtime.log.filter(line => line.msg === 'SIGTERM: stopping').length, 1)
  assert.deepEqual(
    runtime.log.filter(line => /warn|error|fatal/.test(line.level)),
    [],
  )
})

it('a shell that is killed and passes nothing on leaves a service that serves on, and ends by its own signal', async () => {
  await using runtime = await start(STAYS)
  const { pid: supervisor } = await runtime.status()
  runtime.process.kill('SIGTERM')
  await gone(Number(runtime.process.pid))
  assert.equal((await runtime.score({ do: 'processes' })).status, 200)
  process.kill(supervisor, 'SIGTERM')
  await gone(supervisor)
  await runtime.end
  assert.equal(runtime.log.at(-1)?.msg, 'stopped by SIGTERM')
})

it('SIGHUP to all of the group reloads once', async () => {
  await using runtime = await start(BECOMES)
  process.kill(-Number(runtime.process.pid), 'SIGHUP')
  await runtime.waitForLog(line => line.msg === 'reloaded: generation 1 serves')
  assert.equal((await runtime.score({ do: 'processes' })).status, 200)
  runtime.process.kill('SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  assert.equal(runtime.log.filter(line => line.msg === 'SIGHUP: reloading').length, 1)
})
