// Score modules of every form, and what they are given.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Runtime, repositoryPath, startReady } from '../support/start-runtime.ts'

describe('a score module', () => {
  it('may be TypeScript, with imports of its own and the right place in its stacks', async () => {
    await using runtime = await startReady({ module: 'typescript', env: { WORKER_COUNT: '1' } })
    const answer = await runtime.score({ value: 21 })
    assert.deepEqual(answer.json, { doubled: 42, requestId: answer.headers.get('x-request-id') })
    assert.equal((await runtime.score({ value: 'throw' })).status, 502)
    const { err } = await runtime.waitForLog(line => line['code'] === 'ERR_RUN_FAILED')
    assert.match(JSON.stringify(err), /thrown at line 11, column 38.*score\.ts:11:38/)
  })

  it('may be CommonJS', async () => {
    await using runtime = await startReady({ module: 'commonjs' })
    assert.deepEqual((await runtime.score({ value: 2 })).json, { tripled: 6 })
  })

  it('is found by --entry without its extension', async () => {
    await using runtime = await startReady({ module: 'behaviours', flags: ['--entry', 'score'] })
    assert.equal((await runtime.score({ do: 'echo', value: {} })).status, 200)
  })

  it('runs in the app root', async () => {
    await using runtime = await startReady({ module: 'behaviours' })
    assert.equal((await runtime.score({ do: 'who' })).json['cwd'], repositoryPath('test/fixtures/behaviours'))
  })

  it('has its stack in the answer with SCOREHOST_DEBUG=1 only', async () => {
    const detail = async (runtime: Runtime) => (await runtime.score({ do: 'throw' })).json['detail']
    await using quiet = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '1' } })
    assert.equal(await detail(quiet), undefined)
    await using talkative = await startReady({
      module: 'behaviours',
      env: { WORKER_COUNT: '1', SCOREHOST_DEBUG: '1' },
    })
    assert.match(String(await detail(talkative)), /^Error: a secret of the score module\n {4}at .*score\.mjs/)
  })

  it('learns from its signal that the client has gone', async () => {
    await using runtime = await startReady({ module: 'behaviours' })
    const client = new AbortController()
    const given = runtime.score({ do: 'untilAborted', tag: 'gone' }, { signal: client.signal })
    setTimeout(() => client.abort(), 300)
    await assert.rejects(given)
    const line = await runtime.waitForLog(candidate => candidate.msg === 'signal fired')
    assert.equal(line['tag'], 'gone')
    assert.match(String(line['requestId']), /^[0-9a-f-]{36}$/)
  })

  it('learns from its signal that the time is over', async () => {
    await using runtime = await startReady({ module: 'behaviours', env: { SCORING_TIMEOUT_MS: '200' } })
    assert.equal((await runtime.score({ do: 'untilAborted', tag: 'late' })).status, 504)
    await runtime.waitForLog(line => line.msg === 'signal fired' && line['tag'] === 'late')
  })
})
