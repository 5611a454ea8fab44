// Models that cannot be served: each is listed with its problem, and stops no other.

import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { listModels } from '../../runtime/model/model-list.ts'
import { folderOf, only, versionsOf } from '../support/model-folder.ts'
import { withoutRights } from '../support/without-rights.ts'

test('a bad model is listed with its problem and stops no other', t => {
  const folder = folderOf(t, {
    'good/1/model.onnx': '',
    'syntax/1/model.onnx': '',
    'syntax/config.pbtxt': 'max_batch_size: {',
    'platform/1/model.onnx': '',
    'platform/config.pbtxt': 'platform: "pytorch_libtorch"',
    'json/1/model.onnx': '',
    'json/config.json': '{',
    'renamed/1/model.onnx': '',
    'renamed/config.pbtxt': 'name: "other"',
    'ambiguous/1/a.onnx': '',
    'ambiguous/1/b.onnx': '',
    'empty-version/1/model.onnx': '',
    'empty-version/2': null,
    'no-version/config.pbtxt': '',
  })
  const { models } = listModels(folder)
  const problems = Object.fromEntries(models.map(({ name, problem }) => [name, problem]))
  assert.match(problems['json'] ?? '', /json\/config\.json: it is not JSON: /)
  assert.deepEqual(
    { ...problems, json: '' },
    {
      json: '',
      good: null,
      syntax: `${folder}/syntax/config.pbtxt:1: column 18: expected a field name or "}", found the end of the text`,
      platform: `${folder}/platform/config.pbtxt:1: platform: "pytorch_libtorch" is not served here; it would have to be onnxruntime_onnx or onnxruntime`,
      renamed: `${folder}/renamed/config.pbtxt: name: "other" is not the name of its folder, "renamed"`,
      ambiguous: `there is no ONNX model in ${folder}/ambiguous/1: it has 2 files that end in .onnx and none is model.onnx`,
      'empty-version': `there is no ONNX model in ${folder}/empty-version/2: it has no file that ends in .onnx`,
      'no-version': `${folder}/no-version has neither a version folder nor a file that ends in .onnx`,
    },
  )
  assert.deepEqual(
    versionsOf(models.filter(({ problem }) => problem !== null))
      .flat()
      .toSorted(),
    ['1', 'ambiguous', 'empty-version', 'json', 'no-version', 'platform', 'renamed', 'syntax'],
    'what can be served of them is',
  )
})

test('of several versions the bad one is a problem, and the others are served', t => {
  const { folder, model } = only(t, {
    'iris/1/model.onnx': '',
    'iris/2': null,
    'iris/config.pbtxt': 'version_policy { all {} }',
  })
  assert.deepEqual(versionsOf([model]), [['iris', '1']])
  assert.equal(
    model.problem,
    `there is no ONNX model in ${join(folder, 'iris/2')}: it has no file that ends in .onnx`,
  )
})

test('an empty model folder has no models, and one that cannot be read is a problem', t => {
  const folder = folderOf(t, {})
  assert.deepEqual(listModels(folder), { models: [], others: [], problem: null })
  const absent = join(folder, 'absent')
  assert.equal(listModels(absent).problem, `${absent} cannot be read: ENOENT, it does not exist`)
  writeFileSync(absent, '')
  assert.match(listModels(absent).problem ?? '', /absent cannot be read: ENOTDIR/)
})

test('missing rights are a problem with the path and the user', t => {
  const folder = folderOf(t, {
    'a-model/1/model.onnx': '',
    'b-version/1/model.onnx': '',
    'c-file/1/model.onnx': '',
    'd-config/1/model.onnx': '',
    'd-config/config.pbtxt': '',
    'good/1/model.onnx': '',
  })
  chmodSync(dirname(folder), 0o755)
  const locked = ['a-model', 'b-version/1', 'c-file/1/model.onnx', 'd-config/config.pbtxt'].map(path =>
    join(folder, path),
  )
  for (const path of locked) chmodSync(path, 0)
  const { models, uid } = withoutRights(() => ({ ...listModels(folder), uid: process.geteuid?.() }))
  // or the folder cannot be removed
  for (const path of locked) chmodSync(path, 0o700)
  assert.deepEqual(
    models.map(({ problem }) => problem),
    [...locked.map(path => `${path} cannot be read: EACCES, permission denied to uid ${uid}`), null],
  )
})
