// Streamed answers through the front: piece by piece, and over when the client goes.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PATIENCE_MS, type Runtime, startReady } from '../support/start-runtime.ts'

describe('a streamed answer', () => {
  let runtime: Runtime
  before(async () => {
    runtime = await startReady({ module: 'outputs', env: { WORKER_COUNT: '1' } })
  })
  after(async () => {
    await runtime[Symbol.asyncDispose]()
  })

  const post = (input: unknown, more: RequestInit = {}) =>
    fetch(`${runtime.url}/score`, {
      method: 'POST',
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...more,
      headers: { 'content-type': 'application/json', ...more.headers },
    })

  it('is passed on piece by piece, while the next is not there yet', async () => {
    const client = new AbortController()
    const answer = await post(
      { do: 'count', to: 2, everyMs: 60_000 },
      { signal: client.signal, headers: { accept: 'text/event-stream' } },
    )
    const reader = answer.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    assert.equal(Buffer.from(value ?? []).toString(), 'data: {"n":1}\n\n')
    client.abort()
  })

  it('ends its generator when the client hangs up, and its place is free', async () => {
    const client = new AbortController()
    const requestId = 'hangs-up'
    const answer = await post(
      { do: 'count', to: 1e9, everyMs: 20 },
      {
        signal: client.signal,
        headers: { 'x-request-id': requestId },
      },
    )
    await answer.body?.getReader().read()
    await runtime.waitForStatus(({ workers }) => workers[0]?.inFlight === 1)
    client.abort()
    await runtime.waitForLog(
      line => line.msg === 'the generator has ended' && line['requestId'] === requestId,
    )
    await runtime.waitForStatus(({ workers }) => workers.every(({ inFlight }) => inFlight === 0))
  })

  it('that breaks off, and is no event stream, breaks its connection, and the log says why', async () => {
    const answer = await post(
      { do: 'count', to: 3, failAt: 2 },
      { headers: { 'x-request-id': 'breaks-off' } },
    )
    assert.equal(answer.status, 200)
    await assert.rejects(answer.text())
    const line = await runtime.waitForLog(({ code }) => code === 'ERR_RUN_FAILED')
    assert.equal(line['requestId'], 'breaks-off')
    assert.match(JSON.stringify(line['err']), /a secret of the generator.*score\.mjs:\d+/)
  })

  it('has the request id in what its generator prints', async () => {
    const headers = { 'x-request-id': 'prints' }
    assert.equal(await (await post({ do: 'count', to: 1 }, { headers })).text(), '{"n":1}\n')
    await runtime.waitForLog(line => line.msg === 'counting' && line['requestId'] === 'prints')
  })

  it('holds back a source that is faster than its client', async () => {
    const client = new AbortController()
    const answer = await post({ do: 'flood', tag: 'flood' }, { signal: client.signal })
    await answer.body?.getReader().read()
    // every buffer on the way fills, and then the source is asked no more
    let seen = -1
    const produced = async () => Number((await runtime.score({ do: 'produced' })).json['pieces'])
    for (let now = await produced(); now !== seen; now = await produced()) {
      seen = now
      await new Promise(resolve => setTimeout(resolve, 300))
    }
    assert.ok(seen < 4000, `${seen} pieces of 64 KiB were made for a client that reads none`)
    client.abort()
  })
})

describe('a result that JSON cannot carry', () => {
  it('is named in the log, with its place in the value', async () => {
    await using runtime = await startReady({ module: 'outputs', env: { WORKER_COUNT: '1' } })
    const causes = async (form: string) => {
      await runtime.score({ do: form }, { headers: { 'x-request-id': form } })
      const line = await runtime.waitForLog(candidate => candidate['requestId'] === form)
      return JSON.stringify(line['err'])
    }
    assert.match(await causes('bigint'), /result\.scores\[1\]\.total is a BigInt \(10\)/)
    assert.match(await causes('cycle'), /result\.graph\.deep\[0\]\.self is a cycle/)
    assert.match(await causes('function'), /returned a function/)
  })
})
