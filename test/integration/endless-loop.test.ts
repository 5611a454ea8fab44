// run() loops for ever in one of two workers.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { startReady } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'

const TIMEOUT_MS = 1000
const CLIENTS = 16

it('a looping run() costs what is in its worker with it 504, and the worker is quarantined, killed and replaced', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCORING_TIMEOUT_MS: `${TIMEOUT_MS}` },
  })
  using load = startLoad(runtime.url, CLIENTS, JSON.stringify({ do: 'sleep', ms: 20 }))
  await load.answered(200)
  const looping = await runtime.score({ do: 'loop' })
  assert.equal(looping.status, 504)
  assert.equal(looping.json['code'], 'ERR_SCORING_TIMEOUT')
  assert.match(String(looping.json['message']), /1000 ms \(SCORING_TIMEOUT_MS\)/)
  await runtime.waitForLog(line => /does not answer: no requests for it/.test(line.msg))
  await runtime.waitForLog(line => line['reason'] === 'wedged')
  await untilWhole(runtime.url, 2)
  await load.answered(200)

  const { '200': served = 0, '504 ERR_SCORING_TIMEOUT': timedOut = 0, ...others } = tally(await load.stop())
  const counts = `${served} of ${load.sent} served, ${timedOut} timed out`
  assert.deepEqual(others, {}, counts)
  // each goes to the worker with the fewest, so one of two never has more than half of them
  assert.ok(timedOut >= 1 && timedOut <= CLIENTS / 2, counts)
  assert.equal(served + timedOut, load.sent)
})

it('a worker that was only slow comes back by its heartbeat', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCORING_TIMEOUT_MS: `${TIMEOUT_MS}` },
  })
  const { pid } = (await runtime.score({ do: 'who' })).json
  const slow = await runtime.score({ do: 'block', ms: TIMEOUT_MS + 3000 })
  assert.equal(slow.status, 504)
  await runtime.waitForLog(line => line.msg.startsWith('worker 0 does not answer'))
  const meanwhile = await runtime.score({ do: 'who' })
  assert.equal(meanwhile.status, 503)
  assert.equal(meanwhile.headers.get('retry-after'), '1')
  assert.equal(meanwhile.json['code'], 'ERR_NO_WORKER')
  await runtime.waitForLog(line => line.msg === 'worker 0 answers again')
  assert.equal((await runtime.score({ do: 'who' })).json['pid'], pid)
})
