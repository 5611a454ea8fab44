// deploy/kubernetes against the API's own schemas, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler, type IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { type IPodDisruptionBudget, PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { type IService, Service } from 'kubernetes-models/v1'
import { SETTINGS } from '../../runtime/settings-table.ts'
import { documentOf, documentsOf, given, variables } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { APP_ROOT, emptyAppRoot } from './image.ts'
import { INPUT, modelFolder } from './iris.ts'
import { exercise } from './service.ts'
import { patched } from './strategic-merge.ts'
import { misfits } from './vendor-types.ts'

const DOCUMENTS = documentsOf('kubernetes/scorehost.yaml')
const [deployment, service, autoscaler, budget] = DOCUMENTS as [
  IDeployment,
  IService,
  IHorizontalPodAutoscaler,
  IPodDisruptionBudget,
] // true: the first tests check it
const withVolume = patched(deployment, documentOf('kubernetes/models-volume.yaml')) as IDeployment // true: likewise

/** Each document with what the vendor's package has for its kind. */
const TYPED = [
  { name: 'Deployment', model: new Deployment(deployment), value: deployment, module: 'apps/v1' },
  {
    name: 'Deployment with models on a volume',
    model: new Deployment(withVolume),
    value: withVolume,
    module: 'apps/v1',
  },
  { name: 'Service', model: new Service(service), value: service, module: 'v1' },
  {
    name: 'HorizontalPodAutoscaler',
    model: new HorizontalPodAutoscaler(autoscaler),
    value: autoscaler,
    module: 'autoscaling/v2',
  },
  { name: 'PodDisruptionBudget', model: new PodDisruptionBudget(budget), value: budget, module: 'policy/v1' },
]

function podOf(one: IDeployment) {
  const pod = given(one.spec?.template.spec, 'the pod')
  const [container, ...more] = pod.containers
  assert.equal(more.length, 0)
  return { pod, container: given(container, 'the container') }
}

/** What the kubelet makes of the file. */
function deployedBy(one: IDeployment): Deployed {
  const { pod, container } = podOf(one)
  const [port] = container.ports ?? []
  const pathOf = (probe: typeof container.livenessProbe) => {
    assert.equal(probe?.httpGet?.port, port?.name)
    return given(probe?.httpGet?.path, 'the path of a probe')
  }
  assert.equal(pathOf(container.startupProbe), pathOf(container.readinessProbe))
  return {
    env: variables(container.env),
    ...(container.args === undefined ? {} : { args: container.args }),
    port: given(port?.containerPort, 'the port'),
    portIs: null,
    liveness: pathOf(container.livenessProbe),
    readiness: pathOf(container.readinessProbe),
    graceSeconds: given(pod.terminationGracePeriodSeconds, 'the grace period'),
  }
}

describe('deploy/kubernetes', () => {
  it('has four documents', () => assert.equal(DOCUMENTS.length, 4))

  for (const { name, model, value, module } of TYPED)
    it(`the ${name} fits the schema of its kind`, t => {
      model.validate()
      const [kind = ''] = name.split(' ')
      assert.deepEqual(misfits(t, value, `import('kubernetes-models/${module}').I${kind}`), [])
    })

  it('selects, scales and guards the pods that it makes', () => {
    const labels = given(deployment.spec?.template.metadata?.labels, 'labels')
    assert.deepEqual(deployment.spec?.selector.matchLabels, labels)
    assert.deepEqual(service.spec?.selector, labels)
    assert.deepEqual(budget.spec?.selector?.matchLabels, labels)
    assert.deepEqual(autoscaler.spec?.scaleTargetRef, {
      apiVersion: deployment.apiVersion,
      kind: deployment.kind,
      name: deployment.metadata?.name,
    })
    assert.equal(deployment.spec?.replicas, undefined, 'the autoscaler owns the number')
    const { container } = podOf(deployment)
    assert.deepEqual(
      service.spec?.ports?.map(port => port.targetPort),
      container.ports?.map(port => port.name),
    )
  })

  it('rolls out without a moment of less capacity', () =>
    assert.deepEqual(deployment.spec?.strategy?.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 }))

  it('may evict a pod at any number of replicas', () => {
    assert.equal(budget.spec?.minAvailable, undefined)
    assert.equal(budget.spec?.maxUnavailable, 1)
  })

  // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
  it('is allowed where pods are restricted', () => {
    const { pod, container } = podOf(withVolume)
    assert.equal(pod.securityContext?.runAsNonRoot, true)
    assert.equal(pod.securityContext?.seccompProfile?.type, 'RuntimeDefault')
    assert.equal(container.securityContext?.allowPrivilegeEscalation, false)
    assert.deepEqual(container.securityContext?.capabilities, { drop: ['ALL'] })
    const allowed = [
      'configMap',
      'csi',
      'downwardAPI',
      'emptyDir',
      'ephemeral',
      'persistentVolumeClaim',
      'projected',
      'secret',
    ]
    for (const { name, ...source } of pod.volumes ?? [])
      assert(allowed.includes(Object.keys(source).join()), `the volume ${name}`)
  })

  it('has a read-only root with a writable /tmp', () => {
    const { pod, container } = podOf(withVolume)
    assert.equal(container.securityContext?.readOnlyRootFilesystem, true)
    const writable = (container.volumeMounts ?? []).filter(mount => mount.readOnly !== true)
    assert.deepEqual(
      writable.map(mount => mount.mountPath),
      ['/tmp'],
    )
    assert.deepEqual(pod.volumes?.find(volume => volume.name === writable[0]?.name)?.emptyDir, {})
  })

  it('lets init() take its time, and requests theirs', () => {
    const { pod, container } = podOf(deployment)
    const { periodSeconds = 0, failureThreshold = 0 } = given(container.startupProbe, 'the startup probe')
    assert(periodSeconds * failureThreshold * 1000 > SETTINGS.initTimeoutMs.default)
    const drainMs = SETTINGS.drainDelayMs.default + SETTINGS.drainTimeoutMs.default
    assert(given(pod.terminationGracePeriodSeconds, 'the grace period') * 1000 > drainMs)
  })

  it('serves what the image has', t =>
    exercise(t, deployedBy(deployment), { [APP_ROOT]: emptyAppRoot(t) }, async ({ post }) => {
      const answer = await post('/score', { data: INPUT.input })
      assert.deepEqual(Object(answer).classes, ['setosa'])
    }))

  it('serves models of a volume', t => {
    const mount = podOf(withVolume).container.volumeMounts?.find(({ name }) => name === 'models')
    const folders = { [APP_ROOT]: emptyAppRoot(t), [given(mount?.mountPath, 'the mount')]: modelFolder(t) }
    return exercise(t, deployedBy(withVolume), folders, async ({ get, post }) => {
      assert.deepEqual(Object(await post('/score', INPUT)).label, [0])
      assert.equal((await get('/v2/models/iris/ready')).status, 200)
    })
  })
})
