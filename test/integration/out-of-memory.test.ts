// A worker that takes more memory than the container has.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it, type TestContext } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { makeMemoryCgroup } from '../support/memory-cgroup.ts'
import { type Runtime, startReady, startRuntime } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'

const CLIENTS = 16
const LIMIT_MIB = 400

/** More than the limit; where the limit does not hold, the test fails and the machine goes on. */
const TOO_MUCH_MIB = 2048

/** Null where the machine makes none; the test is skipped then. */
function cgroupOrSkip(test: TestContext) {
  const cgroup = makeMemoryCgroup(LIMIT_MIB * 1024 ** 2)
  if (typeof cgroup !== 'string') return cgroup
  test.skip(cgroup)
  return null
}

/** Pid of the worker that is next; two workers without requests take turns. */
async function pidOf(runtime: Runtime): Promise<unknown> {
  return (await runtime.score({ do: 'who' })).json['pid']
}

function oomScoreAdjust(pid: unknown): number {
  return Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))
}

it('the kernel kills the worker that takes too much, the log says why, and the others serve on', async t => {
  await using cgroup = cgroupOrSkip(t)
  if (cgroup === null) return
  const env = { WORKER_COUNT: '2' }
  await using runtime = await startReady({ module: 'behaviours', env, wrap: cgroup.wrap })
  const before = [await pidOf(runtime), await pidOf(runtime)]
  for (const pid of before) assert.ok(oomScoreAdjust(pid) > oomScoreAdjust(runtime.process.pid))

  using load = startLoad(runtime.url, CLIENTS, JSON.stringify({ do: 'sleep', ms: 50 }))
  await load.answered(100)
  const lost = await runtime.score({ do: 'allocate', atMostMiB: TOO_MUCH_MIB })
  assert.equal(lost.status, 502, JSON.stringify(lost.json))
  assert.equal(lost.json['code'], 'ERR_WORKER_LOST')

  const death = await runtime.waitForLog(line => line['signal'] === 'SIGKILL')
  assert.equal(death['killedFor'], null)
  assert.match(
    death.msg,
    /^worker \d was killed by SIGKILL; next start in 100 ms\. Memory is the likely cause/,
  )
  assert.match(death.msg, /the kernel counted an OOM kill\./)
  assert.match(death.msg, /The memory limit is 400 MiB by cgroup v[12] limit, \/sys\/fs\/cgroup\//)
  assert.match(death.msg, /Lower WORKER_COUNT or raise the container's memory \(docker --memory, Kubernetes/)
  const memory = death['memory'] as { limitBytes: number; peakBytes: number | null; oomKill: boolean } // true: so the supervisor writes it
  assert.equal(memory.limitBytes, cgroup.limitBytes)
  assert.equal(memory.oomKill, true)
  // v2 before Linux 5.19 does not know the peak
  if (memory.peakBytes !== null) {
    assert.match(death.msg, /, the peak use was [\d.]+ MiB\./)
    assert.ok(memory.peakBytes > 0.9 * cgroup.limitBytes, `${memory.peakBytes} bytes`)
  }

  const survivor = before.find(pid => pid !== death['workerPid'])
  await untilWhole(runtime.url, 2)
  await load.answered(100)
  const { '200': served = 0, '502 ERR_WORKER_LOST': lostToo = 0, ...others } = tally(await load.stop())
  const counts = `${served} of ${load.sent} served, ${lostToo} lost with the worker`
  assert.deepEqual(others, {}, counts)
  // it has half of them, and is sent others in the moment of its death, on connections that are not known to be broken yet
  assert.ok(lostToo < CLIENTS, counts)
  assert.equal(served + lostToo, load.sent)
  const after = [await pidOf(runtime), await pidOf(runtime)]
  assert.ok(after.includes(survivor), `${survivor} of ${before} goes on: ${after}`)
  assert.equal(runtime.log.filter(line => line['signal'] !== undefined).length, 1, 'one death and no more')
})

it('a model too large for the container ends the first start with a last line that says so', async t => {
  await using cgroup = cgroupOrSkip(t)
  if (cgroup === null) return
  const env = { WORKER_COUNT: '1' }
  await using runtime = await startRuntime({ module: 'init-allocates', env, wrap: cgroup.wrap })
  const { exitCode } = await runtime.end
  const last = runtime.log.at(-1)
  assert.equal(last?.level, 'fatal')
  assert.match(
    last.msg,
    /^ERR_INIT_FAILED: worker 0 was killed by SIGKILL before it was ready\. Memory is the likely/,
  )
  assert.match(last.msg, /WORKER_COUNT/)
  assert.equal(exitCode, 3)
})

it('a kill -9 that the kernel did not send is not blamed on memory alone', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '1' } })
  await runtime.score({ do: 'die' })
  const death = await runtime.waitForLog(line => line['signal'] === 'SIGKILL')
  assert.match(death.msg, /it may also have been another process's kill -9\./)
})

it('a full JavaScript heap gets the option that raises it', async () => {
  const env = { WORKER_COUNT: '1', NODE_OPTIONS: '--max-old-space-size=64' }
  await using runtime = await startReady({ module: 'behaviours', env })
  assert.equal((await runtime.score({ do: 'fillHeap' })).status, 502)
  const death = await runtime.waitForLog(line => line.msg.includes('NODE_OPTIONS=--max-old-space-size='))
  assert.match(death.msg, /^worker 0 was killed by SIGABRT; next start in 100 ms\. A full JavaScript heap/)
  assert.ok(runtime.stderr.some(line => line.includes('JavaScript heap out of memory')))
})
