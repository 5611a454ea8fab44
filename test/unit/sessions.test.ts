// Sessions of ONNX Runtime that a score module and the models share.

import assert from 'node:assert/strict'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { LoadedOnnxModel } from '../../runtime/model/onnx-model.ts'
import { loadOnnxRuntime, sharedSession } from '../../runtime/model/sessions.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** `y` is `x` and one. */
const FILE = repositoryPath('test/fixtures/one-model/azureml-models/plus/1/model.onnx')

test('a file has one session, however often it is asked for', async () => {
  const [first, second] = await Promise.all([sharedSession(FILE, 1), sharedSession(FILE, 1)])
  assert.equal(first, second)
  assert.equal((await LoadedOnnxModel.load(FILE, 1)).session, first)
})

test('a model that a score module releases is gone for it, and serves on for others', async () => {
  const served = await sharedSession(FILE, 1)
  const model = await LoadedOnnxModel.load(FILE, 1)
  const other = await LoadedOnnxModel.load(FILE, 1)
  await model.release()
  await model.release()
  await assert.rejects(model.run({ x: [[1, 2]] }), /the model was released/)
  assert.deepEqual(await other.run({ x: [[1, 2]] }), { y: [[2, 3]] })
  const { Tensor } = loadOnnxRuntime()
  const { y } = await served.run({ x: new Tensor('float32', Float32Array.of(5, 6), [1, 2]) })
  assert.deepEqual([...((y?.data as Float32Array | undefined) ?? [])], [6, 7]) // true: the output is FP32
})

test('options of its own make a session of its own, which release() ends', async () => {
  const own = await LoadedOnnxModel.load(FILE, 1, { threads: 2 })
  assert.notEqual(own.session, await sharedSession(FILE, 1))
  await own.release()
  await assert.rejects(own.run({ x: [[1, 2]] }), /the model was released/)
  assert.deepEqual(await (await LoadedOnnxModel.load(FILE, 1)).run({ x: [[1, 2]] }), { y: [[2, 3]] })
})

test('a file that was broken is tried again', async t => {
  const file = join(temporaryFolder(t), 'model.onnx')
  writeFileSync(file, 'this is no model')
  await assert.rejects(sharedSession(file, 1), /model\.onnx/)
  copyFileSync(FILE, file)
  await sharedSession(file, 1)
})
