// Batches of a score module, through the front.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Runtime, startReady } from '../support/start-runtime.ts'

describe('a module with runBatch', () => {
  let runtime: Runtime
  before(async () => {
    runtime = await startReady({
      module: 'batches',
      env: { WORKER_COUNT: '1', SCORING_TIMEOUT_MS: '2000' },
    })
  })
  after(async () => {
    await runtime[Symbol.asyncDispose]()
  })

  /** A batch that takes a while, so that what comes meanwhile waits together. */
  async function whileBusy<T>(send: () => Promise<T>): Promise<T> {
    const busy = runtime.score({ ms: 600 })
    await runtime.waitForStatus(({ workers }) => workers[0]?.inFlight === 1)
    const result = await send()
    assert.equal((await busy).status, 200)
    return result
  }

  const sendAll = (inputs: readonly unknown[]) =>
    Promise.all(
      inputs.map((input, index) => runtime.score(input, { headers: { 'x-request-id': `request-${index}` } })),
    )

  it('runs a lone request alone', async () => {
    assert.equal((await runtime.score({ value: 1 })).json['size'], 1)
  })

  it('runs together what waited, no more than the most, and gives everyone their own result', async () => {
    const answers = await whileBusy(() => sendAll([10, 11, 12, 13, 14].map(value => ({ value }))))
    for (const [index, { status, json }] of answers.entries()) {
      assert.equal(status, 200)
      assert.equal(json['value'], 10 + index)
      assert.equal(json['requestId'], `request-${index}`)
    }
    const sizes = answers.map(({ json }) => Number(json['size']))
    assert.ok(Math.max(...sizes) > 1, `sizes ${sizes}`)
    assert.ok(Math.max(...sizes) <= 4, `sizes ${sizes}`)
    const line = await runtime.waitForLog(({ msg }) => /a batch of [234]$/.test(msg))
    assert.ok(Array.isArray(line['requestIds']), 'what a batch prints carries the ids of all its requests')
  })

  it('fails one request for an Error in its place, and no other', async () => {
    const answers = await whileBusy(() => sendAll([{ value: 1 }, { do: 'fail' }, { value: 3 }]))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 502, 200],
    )
    assert.equal(answers[1]?.json['code'], 'ERR_RUN_FAILED')
  })

  for (const bad of ['breakTheBatch', 'tooFew']) {
    it(`runs one by one what failed together: ${bad}`, async () => {
      const answers = await whileBusy(() => sendAll([{ value: 1 }, { do: bad }, { value: 3 }]))
      assert.deepEqual(
        answers.map(({ status, json }) => [status, json['value']]),
        [
          [200, 1],
          [502, undefined],
          [200, 3],
        ],
      )
      await runtime.waitForLog(({ level, msg }) => level === 'warn' && msg.startsWith('runBatch() failed'))
    })
  }

  it('never runs a request whose client went while it waited', async () => {
    const client = new AbortController()
    const gone = { value: 'gone' }
    await whileBusy(async () => {
      const lost = runtime.score(gone, { signal: client.signal })
      // a front that counts has sent two; one that does not leaves it to the worker, where one runs and one waits
      await runtime.waitForStatus(
        ({ workers: [worker] }) => (worker?.inFlight ?? 0) + (worker?.queued ?? 0) >= 2,
      )
      client.abort()
      await assert.rejects(lost)
    })
    await runtime.waitForStatus(({ workers }) => workers[0]?.inFlight === 0)
    const batch = (await runtime.score({ value: 1 })).json
    assert.equal(batch['size'], 1)
    assert.ok(!runtime.log.some(line => JSON.stringify(line['requestIds'] ?? '').includes('gone')))
  })

  it('times out one by one, and the next batch runs', async () => {
    assert.equal((await runtime.score({ ms: 4000 })).status, 504)
    assert.equal((await runtime.score({ value: 1 })).status, 200)
  })
})
