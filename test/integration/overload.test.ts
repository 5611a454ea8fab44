// More load than capacity.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { waitingIn } from '../support/front.ts'
import { startLoad, tally } from '../support/load.ts'
import { rssBytes } from '../support/process-use.ts'
import { startReady } from '../support/start-runtime.ts'

it('what does not fit is refused with 503, what was admitted is answered, and memory stays flat', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCOREHOST_CONCURRENCY: '2', SCOREHOST_QUEUE_SIZE: '8' },
  })
  using load = startLoad(runtime.url, 64, JSON.stringify({ do: 'sleep', ms: 20 }))
  await load.answered(5000)
  const pid = Number(runtime.process.pid)
  const before = rssBytes(pid)
  await load.answered(10_000)
  const grown = rssBytes(pid) - before
  const counts = tally(await load.stop())
  assert.deepEqual(Object.keys(counts).toSorted(), ['200', '503 ERR_QUEUE_FULL'], JSON.stringify(counts))
  assert.ok(
    Object.values(counts).every(count => count > 100),
    JSON.stringify(counts),
  )
  assert.ok(grown < 50_000_000, `the supervisor grew by ${grown} bytes`)
})

it('a refusal says when to try again', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_CONCURRENCY: '1', SCOREHOST_QUEUE_SIZE: '0' },
  })
  const first = runtime.score({ do: 'sleep', ms: 500 })
  await runtime.waitForStatus(status => status.workers[0]?.inFlight === 1)
  const second = await runtime.score({ do: 'echo', value: 1 })
  assert.deepEqual(
    [second.status, second.json['code'], second.headers.get('retry-after')],
    [503, 'ERR_QUEUE_FULL', '1'],
  )
  assert.equal((await first).status, 200)
})

it('a request that waits too long is refused, and never runs', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_CONCURRENCY: '1', SCOREHOST_QUEUE_TIMEOUT_MS: '300' },
  })
  const first = runtime.score({ do: 'sleep', ms: 1500 })
  await runtime.waitForStatus(status => status.workers[0]?.inFlight === 1)
  const second = await runtime.score({ do: 'echo', value: 1 })
  assert.deepEqual([second.status, second.json['code']], [503, 'ERR_QUEUE_TIMEOUT'])
  assert.match(String(second.json['message']), /300 ms \(SCOREHOST_QUEUE_TIMEOUT_MS\)/)
  assert.equal((await first).status, 200)
})

it('a waiting request whose client has gone leaves the line', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_CONCURRENCY: '1' },
  })
  const first = runtime.score({ do: 'sleep', ms: 1000 })
  await runtime.waitForStatus(status => status.workers[0]?.inFlight === 1)
  const client = new AbortController()
  const gone = assert.rejects(runtime.score({ do: 'die' }, { signal: client.signal }))
  await runtime.waitForStatus(status => waitingIn(status) === 1)
  client.abort()
  await gone
  await runtime.waitForStatus(status => waitingIn(status) === 0)
  assert.equal((await first).status, 200)
  assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
})

it('large bodies wait their turn inside the worker', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_CONCURRENCY: '1' },
  })
  const large = { do: 'block', ms: 30, padding: 'x'.repeat(200_000) }
  const answers = await Promise.all(Array.from({ length: 20 }, () => runtime.score(large)))
  assert.deepEqual(
    answers.map(answer => answer.status),
    Array.from({ length: 20 }, () => 200),
  )
})
