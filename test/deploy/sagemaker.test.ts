// deploy/sagemaker against the vendor's specification of CloudFormation resources, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SETTINGS } from '../../runtime/settings-table.ts'
import { problemsOf, Template } from './cloudformation.ts'
import { fittingDocument, given } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { APP_ROOT, emptyAppRoot } from './image.ts'
import { INPUT, modelFolder } from './iris.ts'
import { exercise } from './service.ts'

/** Of one resource what is used here. */
interface ModelProperties {
  readonly PrimaryContainer: {
    readonly Image: string
    readonly Environment: Readonly<Record<string, string>>
  }
}
interface EndpointConfigProperties {
  readonly ProductionVariants: readonly { readonly ContainerStartupHealthCheckTimeoutInSeconds: number }[]
}

const template = fittingDocument('sagemaker/template.yaml', Template)
const { Model, EndpointConfig } = template.Resources
const { PrimaryContainer } = given(Model, 'the model').Properties as unknown as ModelProperties // true: checked below
const { ProductionVariants } = given(EndpointConfig, 'the configuration')
  .Properties as unknown as EndpointConfigProperties // true: checked below

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html */
const PORT = 8080
const MOUNT = '/opt/ml/model'
const GRACE_SECONDS = 30
const REQUEST_TIMEOUT_MS = 60_000

/** What SageMaker makes of the template: it starts the image with `serve`, asks for `/ping` and sends to `/invocations`. */
const DEPLOYED: Deployed = {
  env: { ...PrimaryContainer.Environment, SAGEMAKER_BIND_TO_PORT: String(PORT) },
  args: ['serve'],
  port: PORT,
  portIs: 'SAGEMAKER_BIND_TO_PORT',
  liveness: '/ping',
  readiness: '/ping',
  graceSeconds: GRACE_SECONDS,
}

describe('deploy/sagemaker', () => {
  it('fits the specification', () => assert.deepEqual(problemsOf(template), []))

  for (const [what, properties, problem] of [
    ['an unknown property', { Name: 'x' }, 'Model.Name: is unknown'],
    ['another type', { EnableNetworkIsolation: 'yes' }, 'Model.EnableNetworkIsolation: is no boolean'],
    ['a deeper one', { PrimaryContainer: { Imagee: 'x' } }, 'Model.PrimaryContainer.Imagee: is unknown'],
    ['a parameter that is not there', { ModelName: { Ref: 'Nothing' } }, 'Model.ModelName: no Nothing'],
    [
      'an attribute that is not there',
      { ModelName: { 'Fn::GetAtt': ['Model', 'Arn'] } },
      'Model.ModelName: no Model.Arn',
    ],
  ] as const)
    it(`${what} would not fit it`, () => {
      const Resources = { Model: { Type: 'AWS::SageMaker::Model', Properties: properties } }
      assert.deepEqual(problemsOf({ ...template, Resources }), [problem])
    })

  it('waits for the runtime, so that its own timeouts are the ones that fire', () => {
    assert(Number(PrimaryContainer.Environment['SCORING_TIMEOUT_MS']) < REQUEST_TIMEOUT_MS)
    for (const { ContainerStartupHealthCheckTimeoutInSeconds } of ProductionVariants)
      assert(ContainerStartupHealthCheckTimeoutInSeconds * 1000 > SETTINGS.initTimeoutMs.default)
    const drainMs = SETTINGS.drainDelayMs.default + SETTINGS.drainTimeoutMs.default
    assert(GRACE_SECONDS * 1000 > drainMs)
  })

  it('serves a model, and says how batches are to be sent', t =>
    exercise(t, DEPLOYED, { [APP_ROOT]: emptyAppRoot(t), [MOUNT]: modelFolder(t) }, async ({ get, post }) => {
      assert.deepEqual(Object(await post('/invocations', INPUT)).label, [0])
      const parameters = await get('/execution-parameters')
      assert.equal(parameters.status, 200)
      assert.equal(JSON.parse(parameters.text).BatchStrategy, 'MULTI_RECORD')
    }))
})
