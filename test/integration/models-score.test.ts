// Models without code: what /score serves, what swagger says of it, and a score module beside them.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileErrors, validate } from '@readme/openapi-parser'
import { runLine } from '../support/readme-commands.ts'
import { appRoot, call, infer, PLUS_ONE, PLUS_TWO } from '../support/served-models.ts'
import { startReady } from '../support/start-runtime.ts'

async function swagger(url: string, version: string) {
  return JSON.parse(await (await fetch(`${url}/swagger.json?version=${version}`)).text())
}

describe('an only model', () => {
  it('is served at /score: by the line that is printed, in every envelope, and as swagger says', async () => {
    await using runtime = await startReady({ module: 'one-model', env: { WORKER_COUNT: '2' } })
    const [, line = ''] = /try: (curl .*)$/.exec(runtime.stdout[0] ?? '') ?? []
    assert.match(line, /-d '\{"x":\[\[0,0\]\]\}'$/)
    assert.equal(await runLine(line), '{"y":[[1,1]]}')

    const rows = [
      [1, 2],
      [3, 4],
    ]
    for (const body of [
      { x: rows },
      { data: rows },
      { inputs: { x: rows } },
      { instances: rows.map(x => ({ x })) },
    ])
      assert.deepEqual((await runtime.score(body)).json, {
        y: [
          [2, 3],
          [4, 5],
        ],
      })
    assert.deepEqual((await call(runtime.url, '/score', rows)).json, {
      y: [
        [2, 3],
        [4, 5],
      ],
    })
    assert.deepEqual((await call(runtime.url, '/score?data=[[1,2]]')).json, { y: [[2, 3]] })
    const wrong = await runtime.score({ data: [[1, 2, 3]] })
    assert.deepEqual([wrong.status, wrong.json['code']], [400, 'ERR_INPUT_SHAPE'])

    for (const version of ['2', '3', '3.1']) {
      const document = await swagger(runtime.url, version)
      const result = await validate(structuredClone(document))
      assert.ok(result.valid, result.valid ? '' : compileErrors(result))
      const text = JSON.stringify(document)
      for (const name of ['x', 'y']) assert.ok(text.includes(`"${name}":{`), version)
      assert.match(text, /FP32 \[-1,2\], where -1 is any size/)
      assert.match(text, /"minItems":2/)
    }
  })
})

describe('several models', () => {
  it('leave /score to none of them, and say which there are', async () => {
    await using runtime = await startReady({ module: 'models', env: { WORKER_COUNT: '1' } })
    for (const answer of [await runtime.score({ x: [[1, 2]] }), await call(runtime.url, '/score?data=[1]')]) {
      assert.equal(answer.status, 404)
      assert.match(
        String(answer.json['message']),
        /no default model \(SCOREHOST_DEFAULT_MODEL\); the models are add, fixed, identity_bool, .*versions\.$/,
      )
    }
    const result = await validate(await swagger(runtime.url, '3'))
    assert.ok(result.valid)
    for (const [version, expected] of [
      ['1', [2, 3]],
      ['2', [3, 4]],
    ] as const) {
      const body = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] }
      const { data, json } = await call(runtime.url, `/v2/models/versions/versions/${version}/infer`, body)
      assert.deepEqual([data, json.model_version], [expected, version])
    }
  })

  it('leave it to the default one, with all of its inputs', async () => {
    const env = { WORKER_COUNT: '1', SCOREHOST_DEFAULT_MODEL: 'add' }
    await using runtime = await startReady({ module: 'models', env })
    const [, line = ''] = /try: (curl .*)$/.exec(runtime.stdout[0] ?? '') ?? []
    assert.deepEqual(JSON.parse(await runLine(line)), { sum: [[0, 0, 0]], difference: [[0, 0, 0]] })
    assert.deepEqual((await runtime.score({ b: [[1, 1, 1]], a: [[1, 2, 3]] })).json, {
      sum: [[2, 3, 4]],
      difference: [[0, 1, 2]],
    })
    assert.ok((await validate(await swagger(runtime.url, '2'))).valid)
  })
})

/** Counts the sessions that the whole worker makes, its own first. */
const COUNTING = `import { createRequire } from 'node:module'
const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node')
const create = InferenceSession.create
let sessions = 0
InferenceSession.create = (...given) => {
  sessions += 1
  return create.apply(InferenceSession, given)
}
let model
export async function init(context) {
  model = await context.onnx('plus')
}
export async function run({ release, x }) {
  if (release) await model.release()
  return release ? { sessions } : { sessions, ...(await model.run({ x })) }
}
`

it('a score module and the models beside it have one session, which release() of the one leaves to the other', async t => {
  const models = { 'plus/1/model.onnx': PLUS_ONE, 'other/1/model.onnx': PLUS_TWO }
  const module = appRoot(t, models, { 'score.mjs': COUNTING })
  await using runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
  assert.deepEqual((await runtime.score({ x: [[1, 2]] })).json, { sessions: 2, y: [[2, 3]] })
  assert.deepEqual((await infer(runtime.url, 'plus', [[1, 2]])).data, [2, 3])
  assert.deepEqual((await infer(runtime.url, 'other', [[1, 2]])).data, [3, 4])
  assert.deepEqual((await runtime.score({ release: true })).json, { sessions: 2 })
  assert.deepEqual((await infer(runtime.url, 'plus', [[5, 6]])).data, [6, 7])
})
