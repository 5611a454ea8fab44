// Models that are loaded and unloaded by request, without one lost request.

import assert from 'node:assert/strict'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import type { ServiceStatus } from '../../supervisor/status.ts'
import { startLoad, tally } from '../support/load.ts'
import { appRoot, BROKEN, call, infer, PLUS_ONE, PLUS_TWO } from '../support/served-models.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

const MODELS = {
  'a/1/model.onnx': PLUS_ONE,
  'b/1/model.onnx': PLUS_TWO,
  'broken/1/model.onnx': BROKEN,
  'wrong/1/model.onnx': PLUS_ONE,
  'wrong/config.pbtxt': 'max_batch_size: "many"',
}

async function start(t: TestContext, loadModels: string) {
  const module = appRoot(t, MODELS)
  const env = {
    WORKER_COUNT: '2',
    SCOREHOST_MODEL_CONTROL: 'explicit',
    SCOREHOST_DEFAULT_MODEL: 'a',
    ...(loadModels === '' ? {} : { SCOREHOST_LOAD_MODELS: loadModels }),
  }
  return { folder: join(module, 'azureml-models'), runtime: await startReady({ module, env }) }
}

function change({ url }: Runtime, what: 'load' | 'unload', model: string) {
  return call(url, `/v2/repository/models/${model}/${what}`, {})
}

/** Names of the models that are ready, by the index and each by its own word. */
async function ready({ url }: Runtime): Promise<string> {
  const { json } = await call(url, '/v2/repository/index', { ready: true })
  const names = (json as readonly { name: string }[]).map(({ name }) => name) // true: the shape of the index
  for (const name of names) {
    const { status, error } = await call(url, `/v2/models/${name}/ready`)
    assert.equal(status, 200, `${name}: ${status} ${error}`)
  }
  return names.join(' ')
}

it('models come and go under a load of 16 clients, and every request is answered with 200', async t => {
  const { folder, runtime } = await start(t, ' a , b')
  await using _ = runtime
  assert.equal(await ready(runtime), 'a b')
  using load = startLoad(runtime.url, 16, '{"x":[[1,2]]}')
  await load.answered(100)

  assert.equal((await change(runtime, 'unload', 'b')).status, 200)
  assert.equal(await ready(runtime), 'a')
  const { status, error } = await infer(runtime.url, 'b', [[1, 2]])
  assert.deepEqual([status, error], [503, "Model 'b' is not ready"])

  assert.equal((await change(runtime, 'load', 'b')).status, 200)
  assert.deepEqual((await infer(runtime.url, 'b', [[1, 2]])).data, [3, 4])

  // a new model, and a new version of one that is loaded
  cpSync(join(folder, 'a'), join(folder, 'new'), { recursive: true })
  cpSync(join(folder, 'b/1'), join(folder, 'a/2'), { recursive: true })
  assert.equal((await change(runtime, 'load', 'new')).status, 200)
  assert.deepEqual((await call(runtime.url, '/v2/models/a')).json.versions, ['1', '2'])
  assert.deepEqual((await infer(runtime.url, 'new', [[1, 2]])).data, [2, 3])
  await load.answered(100)
  assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
})

it('a model that cannot be loaded is refused with its reason, and the others stay', async t => {
  const { folder, runtime } = await start(t, 'a')
  await using _ = runtime
  for (const [model, reason] of [
    ['broken', /^failed to load 'broken': .*broken\/1\/model\.onnx/],
    ['wrong', /^failed to load 'wrong': .*config\.pbtxt:1/],
    ['nobody', /^failed to load 'nobody': there is no such model/],
    ['a%2Cb', /^failed to load 'a,b': there is no such model/],
  ] as const) {
    const { status, error } = await change(runtime, 'load', model)
    assert.equal(status, 400, model)
    assert.match(error ?? '', reason)
  }
  assert.equal(await ready(runtime), 'a')
  assert.equal((await fetch(`${runtime.url}/readyz`)).status, 200)
  assert.deepEqual((await runtime.score({ x: [[1, 2]] })).json, { y: [[2, 3]] })

  writeFileSync(join(folder, 'broken/1/model.onnx'), PLUS_TWO)
  assert.equal((await change(runtime, 'load', 'broken')).status, 200)
  assert.equal(await ready(runtime), 'a broken')

  const unknown = await change(runtime, 'unload', 'nobody')
  assert.deepEqual([unknown.status, unknown.error], [404, "Request for unknown model: 'nobody' is not found"])
  const withParameters = await call(runtime.url, '/v2/repository/models/a/load', {
    parameters: { config: '{}' },
  })
  assert.deepEqual([withParameters.status, typeof withParameters.error], [501, 'string'])
})

it('nothing is loaded at first, what is loaded at once is all there, and the last may go', async t => {
  const { folder, runtime } = await start(t, '')
  await using _ = runtime
  const index = (await call(runtime.url, '/v2/repository/index', {})).json as readonly object[] // true: the shape of the index
  assert.deepEqual(index.slice(0, 2), [
    { name: 'a', version: '1', state: 'UNAVAILABLE', reason: '' },
    { name: 'b', version: '1', state: 'UNAVAILABLE', reason: '' },
  ])
  assert.equal((await fetch(`${runtime.url}/readyz`)).status, 200)
  assert.equal((await runtime.score({ x: [[1, 2]] })).status, 404)

  const loads = await Promise.all(['a', 'b', 'broken'].map(model => change(runtime, 'load', model)))
  assert.deepEqual(
    loads.map(({ status }) => status),
    [200, 200, 400],
  )
  assert.equal(await ready(runtime), 'a b')
  assert.deepEqual((await runtime.score({ x: [[1, 2]] })).json, { y: [[2, 3]] })

  // a worker that is started again has the models of now, though the file of one has gone meanwhile
  rmSync(join(folder, 'b'), { recursive: true })
  const isWhole = ({ workers }: ServiceStatus) =>
    workers.length === 2 && workers.every(({ state }) => state === 'ready')
  // those of the generation before may still be on their way out
  const { workers } = await runtime.waitForStatus(isWhole)
  const killed = Number(workers[0]?.pid)
  process.kill(killed, 'SIGKILL')
  await runtime.waitForStatus(status => isWhole(status) && status.workers.every(({ pid }) => pid !== killed))
  for (let round = 0; round < 4; round++)
    assert.deepEqual((await runtime.score({ x: [[1, 2]] })).json, { y: [[2, 3]] })

  assert.equal((await change(runtime, 'unload', 'a')).status, 200)
  assert.equal((await runtime.score({ x: [[1, 2]] })).status, 404)
  assert.equal((await fetch(`${runtime.url}/readyz`)).status, 200)
})

it('a reload in the middle of a load is the load: the model is there, and stays', async t => {
  const { runtime } = await start(t, 'a')
  await using _ = runtime
  const loading = change(runtime, 'load', 'b')
  await runtime.waitForLog(({ msg }) => msg === 'reload: starting generation 1')
  runtime.process.kill('SIGHUP')
  const { status, error } = await loading
  assert.deepEqual([status, error], [200, null])
  assert.equal(await ready(runtime), 'a b')
  assert.equal((await change(runtime, 'load', 'a')).status, 200)
  assert.equal(await ready(runtime), 'a b')
})
