// Models by name and version, in folders made for each test.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ModelRepository } from '../../runtime/model/repository.ts'
import { withoutRights } from '../support/without-rights.ts'

/** An app root with these files; a path that ends in a slash is an empty folder. Gone after the test. */
function appRoot(t: TestContext, files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'scorehost-repository-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const file of files) {
    const path = join(root, file)
    mkdirSync(file.endsWith('/') ? path : dirname(path), { recursive: true })
    if (!file.endsWith('/')) writeFileSync(path, '')
  }
  return root
}

/** A repository on the usual model folder, and that folder. */
function usual(t: TestContext, files: readonly string[]) {
  const root = appRoot(t, files)
  const folder = join(root, 'azureml-models')
  return { root, folder, repository: new ModelRepository(folder, root) }
}

function missing(message: string) {
  return { code: 'ERR_MODEL_MISSING', message }
}

test('a missing version is the newest by number', t => {
  const { folder, repository } = usual(t, [
    'azureml-models/iris/9/',
    'azureml-models/iris/10/',
    'azureml-models/iris/1/',
  ])
  assert.equal(repository.modelPath('iris'), join(folder, 'iris/10'))
})

test('a version is taken as it is named, as text or number', t => {
  const { folder, repository } = usual(t, ['azureml-models/iris/9/', 'azureml-models/iris/10/'])
  assert.equal(repository.modelPath('iris', 9), join(folder, 'iris/9'))
  assert.equal(repository.modelPath('iris', '9'), join(folder, 'iris/9'))
})

test('a version that is no number comes before every number', t => {
  const { folder, repository } = usual(t, ['azureml-models/iris/1/', 'azureml-models/iris/stable/'])
  assert.equal(repository.modelPath('iris'), join(folder, 'iris/1'))
  assert.equal(repository.modelPath('iris', 'stable'), join(folder, 'iris/stable'))
})

test('a folder whose name is no number is the version only where it is asked for', t => {
  const { folder, repository } = usual(t, ['azureml-models/iris/weights/', 'azureml-models/iris/..data/'])
  assert.equal(repository.modelPath('iris'), join(folder, 'iris'))
  assert.equal(repository.modelPath('iris', 'weights'), join(folder, 'iris/weights'))
})

test('a file beside the versions is no version', t => {
  const { folder, repository } = usual(t, ['azureml-models/iris/1/', 'azureml-models/iris/99'])
  assert.equal(repository.modelPath('iris'), join(folder, 'iris/1'))
})

test('the model folder may be one version of one model', t => {
  const root = appRoot(t, ['azureml-models/iris/7/model.onnx'])
  const folder = join(root, 'azureml-models/iris/7')
  const repository = new ModelRepository(folder, root)
  assert.equal(repository.modelPath('iris'), folder)
  assert.equal(repository.modelPath('iris', 7), folder)
  assert.equal(repository.onnxFile('iris'), join(folder, 'model.onnx'))
  assert.throws(() => repository.modelPath('iris', 8), { code: 'ERR_MODEL_MISSING' })
  assert.throws(() => repository.modelPath('digits'), { code: 'ERR_MODEL_MISSING' })
})

test('a model without versions is its own folder', t => {
  const { folder, repository } = usual(t, ['azureml-models/iris/model.onnx'])
  assert.equal(repository.modelPath('iris'), join(folder, 'iris'))
})

test('a model may lie in the app root, after the model folder', t => {
  const { root, folder, repository } = usual(t, ['iris/model.onnx', 'azureml-models/digits/1/', 'digits/'])
  assert.equal(repository.modelPath('iris'), join(root, 'iris'))
  assert.equal(repository.modelPath('digits'), join(folder, 'digits/1'))
})

test('a version that is asked for is never replaced by another', t => {
  const { folder, repository } = usual(t, ['iris/', 'azureml-models/iris/1/', 'azureml-models/iris/2/'])
  assert.throws(
    () => repository.modelPath('iris', 3),
    missing(
      `There is no model "iris" version 3; looked at ${join(folder, 'iris/3')}, ${folder}; there is iris (1, 2)`,
    ),
  )
})

test('a model that is nowhere is refused with every path looked at and with what is there', t => {
  const { root, folder, repository } = usual(t, ['azureml-models/digits/1/', 'azureml-models/empty/'])
  assert.throws(
    () => repository.modelPath('iris'),
    missing(
      `There is no model "iris"; looked at ${join(folder, 'iris/{version}')}, ${folder}, ${join(folder, 'iris')}, ` +
        `${join(root, 'iris')}; there is digits (1), empty (no versions)`,
    ),
  )
})

test('a model folder that is not there, or has nothing, is said so', t => {
  const absent = usual(t, [])
  assert.throws(() => absent.repository.modelPath('iris'), {
    message: new RegExp(`; the model folder ${absent.folder} does not exist$`),
  })
  const bare = usual(t, ['azureml-models/'])
  assert.throws(() => bare.repository.modelPath('iris'), {
    message: /; the model folder azureml-models has no folders$/,
  })
})

test('model.onnx is the file, whatever else is there', t => {
  const { folder, repository } = usual(t, [
    'azureml-models/iris/1/a.onnx',
    'azureml-models/iris/1/model.onnx',
    'azureml-models/iris/1/model.onnx.data',
  ])
  assert.equal(repository.onnxFile('iris'), join(folder, 'iris/1/model.onnx'))
})

test('the only file that ends in .onnx is the file', t => {
  const { folder, repository } = usual(t, [
    'azureml-models/iris/1/net.onnx',
    'azureml-models/iris/1/notes.txt',
  ])
  assert.equal(repository.onnxFile('iris', 1), join(folder, 'iris/1/net.onnx'))
})

test('several .onnx files without a model.onnx, and none, are refused with the reason', t => {
  const { folder, repository } = usual(t, [
    'azureml-models/two/1/a.onnx',
    'azureml-models/two/1/b.onnx',
    'azureml-models/none/1/weights.bin',
  ])
  assert.throws(
    () => repository.onnxFile('two'),
    missing(
      `There is no ONNX model in ${join(folder, 'two/1')}: it has 2 files that end in .onnx and none is model.onnx`,
    ),
  )
  assert.throws(
    () => repository.onnxFile('none'),
    missing(`There is no ONNX model in ${join(folder, 'none/1')}: it has no file that ends in .onnx`),
  )
})

test('a model may be a file by itself', t => {
  const { folder, repository } = usual(t, ['azureml-models/iris.onnx'])
  assert.equal(repository.onnxFile('iris.onnx'), join(folder, 'iris.onnx'))
})

test('missing rights are no missing model: the message has the path and the user', t => {
  const { root, folder, repository } = usual(t, ['azureml-models/iris/1/model.onnx'])
  chmodSync(root, 0o755)
  const refusal = (path: string) => {
    chmodSync(path, 0)
    try {
      return withoutRights(() => {
        try {
          return repository.onnxFile('iris')
        } catch (thrown) {
          return thrown instanceof Error && 'code' in thrown && `${thrown.code}: ${thrown.message}`
        }
      })
    } finally {
      chmodSync(path, 0o755)
    }
  }
  const uid = withoutRights(() => process.geteuid?.())
  const denied = (path: string) =>
    `ERR_MODEL_LOAD: ${path} cannot be read: EACCES, permission denied to uid ${uid}`
  assert.equal(refusal(folder), denied(join(folder, 'iris')))
  assert.equal(refusal(join(folder, 'iris')), denied(join(folder, 'iris')))
  assert.equal(refusal(join(folder, 'iris/1')), denied(join(folder, 'iris/1')))
  assert.equal(refusal(join(folder, 'iris/1/model.onnx')), denied(join(folder, 'iris/1/model.onnx')))
})
