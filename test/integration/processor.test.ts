// A processor class (PAI-EAS) behind the front.

import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { scoreFolder } from '../support/score-folder.ts'
import { type Runtime, runCli, startReady } from '../support/start-runtime.ts'

const PROCESSOR = `
export const concurrency = 3
export const inputSample = 'hello'

export default class DigitProcessor {
  #greeting: string | undefined

  async initialize(): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, 50))
    this.#greeting = 'read'
  }

  process(data: Buffer, context: { readonly requestId: string }): unknown {
    const text = data.toString()
    if (text === 'throw') throw new Error('a secret of the processor')
    if (text === 'reject') return Promise.reject(new Error('a secret of the processor'))
    if (text === 'bytes') return [Buffer.from([1, 2, 3]), 201]
    if (text === 'json') return [{ bytes: data.length, isBuffer: Buffer.isBuffer(data), requestId: context.requestId }, 200]
    if (text === 'wrong') return 'no pair'
    if (text === 'busy') return Promise.resolve(['come back', 503])
    return [\`\${this.#greeting} \${text}\`, 200]
  }

  close(): void {
    console.log('closed')
  }
}
`

async function start(
  t: TestContext,
  files = { 'score.ts': PROCESSOR } as Record<string, string>,
): Promise<Runtime> {
  return startReady({ module: scoreFolder(t, files), env: { WORKER_COUNT: '1' } })
}

/** POSTs a body as it is. */
async function post({ url }: Runtime, body: string, contentType = 'application/octet-stream') {
  const answer = await fetch(`${url}/score`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, type: answer.headers.get('content-type'), bytes, text: bytes.toString() }
}

describe('a processor class', () => {
  it('is initialised before traffic, and answers with text, bytes and JSON under the status it says', async t => {
    await using runtime = await start(t)
    const text = await post(runtime, 'me')
    assert.deepEqual([text.status, text.type, text.text], [200, 'text/plain; charset=utf-8', 'read me'])
    const bytes = await post(runtime, 'bytes')
    assert.deepEqual(
      [bytes.status, bytes.type, [...bytes.bytes]],
      [201, 'application/octet-stream', [1, 2, 3]],
    )
    const json = await post(runtime, 'json')
    const { requestId, ...rest } = JSON.parse(json.text)
    assert.deepEqual([json.status, json.type, rest], [200, 'application/json', { bytes: 4, isBuffer: true }])
    assert.match(requestId, /^[0-9a-f-]{36}$/)
    const busy = await post(runtime, 'busy')
    assert.deepEqual([busy.status, busy.text], [503, 'come back'])
  })

  it('is given the bytes whatever their content type says', async t => {
    await using runtime = await start(t)
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
    ])
      assert.equal((await post(runtime, '{"not json', type)).text, 'read {"not json')
  })

  it('that throws or rejects is a 400, with the stack in the log and not in the answer', async t => {
    await using runtime = await start(t)
    for (const body of ['throw', 'reject']) {
      const { status, text } = await post(runtime, body)
      assert.equal(status, 400)
      assert.equal(JSON.parse(text).code, 'ERR_PROCESSOR_FAILED')
      assert.doesNotMatch(text, /secret/)
    }
    const line = await runtime.waitForLog(({ code }) => code === 'ERR_PROCESSOR_FAILED')
    assert.match(JSON.stringify(line['err']), /a secret of the processor.*score\.ts:15:\d+/)
  })

  it('that returns no pair is a 502, with what it should be in the log', async t => {
    await using runtime = await start(t)
    assert.equal(JSON.parse((await post(runtime, 'wrong')).text).code, 'ERR_RUN_FAILED')
    const line = await runtime.waitForLog(({ code }) => code === 'ERR_RUN_FAILED')
    assert.match(
      JSON.stringify(line['err']),
      /process\(\) returned 'no pair'; it has to return \[body, status\]/,
    )
  })

  it('is closed at the end', async t => {
    await using runtime = await start(t)
    runtime.process.kill('SIGINT')
    await runtime.end
    assert(runtime.log.some(line => line.msg === 'closed'))
  })

  it('may be what a CommonJS module exports', async t => {
    await using runtime = await start(t, {
      'score.cjs': `module.exports = class { process(data) { return [data.toString().toUpperCase(), 200] } }`,
    })
    assert.equal((await post(runtime, 'abc')).text, 'ABC')
  })

  it('whose initialize() fails ends the first start, by that name', async t => {
    const folder = scoreFolder(t, {
      'score.ts': `export default class {\n  async initialize() { throw new Error('no weights') }\n  process() {}\n}`,
    })
    const { exitCode, stderr } = await runCli(
      ['serve', '--app-root', folder, '--port', '0', '--log-format', 'json'],
      {
        WORKER_COUNT: '1',
      },
    )
    const { code, msg } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
    assert.equal(code, 'ERR_INIT_FAILED')
    assert.match(msg, /initialize\(\) of .*score\.ts failed: Error: no weights \(at .*score\.ts:2:\d+\)/)
    assert.equal(exitCode, 3)
  })

  it('passes scorehost check with its sample as it is', async t => {
    const { exitCode, stdout } = await runCli(['check', scoreFolder(t, { 'score.ts': PROCESSOR })])
    assert.equal(stdout.trim(), 'read hello')
    assert.equal(exitCode, 0)
  })
})
