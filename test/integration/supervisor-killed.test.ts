// Nobody leaves a process behind: the supervisor is killed, its guard is killed, or it ends as it should.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { createLog } from '../../runtime/log.ts'
import { Guard } from '../../supervisor/guard.ts'
import { gone } from '../support/gone.ts'
import { startLoad, tally } from '../support/load.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

/** What is promised. */
const GONE_WITHIN_MS = 2000
const CLIENTS = 16
const ENV = { WORKER_COUNT: '2', AZUREML_LOG_LEVEL: 'debug' }

it('a supervisor that is killed leaves nothing behind, not even a worker in an endless loop', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: ENV })
  const guard = await guardPid(runtime, 0)
  const workers = workerPids(runtime)
  assert.equal(workers.length, 2)
  await startLoop(runtime)
  await kill(runtime)
  await goneInTime([...workers, guard])
})

it('under load a killed supervisor breaks what is under way and leaves nothing', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: ENV })
  const guard = await guardPid(runtime, 0)
  using load = startLoad(runtime.url, CLIENTS, JSON.stringify({ do: 'sleep', ms: 50 }))
  await load.answered(200)
  await kill(runtime)
  const outcomes = await load.stop()

  // whoever asks again finds no port open any more; nobody gets an answer that is wrong, and nobody waits for one
  const counts = tally(outcomes)
  const { '200': served = 0, '0 ECONNREFUSED': refused = 0 } = counts
  assert.deepEqual(
    outcomes.filter(({ status }) => status !== 200 && status !== 0),
    [],
    JSON.stringify(counts),
  )
  const broken = load.sent - served - refused
  // a client may find the port still open, and its new connection reset before anybody took it
  assert.ok(broken >= 1 && broken <= 2 * CLIENTS, `${broken} broken: ${JSON.stringify(counts)}`)
  assert.ok(served >= 200, JSON.stringify(counts))
  await goneInTime([...workerPids(runtime), guard])
})

it('a worker that was started later is watched too', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { ...ENV, WORKER_COUNT: '1' } })
  const guard = await guardPid(runtime, 0)
  await runtime.score({ do: 'die' })
  await runtime.waitForLog(() => runtime.log.filter(line => line.msg === 'worker 0 is ready').length === 2)
  await startLoop(runtime)
  await kill(runtime)
  await goneInTime([...workerPids(runtime), guard])
})

it('a guard that is killed comes back and knows whom to watch', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: ENV })
  process.kill(await guardPid(runtime, 0), 'SIGKILL')
  const first = await guardPid(runtime, 1)
  process.kill(first, 'SIGKILL')
  const second = await guardPid(runtime, 2)
  assert.equal(runtime.log.filter(line => line.msg.startsWith('the guard has died')).length, 2)
  await startLoop(runtime)
  await kill(runtime)
  await goneInTime([...workerPids(runtime), second])
})

it('the signals of a terminal and of a process group do not end the guard', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: ENV })
  const guard = await guardPid(runtime, 0)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.kill(guard, signal)
  await startLoop(runtime)
  await kill(runtime)
  await goneInTime([...workerPids(runtime), guard])
  assert.ok(!runtime.log.some(line => line.msg.startsWith('the guard has died')))
})

it('a normal stop leaves nothing behind', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { ...ENV, SCOREHOST_DRAIN_DELAY_MS: '0' },
  })
  const guard = await guardPid(runtime, 0)
  runtime.process.kill('SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  await goneInTime([...workerPids(runtime), guard])
  assert.deepEqual(
    runtime.log.filter(line => line.level === 'warn'),
    [],
  )
})

it('what was released is left alone: its process id may be of another by now', async () => {
  const guard = new Guard(createLog({ logLevel: 'warn', logFormat: 'json' }, {}))
  const [released, watched] = [spawn('cat'), spawn('cat')]
  try {
    for (const { pid } of [released, watched]) if (pid !== undefined) guard.watch(pid)
    if (released.pid !== undefined) guard.release(released.pid)
    guard.close()
    assert.deepEqual(await once(watched, 'exit'), [null, 'SIGKILL'])
    // the list is worked through in its order: had it been on it, it could not answer any more
    released.stdin.end('alive')
    assert.equal(await text(released.stdout), 'alive')
  } finally {
    watched.kill('SIGKILL')
    released.kill('SIGKILL')
  }
})

it('without sh the log says so once, and the service goes on; idle workers still end themselves', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { ...ENV, PATH: '/nowhere' } })
  await runtime.score({ do: 'die' })
  await runtime.waitForLog(() => runtime.log.filter(line => / is ready$/.test(line.msg)).length === 3)
  assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
  const warnings = runtime.log.filter(line => line.level === 'warn').map(line => line.msg)
  assert.equal(warnings.length, 1, warnings.join('\n'))
  assert.match(String(warnings[0]), /^sh cannot be started \(ENOENT\)/)
  await kill(runtime)
  await goneInTime(workerPids(runtime))
})

/** Of the guard that was started after so many others. */
async function guardPid(runtime: Runtime, earlier: number): Promise<number> {
  const starts = () => runtime.log.filter(line => line.msg === 'starting the guard')
  await runtime.waitForLog(() => starts().length > earlier)
  return Number(starts()[earlier]?.['guardPid'])
}

/** Of every worker that was ever started. */
function workerPids({ log }: Runtime): number[] {
  return log.filter(line => line.msg.startsWith('starting worker')).map(line => Number(line['workerPid']))
}

/** Settles when a worker is in a loop that never ends: its event loop will not notice anything any more. */
async function startLoop(runtime: Runtime): Promise<void> {
  runtime.score({ do: 'loop' }).catch(() => {}) // the connection breaks with the supervisor
  await runtime.waitForLog(line => line.msg === 'looping')
}

async function kill(runtime: Runtime): Promise<void> {
  const exit = once(runtime.process, 'exit')
  runtime.process.kill('SIGKILL')
  await exit
}

/** What is not gone is killed here, for the runtime ends for the test only when its output is closed by all. */
async function goneInTime(pids: readonly number[]): Promise<void> {
  const taken = await Promise.allSettled(pids.map(gone))
  const left = pids.filter((_, index) => taken[index]?.status === 'rejected')
  for (const pid of left) process.kill(pid, 'SIGKILL')
  assert.deepEqual(left, [], 'these are left')
  const tookMs = Math.max(...taken.map(each => (each.status === 'fulfilled' ? each.value : 0)))
  assert.ok(tookMs < GONE_WITHIN_MS, `all are gone after ${tookMs} ms`)
}
