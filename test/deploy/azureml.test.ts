// deploy/azureml against what the vendor documents, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SETTINGS } from '../../runtime/settings-table.ts'
import {
  KubernetesDeployment,
  KubernetesEndpoint,
  ManagedDeployment,
  ManagedEndpoint,
} from './azureml-schema.ts'
import { documentOf, fittingDocument, problemsWith } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { APP_ROOT } from './image.ts'
import { appRootWithModel, INPUT } from './iris.ts'
import { exercise } from './service.ts'

/** How long a pod has after SIGTERM: the default of Kubernetes, which either kind of endpoint runs on. */
const GRACE_SECONDS = 30

const KINDS = [
  {
    kind: 'managed',
    endpoint: () => fittingDocument('azureml/managed-endpoint.yaml', ManagedEndpoint),
    deployment: () => fittingDocument('azureml/managed-deployment.yaml', ManagedDeployment),
  },
  {
    kind: 'Kubernetes',
    endpoint: () => fittingDocument('azureml/kubernetes-endpoint.yaml', KubernetesEndpoint),
    deployment: () => fittingDocument('azureml/kubernetes-deployment.yaml', KubernetesDeployment),
  },
]

type Deployment = ReturnType<(typeof KINDS)[number]['deployment']>

/**
 * What AzureML makes of the file: a registered model is mounted below the app root, and this variable says where.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-deploy-custom-container
 */
function deployedBy({ environment, environment_variables, model }: Deployment): Deployed {
  const { liveness_route, readiness_route, scoring_route } = environment.inference_config
  assert.deepEqual([liveness_route.port, readiness_route.port], [scoring_route.port, scoring_route.port])
  const [, name, version] = model?.split(':') ?? []
  return {
    env: { AZUREML_MODEL_DIR: `${APP_ROOT}/azureml-models/${name}/${version}`, ...environment_variables },
    port: scoring_route.port,
    portIs: null,
    liveness: liveness_route.path,
    readiness: readiness_route.path,
    graceSeconds: GRACE_SECONDS,
  }
}

for (const { kind, endpoint, deployment } of KINDS)
  describe(`deploy/azureml, ${kind} endpoint`, () => {
    it('fits the schemas', () => assert.equal(deployment().endpoint_name, endpoint().name))

    it('waits for the runtime, so that its own timeouts are the ones that fire', () => {
      const { request_settings, readiness_probe } = deployment()
      assert(request_settings.request_timeout_ms > SETTINGS.scoringTimeoutMs.default)
      const { initial_delay, period, failure_threshold } = readiness_probe
      assert((initial_delay + period * failure_threshold) * 1000 > SETTINGS.initTimeoutMs.default)
      const drainMs = SETTINGS.drainDelayMs.default + SETTINGS.drainTimeoutMs.default
      assert(GRACE_SECONDS * 1000 > drainMs)
    })

    it('serves a registered model', t =>
      exercise(t, deployedBy(deployment()), { [APP_ROOT]: appRootWithModel(t) }, async ({ post }) => {
        const { path } = deployment().environment.inference_config.scoring_route
        assert.deepEqual(Object(await post(path, INPUT)).label, [0])
      }))
  })

it('the schemas for AzureML refuse what the CLI refuses', () => {
  const file = documentOf('azureml/managed-deployment.yaml')
  for (const change of [
    { replicas: 1 },
    { instance_type: undefined },
    { name: '1st' },
    { instance_count: '1' },
  ])
    assert.notDeepEqual(
      problemsWith(ManagedDeployment, { ...Object(file), ...change }),
      [],
      JSON.stringify(change),
    )
})
