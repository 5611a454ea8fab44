// deploy/eas against what the vendor documents, and what it starts.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SETTINGS } from '../../runtime/settings-table.ts'
import { documentOf, fittingDocument, problemsWith, variables } from './deploy-file.ts'
import type { Deployed } from './deployed.ts'
import { EasService } from './eas-schema.ts'
import { APP_ROOT, emptyAppRoot } from './image.ts'
import { INPUT, modelFolder } from './iris.ts'
import { exercise } from './service.ts'

const FILE = 'eas/service.json'
const { metadata, containers, storage } = fittingDocument(FILE, EasService)
const [container] = containers
const [volume] = storage
const env = variables(container.env)

/** What EAS makes of the file; it sets no variable of its own. */
const DEPLOYED: Deployed = {
  env,
  port: container.port,
  portIs: 'SCOREHOST_PORT',
  liveness: container.health_check.http_get.path,
  readiness: container.startup_check.http_get.path,
  graceSeconds: metadata.eas.termination_grace_period,
}

describe('deploy/eas', () => {
  it('says where it is: nothing that the platform sets would tell', () =>
    assert.equal(env['SCOREHOST_PROFILE'], 'eas'))

  it('is asked for its health at its own port', () => {
    assert.equal(container.health_check.http_get.port, container.port)
    assert.equal(container.startup_check.http_get.port, container.port)
  })

  it('looks for models where they are mounted', () =>
    assert.equal(env['AZUREML_MODEL_DIR'], volume.mount_path))

  it('lets init() take its time, and requests theirs', () => {
    const { period_seconds = 0, failure_threshold = 0 } = container.startup_check
    assert(period_seconds * failure_threshold * 1000 > SETTINGS.initTimeoutMs.default)
    assert(metadata.rpc.keepalive > SETTINGS.scoringTimeoutMs.default)
    const drainMs = SETTINGS.drainDelayMs.default + SETTINGS.drainTimeoutMs.default
    assert(metadata.eas.termination_grace_period * 1000 > drainMs)
  })

  it('the schema refuses ports of the platform and keys that nobody knows', () => {
    const file = Object(documentOf(FILE))
    for (const change of [{ port: 8080 }, { port: 9090 }, { ports: [8000] }])
      assert.notDeepEqual(
        problemsWith(EasService, { ...file, containers: [{ ...container, ...change }] }),
        [],
      )
  })

  it('serves models of OSS at the bare endpoint', t =>
    exercise(
      t,
      DEPLOYED,
      { [APP_ROOT]: emptyAppRoot(t), [volume.mount_path]: modelFolder(t) },
      async ({ post }) => {
        assert.deepEqual(Object(await post('/', INPUT)).label, [0])
        assert.deepEqual(Object(await post('/score', INPUT)).label, [0])
      },
    ))
})
