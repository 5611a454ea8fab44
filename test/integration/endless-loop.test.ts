// run() loops for ever in one of two workers.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { startReady } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'

const TIMEOUT_MS = 1000

it('a looping run() is answered with 504, its worker is quarantined, killed and replaced', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCORING_TIMEOUT_MS: `${TIMEOUT_MS}` },
  })
  const looping = await runtime.score({ do: 'loop' })
  assert.equal(looping.status, 504)
  assert.equal(looping.json['code'], 'ERR_SCORING_TIMEOUT')
  assert.match(String(looping.json['message']), /1000 ms \(SCORING_TIMEOUT_MS\)/)
  await runtime.waitForLog(line => /does not answer: no requests for it/.test(line.msg))

  using load = startLoad(runtime.url, 16, JSON.stringify({ do: 'echo', value: 1 }))
  await load.answered(500)
  await runtime.waitForLog(line => line['reason'] === 'wedged')
  await untilWhole(runtime.url, 2)
  const counts = tally(await load.stop())
  assert.deepEqual(
    Object.keys(counts),
    ['200'],
    `with the looping worker out of rotation: ${JSON.stringify(counts)}`,
  )
})

it('a worker that was only slow comes back by its heartbeat', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCORING_TIMEOUT_MS: `${TIMEOUT_MS}` },
  })
  const { pid } = (await runtime.score({ do: 'who' })).json
  const slow = await runtime.score({ do: 'block', ms: TIMEOUT_MS + 3000 })
  assert.equal(slow.status, 504)
  const meanwhile = await runtime.score({ do: 'who' })
  assert.equal(meanwhile.status, 503)
  assert.equal(meanwhile.headers.get('retry-after'), '1')
  assert.equal(meanwhile.json['code'], 'ERR_NO_WORKER')
  await runtime.waitForLog(line => line.msg === 'worker 0 answers again')
  assert.equal((await runtime.score({ do: 'who' })).json['pid'], pid)
})
