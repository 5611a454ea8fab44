// Models that cannot be loaded: one stops no other, and where there is nothing to serve the program ends and says why.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { appRoot, BROKEN, call, infer, PLUS_ONE } from '../support/served-models.ts'
import { runCli, startReady } from '../support/start-runtime.ts'

interface State {
  readonly name: string
  readonly version: string
  readonly state: string
  readonly reason: string
}

describe('a broken model beside a good one', () => {
  for (const strict of [true, false])
    it(`leaves the service ${strict ? 'not ready' : 'ready'} where readiness is ${strict ? 'strict' : 'not strict'}, and the good one serving`, async () => {
      const env = { WORKER_COUNT: '2', SCOREHOST_STRICT_READINESS: String(strict) }
      await using runtime = await startReady({ module: 'one-broken-model', env })
      const { url } = runtime
      const status = strict ? 503 : 200
      assert.equal((await fetch(`${url}/readyz`)).status, status)
      const ready = await call(url, '/v2/health/ready')
      assert.equal(ready.status, status)
      if (strict) assert.equal(typeof ready.error, 'string')
      else assert.deepEqual(ready.json, { ready: true })
      assert.equal((await fetch(`${url}/livez`)).status, 200)
      assert.deepEqual((await call(url, '/v2/health/live')).json, { live: true })

      const line = await runtime.waitForLog(({ msg }) => /^model broken version 1 cannot be loaded/.test(msg))
      assert.equal(line.level, 'error')
      const index = (await call(url, '/v2/repository/index', {})).json as readonly State[] // true: that is its shape
      const [broken, good] = index
      assert.deepEqual([broken?.name, broken?.version, broken?.state], ['broken', '1', 'UNAVAILABLE'])
      assert.match(broken?.reason ?? '', /broken\/1\/model\.onnx/)
      assert.deepEqual(good, { name: 'good', version: '1', state: 'READY', reason: '' })
      assert.deepEqual((await call(url, '/v2/repository/index', { ready: true })).json, [good])

      for (const path of ['/ready', '', '/config', '/versions/1', '/stats']) {
        const { status: unavailable, error } = await call(url, `/v2/models/broken${path}`)
        assert.equal(unavailable, 503, path)
        assert.match(error ?? '', /^Model 'broken'.* is not ready$/)
      }
      assert.equal((await infer(url, 'broken', [[1, 2]])).status, 503)
      assert.deepEqual((await infer(url, 'good', [[1, 2]])).data, [2, 3])
      assert.equal((await call(url, '/v2/models/good/ready')).status, 200)
    })

  it('is any model whose configuration is wrong, and a version of a good model too', async t => {
    const module = appRoot(t, {
      'good/1/model.onnx': PLUS_ONE,
      'good/2/model.onnx': BROKEN,
      'wrong/1/model.onnx': PLUS_ONE,
      'wrong/config.pbtxt': 'max_batch_size: "many"',
      'contradicts/1/model.onnx': PLUS_ONE,
      'contradicts/config.pbtxt':
        'input [ { name: "x" data_type: TYPE_INT64 dims: [ 2 ] } ] max_batch_size: 4',
    })
    await using runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
    const { url } = runtime
    const states = (await call(url, '/v2/repository/index', {})).json as readonly State[] // true: that is its shape
    const reasonOf = (name: string, version?: string) =>
      states.find(one => one.name === name && (version === undefined || one.version === version))?.reason ??
      'not there'
    assert.match(reasonOf('wrong'), /config\.pbtxt:1/)
    assert.match(reasonOf('contradicts'), /TYPE_INT64, the model has TYPE_FP32/)
    assert.equal(reasonOf('good', '1'), '')
    assert.match(reasonOf('good', '2'), /good\/2\/model\.onnx/)
    assert.deepEqual((await infer(url, 'good', [[1, 2]])).data, [2, 3])
    assert.deepEqual((await call(url, '/v2/models/good')).json.versions, ['1'])
    assert.equal((await call(url, '/v2/models/good/versions/2/ready')).status, 503)
    assert.equal((await call(url, '/v2/models/good/versions/3/ready')).status, 404)
    assert.equal((await call(url, '/v2/models/wrong/versions/1')).status, 503)
  })
})

describe('nothing to serve', () => {
  const serve = async (folder: string, env: Readonly<Record<string, string>> = {}) => {
    const words = ['serve', '--app-root', folder, '--port', '0', '--log-format', 'json']
    const { exitCode, stdout, stderr } = await runCli(words, {
      WORKER_COUNT: '1',
      SCOREHOST_WORKER_PORT: '19190',
      ...env,
    })
    assert.doesNotMatch(stdout, /ready/)
    return { exitCode, last: JSON.parse(stderr.trim().split('\n').at(-1) ?? '') }
  }

  it('with only broken models ends with 3 and the reason of each', async t => {
    const { exitCode, last } = await serve(
      appRoot(t, {
        'a/1/model.onnx': BROKEN,
        'b/1/model.onnx': PLUS_ONE,
        'b/config.pbtxt': 'max_batch_size: -1',
      }),
    )
    assert.deepEqual([exitCode, last.code], [3, 'ERR_MODEL_LOAD'])
    assert.match(last.msg, /a 1: .*a\/1\/model\.onnx.*; b[^:]*: .*config\.pbtxt:1/)
  })

  it('with no model and no module ends with 3, what was looked for and where', async t => {
    const { exitCode, last } = await serve(appRoot(t, { 'notes/readme.txt': 'no model' }))
    assert.deepEqual([exitCode, last.code], [3, 'ERR_MODULE_LOAD'])
    assert.match(
      last.msg,
      /There is no score module; looked in .* for main\.js, .*; and no model: looked in .*azureml-models for \{name\}\/\{version\}\/model\.onnx, .*notes/,
    )
  })

  it('with a default model that is not there ends with 3 and those that are', async t => {
    const { exitCode, last } = await serve(appRoot(t, { 'a/1/model.onnx': PLUS_ONE }), {
      SCOREHOST_DEFAULT_MODEL: 'b',
    })
    assert.deepEqual([exitCode, last.code], [3, 'ERR_MODEL_MISSING'])
    assert.match(last.msg, /no model "b" that could be loaded; there is a$/)
  })

  it('where models are switched off is a missing module', async t => {
    const { exitCode, last } = await serve(appRoot(t, { 'a/1/model.onnx': PLUS_ONE }), {
      SCOREHOST_MODEL_CONTROL: 'off',
    })
    assert.deepEqual([exitCode, last.code], [3, 'ERR_MODULE_LOAD'])
    assert.doesNotMatch(last.msg, /no model/)
  })
})
