// What a model folder is found to hold, in folders made for each test.

import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listModels } from '../../runtime/model/model-list.ts'
import { folderOf, only, versionsOf } from '../support/model-folder.ts'

test('models are listed by name, with all of their versions by number', t => {
  const folder = folderOf(t, {
    'zebra/1/model.onnx': '',
    'iris/9/model.onnx': '',
    'iris/10/model.onnx': '',
    'iris/10/model.onnx.data': '',
  })
  const { models, others, problem } = listModels(folder)
  assert.deepEqual(versionsOf(models), [
    ['iris', '9', '10'],
    ['zebra', '1'],
  ])
  assert.deepEqual(models[0]?.versions.at(-1), { version: '10', file: join(folder, 'iris/10/model.onnx') })
  assert.deepEqual([others, problem], [[], null])
  for (const model of models) assert.deepEqual([model.problem, model.warnings], [null, []])
})

test('a file in the folder of a model is version 1', t => {
  const { folder, model } = only(t, { 'iris/model.onnx': '' })
  assert.deepEqual(model.versions, [{ version: '1', file: join(folder, 'iris/model.onnx') }])
})

test('version folders weigh more than a file beside them, and that is said', t => {
  const { folder, model } = only(t, { 'iris/model.onnx': '', 'iris/2/model.onnx': '' })
  assert.deepEqual(model.versions, [{ version: '2', file: join(folder, 'iris/2/model.onnx') }])
  assert.match(model.warnings.join(), /iris has an ONNX file beside its version folders, which is ignored$/)
})

test('the only file that ends in .onnx is the model, whatever its name', t => {
  const { folder, model } = only(t, { 'iris/1/net.onnx': '', 'iris/1/notes.txt': '' })
  assert.deepEqual(model.versions, [{ version: '1', file: join(folder, 'iris/1/net.onnx') }])
})

test('a model may lie in the model folder itself', t => {
  for (const file of ['model.onnx', 'net.onnx']) {
    const { folder, model } = only(t, { [file]: '' })
    assert.equal(model.name, 'model')
    assert.deepEqual(model.versions, [{ version: '1', file: join(folder, file) }])
  }
  assert.equal(only(t, { 'model.onnx': '' }, 'iris').model.name, 'iris')
  assert.equal(only(t, { 'model.onnx': '', 'config.pbtxt': 'name: "own"' }, 'iris').model.name, 'own')
})

test('a model in the model folder itself and others in folders stand side by side', t => {
  const folder = folderOf(t, { 'model.onnx': '', 'iris/1/model.onnx': '' })
  assert.deepEqual(versionsOf(listModels(folder).models), [
    ['iris', '1'],
    ['model', '1'],
  ])
})

test('two models of one name are a problem of the one in the model folder itself', t => {
  const folder = folderOf(t, { 'model.onnx': '', 'model/1/model.onnx': '' })
  const { models } = listModels(folder)
  assert.deepEqual(
    models.map(({ problem }) => problem),
    ['a folder beside it has the name "model" too', null],
  )
})

test('the model folder may be one version of one model', t => {
  const { folder, model } = only(t, { 'model.onnx': '' }, 'azureml-models/iris/7')
  assert.equal(model.name, 'iris')
  assert.deepEqual(model.versions, [{ version: '7', file: join(folder, 'model.onnx') }])
})

test('the model folder may be the folder of one model with its versions', t => {
  const { model } = only(
    t,
    { '1/model.onnx': '', '2/model.onnx': '', 'config.pbtxt': 'version_policy { all {} }' },
    'iris',
  )
  assert.deepEqual(versionsOf([model]), [['iris', '1', '2']])
})

test('the version policy chooses', t => {
  const versions = { 'iris/1/model.onnx': '', 'iris/2/model.onnx': '', 'iris/10/model.onnx': '' }
  const chosen = (policy: string) =>
    only(t, { ...versions, 'iris/config.pbtxt': `version_policy ${policy}` }).model
  assert.deepEqual(versionsOf([chosen('{ all {} }')]), [['iris', '1', '2', '10']])
  assert.deepEqual(versionsOf([chosen('{ latest { num_versions: 2 } }')]), [['iris', '2', '10']])
  const specific = chosen('{ specific { versions: [ 10, 1, 3 ] } }')
  assert.deepEqual(versionsOf([specific]), [['iris', '1', '10']])
  assert.match(specific.warnings.join(), /config\.pbtxt: version_policy: there is no version 3$/)
  assert.match(
    chosen('{ specific { versions: 3 } }').problem ?? '',
    /config\.pbtxt: version_policy: it chooses no version; there is 1, 2, 10$/,
  )
})

test('default_model_filename names the file', t => {
  const files = { 'iris/1/a.onnx': '', 'iris/1/b.onnx': '' }
  const named = (name: string) =>
    only(t, { ...files, 'iris/config.json': JSON.stringify({ default_model_filename: name }) })
  const { folder, model } = named('b.onnx')
  assert.deepEqual(model.versions, [{ version: '1', file: join(folder, 'iris/1/b.onnx') }])
  const absent = named('c.onnx')
  assert.equal(
    absent.model.problem,
    `${join(absent.folder, 'iris/1/c.onnx')} cannot be read: ENOENT, it does not exist`,
  )
})

test('a configuration may lie beside the file of the newest version', t => {
  const { folder, model } = only(t, {
    'iris/1/model.onnx': '',
    'iris/2/model.onnx': '',
    'iris/2/config.pbtxt': 'max_batch_size: 8',
  })
  assert.equal(model.config.maxBatchSize, 8)
  assert.equal(model.configFolder, join(folder, 'iris/2'))
})

test('config.pbtxt weighs more than config.json, and that is said', t => {
  const { folder, model } = only(t, {
    'iris/model.onnx': '',
    'iris/config.pbtxt': 'max_batch_size: 8',
    'iris/config.json': '{"max_batch_size": 4}',
  })
  assert.equal(model.config.maxBatchSize, 8)
  assert.deepEqual(model.warnings, [
    `${join(folder, 'iris/config.json')} is ignored: config.pbtxt is beside it`,
  ])
})

test('a config.json of something else is not read, and that is said', t => {
  const { folder, model } = only(t, {
    'bert/model.onnx': '',
    'bert/config.json': '{"model_type": "bert", "hidden_size": 768}',
  })
  assert.equal(model.config.file, null)
  assert.deepEqual(model.warnings, [
    `${join(folder, 'bert/config.json')} is ignored: it has no field of a model configuration`,
  ])
})

test('what a configuration has too much is said, each once', t => {
  const { folder, model } = only(t, {
    'iris/model.onnx': '',
    'iris/config.pbtxt': '\nmax_batchsize: 8\nresponse_cache { enable: true }',
  })
  const file = join(folder, 'iris/config.pbtxt')
  assert.equal(model.problem, null)
  assert.deepEqual(model.warnings, [
    `${file}:2: unknown field max_batchsize; did you mean max_batch_size?`,
    `${file}: response_cache changes nothing here: answers are not cached`,
  ])
})

test('labels are the lines of their file', t => {
  const config = 'output { name: "y" label_filename: "labels.txt" } output { name: "z" }'
  const { model } = only(t, {
    'iris/1/model.onnx': '',
    'iris/config.pbtxt': config,
    'iris/labels.txt': '\uFEFFsetosa\r\n\nvirginica\n\n',
  })
  assert.deepEqual([...model.labels], [['y', ['setosa', '', 'virginica']]])
  const without = only(t, { 'iris/1/model.onnx': '', 'iris/config.pbtxt': config })
  assert.equal(
    without.model.problem,
    `${join(without.folder, 'iris/labels.txt')} cannot be read: ENOENT, it does not exist`,
  )
})

test('what is no model is listed as what it is', t => {
  const folder = folderOf(t, {
    'iris/1/model.onnx': '',
    'README.md': '',
    'config.json': '{}',
    '.git/model.onnx': '',
    'weights/1/weights.bin': '',
    'zero/0/model.onnx': '',
    empty: null,
  })
  symlinkSync('nowhere', join(folder, 'broken'))
  symlinkSync('circle', join(folder, 'circle'))
  const { models, others } = listModels(folder)
  assert.deepEqual(versionsOf(models), [['iris', '1']])
  const noModel =
    'a folder without a file that ends in .onnx, in itself or in a version: a whole number from 1 on'
  assert.deepEqual(
    others.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    [
      { path: join(folder, '.git'), what: 'a hidden folder' },
      { path: join(folder, 'README.md'), what: 'a file' },
      { path: join(folder, 'broken'), what: 'neither a folder nor a file' },
      { path: join(folder, 'circle'), what: 'neither a folder nor a file' },
      { path: join(folder, 'config.json'), what: 'a file' },
      { path: join(folder, 'empty'), what: noModel },
      { path: join(folder, 'weights'), what: noModel },
      { path: join(folder, 'zero'), what: noModel },
    ],
  )
})

test('links count as what they lead to, as in a Kubernetes volume', t => {
  const folder = folderOf(t, { '..2024/iris/1/model.onnx': '' })
  symlinkSync('..2024', join(folder, '..data'))
  symlinkSync('..data/iris', join(folder, 'iris'))
  const { models } = listModels(folder)
  assert.deepEqual(models[0]?.versions, [{ version: '1', file: join(folder, 'iris/1/model.onnx') }])
  assert.equal(models.length, 1)
})
