// kill -9 of a worker under load.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { startReady } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'

const CLIENTS = 16

it('a killed worker costs the requests that it was running and no others, and is replaced', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '2' } })
  using load = startLoad(runtime.url, CLIENTS, JSON.stringify({ do: 'sleep', ms: 50 }))
  await load.answered(200)

  const { pid } = (await runtime.score({ do: 'who' })).json
  process.kill(Number(pid), 'SIGKILL')
  const death = await runtime.waitForLog(line => line['signal'] === 'SIGKILL')
  assert.match(death.msg, /worker \d was killed by SIGKILL; next start in 100 ms/)
  await untilWhole(runtime.url, 2)
  await load.answered(200)

  const counts = tally(await load.stop())
  const lost = counts['502 ERR_WORKER_LOST'] ?? 0
  assert.deepEqual(
    Object.keys(counts).filter(key => key !== '200' && key !== '502 ERR_WORKER_LOST'),
    [],
    JSON.stringify(counts),
  )
  assert.ok(lost >= 1 && lost <= CLIENTS, `${lost} requests lost: ${JSON.stringify(counts)}`)
})
