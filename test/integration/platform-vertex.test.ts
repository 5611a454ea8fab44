// Vertex AI's variables: what is missing, what cannot be, and what decides.

import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { describe, it } from 'node:test'
import { freePort } from '../support/listener.ts'
import { predictAt } from '../support/predict.ts'
import { repositoryPath, runCli, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PREDICT = '/v1/endpoints/7/deployedModels/8:predict'
const HEALTH = '/v1/endpoints/7/deployedModels/8'
const VERTEX = { AIP_MODE: 'PREDICTION', AIP_HEALTH_ROUTE: HEALTH, AIP_PREDICT_ROUTE: PREDICT }

describe('on Vertex AI the program ends with 2', () => {
  for (const missing of ['AIP_HEALTH_ROUTE', 'AIP_PREDICT_ROUTE'] as const)
    it(`without ${missing}`, async () => {
      const { exitCode, stderr } = await runCli(['serve'], { ...VERTEX, [missing]: '' })
      assert.equal(exitCode, 2)
      assert.match(stderr, new RegExp(`^scorehost: [^\\n]*AIP_MODE but no ${missing}[^\\n]*$`))
    })

  it('where the models are in a bucket, and says the ways that there are', async () => {
    const { exitCode, stderr } = await runCli(['serve'], { ...VERTEX, AIP_STORAGE_URI: 'gs://bucket/models' })
    assert.equal(exitCode, 2)
    assert.match(
      stderr,
      /^scorehost: [^\n]*gs:\/\/bucket\/models \(environment AIP_STORAGE_URI\)[^\n]*COPY[^\n]*FUSE[^\n]*AZUREML_MODEL_DIR$/,
    )
  })
})

it('AIP_STORAGE_URI as a folder is what is served, at the port and the routes that it names', async t => {
  const models = temporaryFolder(t)
  cpSync(repositoryPath('samples/iris/azureml-models'), models, { recursive: true })
  const port = await freePort()
  await using runtime = await startReady({
    module: temporaryFolder(t),
    words: ['serve'],
    env: {
      ...VERTEX,
      AIP_STORAGE_URI: models,
      AIP_HTTP_PORT: `${port}`,
      PORT: '1',
      SCOREHOST_LOG_FORMAT: 'json',
      WORKER_COUNT: '1',
    },
  })
  assert.equal(runtime.port, port)
  assert.ok(runtime.log.some(({ msg }) => msg.endsWith('(environment AIP_HTTP_PORT)')))
  assert.equal((await fetch(runtime.url + HEALTH)).status, 200)
  const { status, text } = await predictAt(runtime.url + PREDICT, [[5.1, 3.5, 1.4, 0.2]])
  assert.equal(status, 200)
  assert.match(text, /^\{"predictions":\[\{.*"label":0/)
})
