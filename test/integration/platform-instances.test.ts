// A request with many instances, each an input of run().

import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { predictAt } from '../support/predict.ts'
import { scoreFolder } from '../support/score-folder.ts'
import { type Runtime, repositoryPath, startReady } from '../support/start-runtime.ts'

/** Says what it runs, and when it need not any more. */
const MODULE = `import { setTimeout as sleep } from 'node:timers/promises'
export const concurrency = Number(process.env.AT_ONCE ?? 32)
export const input = {
  type: 'object',
  required: ['value'],
  properties: { value: { type: 'number' }, ms: { type: 'number' } },
}
export async function run({ value, ms = 0 }, { log, signal }) {
  log.info('run ' + value)
  signal.addEventListener('abort', () => log.info('aborted ' + value))
  await sleep(ms)
  return value
}
`
const BATCHES = `export const batch = { maxSize: 50 }
export const input = true
export const runBatch = inputs => inputs.map(value => ({ value, size: inputs.length }))
`

interface Options {
  readonly module?: string
  /** Models are served beside the score module, and take more requests at once. */
  readonly models?: boolean
  readonly env?: Readonly<Record<string, string>>
}

function start(t: TestContext, { module = MODULE, models = false, env = {} }: Options): Promise<Runtime> {
  const folder = scoreFolder(t, { 'score.mjs': module })
  const one = repositoryPath('test/fixtures/one-model/azureml-models')
  if (models) cpSync(one, join(folder, 'azureml-models'), { recursive: true })
  return startReady({ module: folder, env: { WORKER_COUNT: '1', SCOREHOST_PREDICT_PATHS: '/ask', ...env } })
}

const ask = ({ url }: Runtime, instances: readonly unknown[], signal?: AbortSignal) =>
  predictAt(`${url}/ask`, instances, signal)

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** The values of the lines that begin so, in their order. */
function told({ log }: Runtime, what: 'run' | 'aborted'): readonly number[] {
  return log.flatMap(({ msg }) => (msg.startsWith(`${what} `) ? [Number(msg.slice(what.length))] : []))
}

/** An instance of its own, run alone: when it is in the log, so is all that was run before. */
async function lookBehind(runtime: Runtime, ms: number): Promise<void> {
  assert.equal((await ask(runtime, [{ value: -1, ms }])).text, '{"predictions":[-1]}')
  await runtime.waitForLog(({ msg }) => msg === 'run -1')
}

describe('a client that hangs up in the middle of many instances', () => {
  for (const models of [false, true])
    it(`has those that run aborted and no other begun${models ? ', also beside models' : ''}`, async t => {
      await using runtime = await start(t, { models, env: { AT_ONCE: '2' } })
      const client = new AbortController()
      const instances = upTo(40).map(value => ({ value, ms: 300 }))
      const asked = assert.rejects(ask(runtime, instances, client.signal))
      await runtime.waitForLog(({ msg }) => msg === 'run 1')
      client.abort()
      await asked
      for (const value of [0, 1]) await runtime.waitForLog(({ msg }) => msg === `aborted ${value}`)
      // longer than those that ran
      await lookBehind(runtime, 600)
      assert.deepEqual(told(runtime, 'run'), [0, 1, -1])
      assert.deepEqual(told(runtime, 'aborted').toSorted(), [0, 1])
    })

  it('while they are checked has none begun', async t => {
    const slow = `const validate = async value => {
      console.log('checked ' + value.value)
      await sleep(300)
      return { value }
    }
    export const input = { '~standard': { version: 1, vendor: 'test', validate } }
    export async function run`
    const module = MODULE.replace(/export const input = [\s\S]*?export async function run/, slow)
    await using runtime = await start(t, { module })
    const client = new AbortController()
    const asked = assert.rejects(ask(runtime, [{ value: 0 }, { value: 1 }], client.signal))
    await runtime.waitForLog(({ msg }) => msg === 'checked 1')
    client.abort()
    await asked
    await lookBehind(runtime, 0)
    assert.deepEqual(told(runtime, 'run'), [-1])
  })
})

describe('instances that fail', () => {
  it('end the request, and those that run with it; no other is begun', async t => {
    const module = MODULE.replace(
      'await sleep(ms)',
      "await sleep(ms); if (value === 1) throw new Error('no')",
    )
    await using runtime = await start(t, { module, env: { AT_ONCE: '2' } })
    const instances = upTo(40).map(value => ({ value, ms: value === 1 ? 100 : 2000 }))
    const { status, json } = await ask(runtime, instances)
    assert.deepEqual([status, json['code']], [502, 'ERR_RUN_FAILED'])
    await runtime.waitForLog(({ msg }) => msg === 'aborted 0')
    await lookBehind(runtime, 100)
    assert.deepEqual(told(runtime, 'run'), [0, 1, -1])
  })

  it('by the schema are told by their place, and none is run', async t => {
    await using runtime = await start(t, {})
    const instances = [...upTo(3), 'three', 4, 'five'].map(value => ({ value }))
    const { status, json } = await ask(runtime, instances)
    assert.equal(status, 400)
    assert.equal(json['code'], 'ERR_INPUT_SHAPE')
    assert.match(JSON.stringify(json['errors']), /^\[\{"path":"\/instances\/3\/value","message":"[^"]+"\}\]$/)
    assert.match(String(json['message']), /^Instance 3: /)
    await lookBehind(runtime, 0)
    assert.deepEqual(told(runtime, 'run'), [-1])
  })
})

it('1000 instances of a module with runBatch share batches, and predictions keep their order', async t => {
  await using runtime = await start(t, { module: BATCHES })
  const { status, json } = await ask(runtime, upTo(1000))
  assert.equal(status, 200)
  const predictions = json['predictions'] as readonly { readonly value: number; readonly size: number }[] // true: what the module returns
  assert.deepEqual(
    predictions.map(({ value }) => value),
    upTo(1000),
  )
  const calls = predictions.reduce((sum, { size }) => sum + 1 / size, 0)
  assert.ok(calls < 100, `${Math.round(calls)} calls`)
})

describe('a request with many instances, while others run', () => {
  const env = { SCOREHOST_QUEUE_SIZE: '0', SCOREHOST_CONCURRENCY: '4' }
  const many = upTo(12).map(value => ({ value, ms: 10 }))
  const occupy = async (runtime: Runtime, places: number) => {
    const values = upTo(places).map(value => 1000 + value)
    const asked = values.map(value => ask(runtime, [{ value, ms: 1500 }]))
    for (const value of values) await runtime.waitForLog(({ msg }) => msg === `run ${value}`)
    return Promise.all(asked)
  }

  it('is answered as a whole where there is room for one request', async t => {
    await using runtime = await start(t, { env })
    const others = occupy(runtime, 3)
    await runtime.waitForLog(({ msg }) => msg === 'run 1002')
    const { status, text } = await ask(runtime, many)
    assert.equal(status, 200, text)
    for (const other of await others) assert.equal(other.status, 200, other.text)
  })

  it('is refused as a whole where there is none, and nothing of it is run', async t => {
    await using runtime = await start(t, { env })
    const others = occupy(runtime, 4)
    await runtime.waitForLog(({ msg }) => msg === 'run 1003')
    const { status, json } = await ask(runtime, many)
    assert.deepEqual([status, json['code']], [503, 'ERR_QUEUE_FULL'])
    for (const other of await others) assert.equal(other.status, 200, other.text)
    await lookBehind(runtime, 0)
    assert.deepEqual(told(runtime, 'run').toSorted(), [-1, 1000, 1001, 1002, 1003])
  })
})

describe('more instances than there is room for requests', () => {
  const env = { SCOREHOST_QUEUE_SIZE: '0', SCOREHOST_CONCURRENCY: '1' }
  for (const [what, options] of [
    ['run()', { env }],
    [
      'run() of a module with less concurrency',
      { env: { ...env, SCOREHOST_CONCURRENCY: '8', AT_ONCE: '1' } },
    ],
    ['run() beside models', { env: { ...env, AT_ONCE: '1' }, models: true }],
    ['runBatch()', { env, module: BATCHES }],
  ] as const)
    it(`are one request all the same: ${what}`, async t => {
      await using runtime = await start(t, options)
      const instances = upTo(200).map(value => ({ value }))
      const { status, json, text } = await ask(runtime, instances)
      assert.equal(status, 200, text)
      assert.equal((json['predictions'] as readonly unknown[]).length, 200) // true: of any such answer
    })
})
