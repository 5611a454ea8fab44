// SageMaker's multi-model mode: models that come and go by name, as SageMaker drives them.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { type Answered, startMultiModel } from '../support/multi-model.ts'
import { BROKEN, call, PLUS_ONE, PLUS_TWO } from '../support/served-models.ts'

const TWO = { 'one/model/model.onnx': PLUS_ONE, 'two/model/model.onnx': PLUS_TWO }
const JSON_BODY = '{"x":[[1,2]]}'

function brief({ status, code, message }: Answered): [number, unknown, string] {
  return [status, code, message]
}

it('is ready without a model, whatever lies in the folder, and loads by name alone', async t => {
  await using service = await startMultiModel(t, {
    ...TWO,
    'empty/model/readme.txt': 'no model',
    'half/model/config.pbtxt': 'max_batch_size: "many"',
    'wrong/model/model.onnx': PLUS_ONE,
    'wrong/model/config.pbtxt': 'max_batch_size: "many"',
    'other/weights.bin': 'no folder of the name model',
    '.cache/model/model.onnx': BROKEN,
    'loose.txt': 'a file',
    '7/model/model.onnx': BROKEN,
  })
  mkdirSync(join(service.folder, 'bare/model'), { recursive: true })
  symlinkSync('/nowhere', join(service.folder, 'lost'))
  assert.equal((await service.get('/ping')).status, 200)
  assert.deepEqual((await service.get('/models')).text, '{"models":[]}')

  assert.deepEqual((await service.load('one')).status, 200)
  assert.deepEqual((await service.load('two', `${service.folder}/two/model/`)).status, 200)
  assert.deepEqual(brief(await service.load('two')), [
    409,
    'ERR_MODEL_LOADED',
    "The model 'two' is loaded already.",
  ])
  for (const [name, reason] of [
    ['7', /7\/model\/model\.onnx/],
    ['half', /^failed to load 'half': half\/model has neither a version folder nor a file/],
    ['wrong', /config\.pbtxt:1/],
    ['empty', /^failed to load 'empty': empty\/model is a folder without a file that ends in \.onnx/],
    ['bare', /^failed to load 'bare': bare\/model is a folder without a file that ends in \.onnx/],
    ['other', /^failed to load 'other': other\/model cannot be read: .*/],
    ['.cache', /^failed to load '.cache': .cache\/model is a hidden folder/],
    ['lost', /no such model/],
    ['nobody', /^failed to load 'nobody': there is no such model/],
  ] as const) {
    const refused = await service.load(name)
    assert.deepEqual([refused.status, refused.code], [400, 'ERR_MODEL_NOT_LOADED'], name)
    assert.match(refused.message, reason)
  }
  assert.equal(await service.names(), 'one two')
  assert.equal((await service.get('/ping')).status, 200)
  assert.equal((await service.invoke('one', JSON_BODY)).text, '{"y":[[2,3]]}')
})

it('is ready where the model folder is not there yet, and loads what is copied there later', async t => {
  await using service = await startMultiModel(t, {})
  assert.equal((await service.get('/ping')).status, 200)
  assert.equal((await service.load('one')).status, 400)
  service.put({ 'one/model/3/model.onnx': PLUS_ONE })
  assert.equal((await service.load('one')).status, 200)
  assert.equal((await service.invoke('one', JSON_BODY)).text, '{"y":[[2,3]]}')
})

it('a model is told of, invoked, unloaded and loaded again', async t => {
  await using service = await startMultiModel(t, TWO)
  await service.load('one')
  await service.load('two')
  const [one, two] = ['one', 'two'].map(name => ({
    modelName: name,
    modelUrl: `${service.folder}/${name}/model`,
  }))
  assert.deepEqual(JSON.parse((await service.get('/models')).text), { models: [one, two] })
  assert.deepEqual(JSON.parse((await service.get('/models/two')).text), two)

  const csv = { 'content-type': 'text/csv', accept: 'text/csv' }
  const table = await service.invoke('two', '1,2\n3,4\n', csv)
  assert.deepEqual([table.status, table.contentType, table.text], [200, 'text/csv', '3,4\n5,6\n'])
  assert.equal((await service.invoke('two', JSON_BODY)).text, '{"y":[[3,4]]}')
  assert.equal((await service.invoke('two', '{"x":[[1]]}')).status, 400)

  assert.equal((await service.unload('two')).status, 200)
  for (const gone of [
    await service.unload('two'),
    await service.invoke('two', JSON_BODY),
    await service.get('/models/two'),
  ])
    assert.deepEqual(brief(gone), [404, 'ERR_MODEL_NOT_FOUND', "The model 'two' is not loaded."])
  assert.equal(await service.names(), 'one')

  // what is in the folder now counts, not what was
  service.put({ 'two/model/model.onnx': PLUS_ONE })
  assert.equal((await service.load('two')).status, 200)
  assert.equal((await service.invoke('two', JSON_BODY)).text, '{"y":[[2,3]]}')
})

it('a url that is not that of the name, and a name that is no folder, are refused before anything is started', async t => {
  await using service = await startMultiModel(t, TWO)
  const { folder } = service
  for (const url of [
    '/elsewhere/one/model',
    `${folder}/two/model`,
    `${folder}/one`,
    `${folder}/two/../one/model`,
    `${folder}/one/model/..`,
    `file://${folder}/one/model`,
    'one/model',
    '',
  ])
    assert.deepEqual(brief(await service.load('one', url)), [
      400,
      'ERR_INPUT_MALFORMED',
      `The url of the model 'one' is not ${folder}/one/model.`,
    ])
  for (const name of ['', '.', '..', 'a/b', '../models/one', '/one'])
    assert.deepEqual(
      brief(await service.load(name)),
      [400, 'ERR_INPUT_MALFORMED', 'A model name is the name of a folder, without a slash.'],
      name,
    )
  for (const name of [7, null, { a: 1 }])
    assert.match((await service.load(name)).message, /^The body is \{"model_name"/)
  assert.equal((await service.runtime.status()).generation, 0)
  assert.equal(await service.names(), '')
})

it('names are taken as they are', async t => {
  await using service = await startMultiModel(t, TWO)
  const longest = 'n'.repeat(255)
  for (const name of [
    'modèle 模型 🙂',
    'a,b',
    ' a ',
    'a%2Fb',
    'a+b?c#d',
    '__proto__',
    '0123456789abcdef',
    longest,
  ]) {
    cpSync(join(service.folder, 'one'), join(service.folder, name), { recursive: true })
    const loaded = await service.load(name)
    assert.deepEqual([loaded.status, loaded.message], [200, ''], name)
    const described = await service.get(`/models/${encodeURIComponent(name)}`)
    assert.deepEqual(JSON.parse(described.text), {
      modelName: name,
      modelUrl: `${service.folder}/${name}/model`,
    })
    assert.equal((await service.invoke(name, JSON_BODY)).text, '{"y":[[2,3]]}', name)
    assert.equal((await service.unload(name)).status, 200, name)
  }
  // a slash that is encoded belongs to the name, and no model has one; the others are only longer than a folder's name can be
  for (const name of ['a/b', '..', 'n'.repeat(256), 'n'.repeat(4000)]) {
    if (name !== '..') assert.equal((await service.get(`/models/${encodeURIComponent(name)}`)).status, 404)
    assert.equal((await service.load(name)).status, 400)
  }
})

it('of two that add the same model at once one is told that it is loaded already', async t => {
  await using service = await startMultiModel(t, TWO)
  const answers = await Promise.all([service.load('one'), service.load('one'), service.load('two')])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 200, 409])
  assert.equal(await service.names(), 'one two')
})

it('requests to a model go on without one failure while others come, go and fail', async t => {
  await using service = await startMultiModel(t, { ...TWO, 'broken/model/model.onnx': BROKEN })
  await service.load('one')
  using load = startLoad(service.runtime.url, 16, JSON_BODY, '/models/one/invoke')
  await load.answered(100)
  for (let round = 0; round < 2; round++) {
    assert.equal((await service.load('two')).status, 200)
    assert.equal((await service.load('broken')).status, 400)
    await load.answered(100)
    assert.equal((await service.unload('two')).status, 200)
  }
  // a model that is loaded needs its files no more, unless a worker is started
  rmSync(join(service.folder, 'two'), { recursive: true })
  assert.equal((await service.load('two')).status, 400)
  await load.answered(100)
  assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
})

it('the routes of the V2 protocol see the same models', async t => {
  await using service = await startMultiModel(t, TWO)
  const { url } = service.runtime
  assert.equal((await call(url, '/v2/repository/models/one/load', {})).status, 200)
  assert.equal((await service.load('one')).status, 409)
  // as that protocol has it: one that is loaded is loaded anew
  assert.equal((await call(url, '/v2/repository/models/one/load', {})).status, 200)
  assert.equal((await service.unload('one')).status, 200)
  assert.equal((await call(url, '/v2/models/one')).status, 503)
})
