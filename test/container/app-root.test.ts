// What is served of what was mounted, and what is said where nothing can be.

import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { mounted, noEngine, type Output, runContainer, startContainer } from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const IRIS = repositoryPath('samples/iris')
const MODELS_AT = '/var/azureml-app/azureml-models'
const FLOWERS = { data: [[5.1, 3.5, 1.4, 0.2]] }
/** Nobody that the image knows. */
const UID = '54321'

/** A folder that everybody may read: temporary folders are their owner's. */
function readable(t: TestContext): string {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o755)
  return folder
}

/** A copy of the iris sample that a test may lock. */
function copyOfIris(t: TestContext): string {
  const folder = readable(t)
  cpSync(IRIS, folder, { recursive: true })
  writeFileSync(join(folder, 'scorehost.json'), '{}')
  return folder
}

/** The last line, which is to say it all. */
function lastWords({ stdout, stderr }: Output): string {
  const lines = (stderr + stdout)
    .split('\n')
    .filter(line => line.startsWith('{') || line.startsWith('scorehost:'))
  return lines.at(-1) ?? ''
}

describe('what is mounted', { skip: noEngine }, () => {
  it('over the whole app root is what is served, and the sample is not', async () => {
    await using container = await startContainer({
      options: mounted(repositoryPath('test/fixtures/typescript')),
    })
    assert.doesNotMatch(JSON.stringify(container.log), /this is a sample/)
    const settings = container.log.find(({ msg }) => msg === 'settings')
    assert.match(JSON.stringify(settings), /"appRoot":"\/var\/azureml-app \(environment AML_APP_ROOT\)"/)
  })

  it('as models alone is served without code', async () => {
    await using container = await startContainer({
      options: mounted(join(IRIS, 'azureml-models'), MODELS_AT),
    })
    const { label } = await container.scoreInside(FLOWERS)
    assert.deepEqual(label, [0])
    assert.doesNotMatch(JSON.stringify(container.log), /this is a sample/)
  })

  it('elsewhere is served where AZUREML_MODEL_DIR names it', async () => {
    const options = mounted(join(IRIS, 'azureml-models'), '/mnt/models')
    await using container = await startContainer({ options, env: { AZUREML_MODEL_DIR: '/mnt/models' } })
    assert.deepEqual((await container.scoreInside(FLOWERS))['label'], [0])
  })

  it('as a module and as models, each by a mount of its own, is served together', async t => {
    const folder = readable(t)
    cpSync(join(IRIS, 'score.ts'), join(folder, 'score.ts'))
    mkdirSync(join(folder, 'azureml-models')) // where a read-only mount has a place for the other
    const options = [...mounted(folder), ...mounted(join(IRIS, 'azureml-models'), MODELS_AT)]
    await using container = await startContainer({ options: ['--read-only', '--tmpfs', '/tmp', ...options] })
    assert.deepEqual((await container.scoreInside(FLOWERS))['classes'], ['setosa'])
  })

  it('empty ends with 3, and says what was looked for and where', async t => {
    const output = await runContainer({ options: mounted(readable(t)) })
    assert.equal(output.exitCode, 3, lastWords(output))
    assert.match(
      lastWords(output),
      /ERR_MODULE_LOAD: There is no score module; looked in \/var\/azureml-app for main\.js,/,
    )
    assert.match(
      lastWords(output),
      /; it is empty; and no model: looked in \/var\/azureml-app\/azureml-models for /,
    )
  })

  it('empty in place of the models ends with 3, and no sample is served', async t => {
    const output = await runContainer({ options: mounted(readable(t), MODELS_AT) })
    assert.equal(output.exitCode, 3, lastWords(output))
    assert.match(lastWords(output), /There is no score module; .*; it has azureml-models; and no model: /)
  })
})

describe('what may not be read', { skip: noEngine }, () => {
  const DENIED = `EACCES, permission denied to uid ${UID}`
  const CASES = [
    { what: '.', mode: 0o700, exitCode: 2, says: `the folder /var/azureml-app cannot be entered: ${DENIED}` },
    {
      what: 'scorehost.json',
      mode: 0o600,
      exitCode: 2,
      says: `/var/azureml-app/scorehost.json cannot be read: ${DENIED}`,
    },
    {
      what: 'score.ts',
      mode: 0o600,
      exitCode: 3,
      says: `/var/azureml-app/score.ts cannot be read: ${DENIED}`,
    },
    { what: 'azureml-models', mode: 0o700, exitCode: 3, says: `${MODELS_AT}/iris cannot be read: ${DENIED}` },
    {
      what: 'azureml-models/iris',
      mode: 0o600,
      exitCode: 3,
      says: `${MODELS_AT}/iris cannot be read: ${DENIED}`,
    },
    {
      what: 'azureml-models/iris/1/model.onnx',
      mode: 0o600,
      exitCode: 3,
      says: `${MODELS_AT}/iris/1/model.onnx cannot be read: ${DENIED}`,
    },
  ]
  for (const { what, mode, exitCode, says } of CASES) {
    it(`${what}: the message has the path and the user`, async t => {
      const folder = copyOfIris(t)
      chmodSync(join(folder, what), mode)
      const output = await runContainer({ options: ['--user', `${UID}:0`, ...mounted(folder)] })
      assert.ok(lastWords(output).includes(says), `${lastWords(output)} has not ${says}`)
      assert.equal(output.exitCode, exitCode)
    })
  }

  it('of models without code: the message has the path and the user', async t => {
    const models = join(copyOfIris(t), 'azureml-models')
    chmodSync(join(models, 'iris/1/model.onnx'), 0o600)
    const output = await runContainer({ options: ['--user', `${UID}:0`, ...mounted(models, MODELS_AT)] })
    const says = `No model in ${MODELS_AT} could be loaded. iris: iris/1/model.onnx cannot be read: ${DENIED}`
    assert.ok(lastWords(output).includes(says), lastWords(output))
    assert.equal(output.exitCode, 3)
  })
})
