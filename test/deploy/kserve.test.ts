// deploy/kserve against KServe's types and Kubernetes' schema of a container, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type IContainer, Pod } from 'kubernetes-models/v1'
import { documentOf, fittingDocument, given, problemsWith, variables } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { APP_ROOT, emptyAppRoot } from './image.ts'
import { INSTANCES, oneModelFolder } from './iris.ts'
import { InferenceService, ServingRuntime } from './kserve-schema.ts'
import { exercise } from './service.ts'
import { misfits } from './vendor-types.ts'

const RUNTIME_FILE = 'kserve/serving-runtime.yaml'
const runtime = fittingDocument(RUNTIME_FILE, ServingRuntime)
const { metadata, spec } = fittingDocument('kserve/inference-service.yaml', InferenceService)
const container = runtime.spec.containers[0] as IContainer // true: a test below checks it
const { model } = spec.predictor

/** Where KServe puts what it fetches. */
const MODELS = '/mnt/models'
/** That of Kubernetes; Knative gives a pod as long as a request may take, 300 s. */
const GRACE_SECONDS = 30
/** @see https://github.com/knative/serving/blob/main/pkg/networking/constants.go */
const KNATIVE_PORTS = [8012, 8013, 8022, 8112, 9090, 9091]

const pathOf = (probe: typeof container.livenessProbe) => given(probe?.httpGet?.path, 'the path of a probe')

/** What KServe makes of the two, with the name of the InferenceService in place of the template. */
function deployed(): Deployed {
  const [port] = container.ports ?? []
  return {
    env: variables(container.env),
    args: (container.args ?? []).map(word => word.replace('{{.Name}}', metadata.name)),
    port: given(port?.containerPort, 'the port'),
    portIs: '--http_port',
    liveness: pathOf(container.livenessProbe),
    readiness: pathOf(container.readinessProbe),
    graceSeconds: GRACE_SECONDS,
  }
}

describe('deploy/kserve', () => {
  it('has a container as Kubernetes knows it', t => {
    new Pod({ metadata: { name: 'checked' }, spec: { containers: [container] } }).validate()
    assert.deepEqual(misfits(t, container, `import('kubernetes-models/v1').IContainer`), [])
  })

  it('has a runtime for what the service asks for', () => {
    assert.equal(model.runtime, runtime.metadata.name)
    assert(runtime.spec.supportedModelFormats.some(({ name }) => name === model.modelFormat.name))
    assert(runtime.spec.protocolVersions.includes(model.protocolVersion))
  })

  it('is probed at its own port, which is none of Knative', () => {
    const { port } = deployed()
    assert.deepEqual(
      [container.livenessProbe?.httpGet?.port, container.readinessProbe?.httpGet?.port],
      [port, port],
    )
    assert(!KNATIVE_PORTS.includes(port))
  })

  it('is allowed where pods are restricted', () => {
    assert.equal(container.securityContext?.runAsNonRoot, true)
    assert.equal(container.securityContext?.allowPrivilegeEscalation, false)
    assert.deepEqual(container.securityContext?.capabilities, { drop: ['ALL'] })
  })

  it('the schema refuses keys that KServe does not know', () => {
    const file = Object(documentOf(RUNTIME_FILE))
    assert.notDeepEqual(
      problemsWith(ServingRuntime, { ...file, spec: { ...file.spec, protocols: ['v1'] } }),
      [],
    )
  })

  it('serves the model by both protocols', t =>
    exercise(
      t,
      deployed(),
      { [APP_ROOT]: emptyAppRoot(t), [MODELS]: oneModelFolder(t) },
      async ({ get, post }) => {
        const v1 = `/v1/models/${metadata.name}`
        const state = await get(v1)
        assert.deepEqual(JSON.parse(state.text), { name: metadata.name, ready: true })
        assert.equal(Object(await post(`${v1}:predict`, INSTANCES)).predictions.length, 1)
        const data = INSTANCES.instances.flat()
        const inputs = [{ name: 'input', shape: [1, data.length], datatype: 'FP32', data }]
        const v2 = await post(`/v2/models/${metadata.name}/infer`, { inputs })
        assert.equal(Object(v2).model_name, metadata.name)
      },
    ))
})
