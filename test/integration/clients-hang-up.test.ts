// Ten thousand clients that hang up in the middle of their request.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitingIn } from '../support/front.ts'
import { hangUp } from '../support/hang-up.ts'
import { openFiles, rssBytes } from '../support/process-use.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

const AT_ONCE = 100
const ROUNDS = 100

/** V8 lets garbage lie while there is room: in a small heap what stays is what leaks, and 10 kB a request would burst it. */
const SMALL_HEAP = '--max-semi-space-size=2 --max-old-space-size=64'

it('10,000 clients that hang up leave no socket, no growth and no place taken', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCOREHOST_CONCURRENCY: '1000', NODE_OPTIONS: SMALL_HEAP },
  })
  await hangUp(runtime.port, AT_ONCE)
  const quiet = (status: Awaited<ReturnType<Runtime['status']>>) =>
    waitingIn(status) === 0 && status.workers.every(worker => worker.inFlight === 0)
  const { pid, workers } = await runtime.waitForStatus(quiet)
  const pids = [pid, ...workers.map(worker => Number(worker.pid))]
  for (let round = 0; round < 10; round++) await hangUp(runtime.port, AT_ONCE)
  await runtime.waitForStatus(quiet)
  const before = pids.map(each => ({ files: openFiles(each), rss: rssBytes(each) }))

  for (let round = 0; round < ROUNDS; round++) await hangUp(runtime.port, AT_ONCE)
  await runtime.waitForStatus(quiet)
  await sleep(500)
  for (const [index, each] of pids.entries()) {
    const { files = 0, rss = 0 } = before[index] ?? {}
    // connections to workers are kept, as many as there were requests at once; of 10,000 clients each would leave one
    assert.ok(openFiles(each) <= files + AT_ONCE, `${openFiles(each)} open files, ${files} before`)
    assert.ok(rssBytes(each) < rss + 30_000_000, `${rssBytes(each)} bytes, ${rss} before`)
  }
  assert.deepEqual(
    (await runtime.status()).workers.map(worker => worker.pid),
    workers.map(worker => worker.pid),
  )
  assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
})
