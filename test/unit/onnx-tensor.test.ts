// Half precision goes into ONNX Runtime and comes out of it, on a Node with a Float16Array and on one without.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { LoadedOnnxModel } from '../../runtime/model/onnx-model.ts'
import { bits, onnxTensor } from '../../runtime/model/onnx-tensor.ts'
import { createSession } from '../../runtime/model/sessions.ts'
import type { TensorData } from '../../runtime/tensor.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const FLOAT16 = 10
// 1, -2 and 65504, the largest
const HALVES = Uint16Array.of(0x3c00, 0xc000, 0x7bff)

const { encodeModel, node, value } = await import(
  pathToFileURL(repositoryPath('samples/training/onnx.mjs')).href
)

/** A model that gives back what it is given. */
function identity(folder: string): string {
  const file = join(folder, 'model.onnx')
  const model = {
    nodes: [node('Identity', ['x'], ['y'])],
    constants: [],
    inputs: [value('x', FLOAT16, ['N'])],
    outputs: [value('y', FLOAT16, ['N'])],
  }
  writeFileSync(file, encodeModel('identity', model))
  return file
}

test('the bits of half precision come back from a session', async t => {
  const session = await createSession(identity(temporaryFolder(t)), 1)
  const { y } = await session.run({ x: onnxTensor('float16', HALVES, [3]) })
  assert.deepEqual(bits(y?.data as TensorData), HALVES)
})

test('a score module may give half precision as its bits', async t => {
  const model = await LoadedOnnxModel.load(identity(temporaryFolder(t)), 1)
  const { y } = await model.run({ x: HALVES })
  assert.deepEqual(bits(y as TensorData), HALVES)
})
