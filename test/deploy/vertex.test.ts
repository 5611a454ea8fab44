// deploy/vertex against what the vendor documents, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { documentOf, fittingDocument, problemsWith, variables } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { APP_ROOT } from './image.ts'
import { appRootWithModel, INSTANCES } from './iris.ts'
import { exercise } from './service.ts'
import { DeployModelRequest, UploadModelRequest } from './vertex-schema.ts'

const UPLOAD_FILE = 'vertex/upload-model.json'
const { containerSpec } = fittingDocument(UPLOAD_FILE, UploadModelRequest).model
const env = variables(containerSpec.env)
const [port] = containerSpec.ports

/**
 * What the platform adds, of the file and of its own.
 *
 * @see https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#aip-variables
 */
const INJECTED = {
  AIP_MODE: 'PREDICTION',
  AIP_MODE_VERSION: '1.0.0',
  AIP_FRAMEWORK: 'CUSTOM_CONTAINER',
  AIP_HTTP_PORT: String(port.containerPort),
  AIP_HEALTH_ROUTE: containerSpec.healthRoute,
  AIP_PREDICT_ROUTE: containerSpec.predictRoute,
  AIP_STORAGE_URI: '',
}
/** Nothing is documented. */
const GRACE_SECONDS = 10
const REQUEST_TIMEOUT_MS = 60_000

const DEPLOYED: Deployed = {
  env: { ...env, ...INJECTED },
  ...(containerSpec.args === undefined ? {} : { args: containerSpec.args }),
  port: port.containerPort,
  portIs: 'AIP_HTTP_PORT',
  liveness: containerSpec.healthRoute,
  readiness: containerSpec.healthRoute,
  graceSeconds: GRACE_SECONDS,
}

describe('deploy/vertex', () => {
  it('sends all of the traffic to what it deploys', () => {
    const { deployedModel, trafficSplit } = fittingDocument('vertex/deploy-model.json', DeployModelRequest)
    const { minReplicaCount, maxReplicaCount = minReplicaCount } = deployedModel.dedicatedResources
    assert(maxReplicaCount >= minReplicaCount)
    assert.deepEqual(trafficSplit, { 0: 100 })
  })

  it('ends a request before the platform does', () =>
    assert(Number(env['SCORING_TIMEOUT_MS']) < REQUEST_TIMEOUT_MS))

  it('the schema refuses variables of the platform and keys that nobody knows', () => {
    const file = Object(documentOf(UPLOAD_FILE))
    for (const change of [
      { env: [{ name: 'AIP_MODE', value: 'x' }] },
      { port: 8080 },
      { predictRoute: 'predict' },
    ]) {
      const model = { ...file.model, containerSpec: { ...containerSpec, ...change } }
      assert.notDeepEqual(problemsWith(UploadModelRequest, { model }), [], JSON.stringify(change))
    }
  })

  it('serves a model of the image', t =>
    exercise(t, DEPLOYED, { [APP_ROOT]: appRootWithModel(t) }, async ({ post }) => {
      assert.equal(Object(await post(containerSpec.predictRoute, INSTANCES)).predictions.length, 1)
    }))
})
