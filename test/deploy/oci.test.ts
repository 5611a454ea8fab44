// deploy/oci against the types of the vendor's SDK and the limits that its documents state, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { models } from 'oci-datascience'
import { SETTINGS } from '../../runtime/settings-table.ts'
import { documentOf, given } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { APP_ROOT, emptyAppRoot } from './image.ts'
import { INPUT, modelFolder } from './iris.ts'
import { exercise } from './service.ts'
import { misfits } from './vendor-types.ts'

const FILE = documentOf('oci/configuration.json')
const { environmentConfigurationDetails } = FILE as models.SingleModelDeploymentConfigurationDetails // true: checked below
const container = environmentConfigurationDetails as models.OcirModelDeploymentEnvironmentConfigurationDetails // true: likewise
const env = given(container.environmentVariables, 'the variables')

const MODELS = `import('oci-datascience').models`
/** The kind of each part stands in the part, as a text that the SDK's interfaces leave open and its constants name. */
const TYPE = `${MODELS}.SingleModelDeploymentConfigurationDetails & {
  deploymentType: typeof ${MODELS}.SingleModelDeploymentConfigurationDetails.deploymentType
  modelConfigurationDetails: {
    scalingPolicy: ${MODELS}.FixedSizeScalingPolicy & { policyType: typeof ${MODELS}.FixedSizeScalingPolicy.policyType }
  }
  environmentConfigurationDetails: ${MODELS}.OcirModelDeploymentEnvironmentConfigurationDetails & {
    environmentConfigurationType:
      typeof ${MODELS}.OcirModelDeploymentEnvironmentConfigurationDetails.environmentConfigurationType
  }
}`

/**
 * What the platform adds. The names may not be set by the user.
 *
 * @see https://docs.oracle.com/en-us/iaas/data-science/using/mod-dep-byoc-variables.htm
 */
const INJECTED = {
  MODEL_DEPLOYMENT_OCID: 'ocid1.datasciencemodeldeployment.oc1..test',
  TENANCY_OCID: 'ocid1.tenancy.oc1..test',
  CONTAINER_CUSTOM_IMAGE: container.image ?? '',
}
const MOUNT = '/opt/ds/model/deployed_model'
/** Nothing is documented. */
const GRACE_SECONDS = 10
/** @see https://docs.oracle.com/en-us/iaas/data-science/using/model-dep-invoke.htm */
const REQUEST_TIMEOUT_MS = 60_000

const bytes = (texts: readonly string[]) => Buffer.byteLength(texts.join(''))

/** What the platform makes of the file: it asks for `/health` and sends requests to `/predict`. */
const DEPLOYED: Deployed = {
  env: { ...env, ...INJECTED },
  args: [...(container.entrypoint ?? []), ...given(container.cmd, 'the command')],
  port: given(container.serverPort, 'the port'),
  portIs: 'SCOREHOST_PORT',
  liveness: '/health',
  readiness: '/health',
  graceSeconds: GRACE_SECONDS,
}

describe('deploy/oci', () => {
  it('fits the types of the SDK', t => assert.deepEqual(misfits(t, FILE, TYPE), []))

  for (const [what, change] of [
    ['an unknown key', { port: 8080 }],
    ['another kind', { deploymentType: 'MODEL_GROUP' }],
    ['no model', { modelConfigurationDetails: undefined }],
  ] as const)
    it(`${what} would not fit them`, t =>
      assert.notDeepEqual(misfits(t, { ...Object(FILE), ...change }, TYPE), []))

  it('has ports that may be opened, and the health check asks the one that answers', () => {
    const { serverPort = 0, healthCheckPort } = container
    assert(serverPort >= 1024 && serverPort <= 65_535)
    assert(![24_224, 8446, 8447].includes(serverPort))
    assert.equal(String(healthCheckPort), env['SCOREHOST_HEALTH_PORT'] ?? String(serverPort))
  })

  it('has variables that may be set, and not too many', () => {
    for (const name of Object.keys(env)) {
      assert.match(name, /^[A-Za-z]\w{0,29}[A-Za-z0-9]$/)
      assert(!Object.keys(INJECTED).includes(name), `${name} is the platform's`)
    }
    assert(bytes(Object.entries(env).flat()) <= 2048)
  })

  it('ends a request before the platform does', () =>
    assert(Number(env['SCORING_TIMEOUT_MS']) < REQUEST_TIMEOUT_MS))

  it('has a command that is short enough', () =>
    assert(bytes([...(container.cmd ?? []), ...(container.entrypoint ?? [])]) <= 2048))

  it('every setting of the runtime has a name that may be set', () => {
    const names: string[] = Object.values(SETTINGS).flatMap(({ env: names }) => [...names])
    for (const name of names.filter(one => one.startsWith('SCOREHOST_')))
      assert.match(name, /^[A-Za-z]\w{0,29}[A-Za-z0-9]$/)
  })

  it('serves a model of the catalogue', t =>
    exercise(t, DEPLOYED, { [APP_ROOT]: emptyAppRoot(t), [MOUNT]: modelFolder(t) }, async ({ post }) => {
      assert.deepEqual(Object(await post('/predict', INPUT)).label, [0])
    }))
})
