// The size of a model's files, as far as they are its own.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { modelFileBytes } from '../../runtime/model/model-file-bytes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A model folder with files of so many bytes. */
function folderWith(t: TestContext, files: Readonly<Record<string, number>>): string {
  const folder = temporaryFolder(t)
  for (const [path, size] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), new Uint8Array(size))
  }
  return folder
}

test('the ONNX file and its external data count, and what else lies there does not', t => {
  const folder = folderWith(t, {
    'm/model/model.onnx': 3,
    'm/model/model.onnx.data': 40,
    'm/model/model.onnx_data_1': 500,
    'm/model/pytorch_model.bin': 6000,
    'm/model/tokenizer.json': 70_000,
  })
  assert.equal(modelFileBytes(folder, 'm', 'model'), 543)
})

test('of several versions those count that would be served', t => {
  const files = { 'm/1/model.onnx': 3, 'm/2/other.onnx': 40 }
  assert.equal(modelFileBytes(folderWith(t, files), 'm', ''), 43)
  const folder = folderWith(t, files)
  writeFileSync(join(folder, 'm/config.json'), '{"version_policy":{"latest":{"num_versions":1}}}')
  assert.equal(modelFileBytes(folder, 'm', ''), 40)
})

test('what is no model, or lies elsewhere, has no size', t => {
  const folder = folderWith(t, { 'in/m/model.onnx': 3, 'm/model.onnx': 3, 'broken/config.pbtxt': 1 })
  for (const name of ['nobody', '..', '../m', '.', '', 'broken', 'a\0b', 'n'.repeat(1000)])
    assert.equal(modelFileBytes(join(folder, 'in'), name, ''), 0, JSON.stringify(name))
})
