// The model that is deployed in these tests: the flowers, as files and as a request.

import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const FLOWER = [5.1, 3.5, 1.4, 0.2]
const MODELS = repositoryPath('samples/iris/azureml-models')

/** A body that the model scores at any route without an envelope of its own. */
export const INPUT = { input: [FLOWER] }
/** The same for Vertex AI and the V1 protocol. */
export const INSTANCES = { instances: [FLOWER] }

/** A folder with `iris/1/model.onnx`, as an archive or a volume holds it. */
export function modelFolder(t: TestContext): string {
  const folder = temporaryFolder(t)
  cpSync(MODELS, folder, { recursive: true })
  return folder
}

/** A folder with `model.onnx`, as KServe fetches one model. */
export function oneModelFolder(t: TestContext): string {
  const folder = temporaryFolder(t)
  cpSync(join(MODELS, 'iris/1'), folder, { recursive: true })
  return folder
}

/** An app root with `azureml-models`, as AzureML mounts a registered model and as an image of one's own has it. */
export function appRootWithModel(t: TestContext): string {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'azureml-models'))
  cpSync(MODELS, join(folder, 'azureml-models'), { recursive: true })
  return folder
}
