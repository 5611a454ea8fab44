// The image as each platform runs it: what is mounted where, by which words, as which user, and how health is asked for.

import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import {
  Container,
  type ContainerOptions,
  mounted,
  noEngine,
  published,
  startContainer,
} from '../support/container.ts'
import { predictAt } from '../support/predict.ts'
import { PATIENCE_MS, repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ONNX = repositoryPath('samples/iris/azureml-models/iris/1/model.onnx')
const MODULE = `export const input = true
export const run = ({ value }, { path }) => ({ value, path, uid: process.getuid(), gid: process.getgid() })
`
const FLOWERS = { data: [[5.1, 3.5, 1.4, 0.2]] }
const CLEARED = ['--entrypoint', '']
const READ_ONLY = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--network', 'none']

/** A folder for a mount that everybody may read; `model` stands for the file of a model, `module` for a score module. */
function mount(t: TestContext, files: Readonly<Record<string, 'model' | 'module'>>): string {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o755)
  for (const [path, what] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    if (what === 'model') cpSync(ONNX, join(folder, path))
    else writeFileSync(join(folder, path), MODULE)
  }
  return folder
}

/** POSTs JSON from inside. */
async function postInside(container: Container, url: string, body: object) {
  const data = ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]
  return JSON.parse(await container.exec('curl', '-fsS', url, ...data))
}

function origins(container: Container): Readonly<Record<string, string>> {
  const settings = container.log.find(({ msg }) => msg === 'settings')?.['settings']
  return settings as Readonly<Record<string, string>> // true: that is what the line holds
}

/** As little as platforms leave: no line of the log may warn of it. */
async function start(given: ContainerOptions): Promise<Container> {
  const container = await startContainer({ ...given, env: { WORKER_COUNT: '1', ...given.env } })
  assert.deepEqual(
    container.log.filter(({ level }) => /warn|error|fatal/.test(level)).map(({ msg }) => msg),
    [],
  )
  return container
}

describe('SageMaker', { skip: noEngine }, () => {
  const AT = '/opt/ml/model'

  it('a model alone, as root, by the word serve', async t => {
    const folder = mount(t, { 'model.onnx': 'model' })
    const options = ['--user', '0', ...published(8080), ...mounted(folder, AT)]
    await using container = await start({ options, command: ['serve'] })
    const url = await container.url(8080)
    assert.equal(origins(container)['modelDir'], `${AT} (the platform's folder ${AT})`)
    const pinged = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(2000) })
    assert.deepEqual([pinged.status, await pinged.text()], [200, ''])
    const answer = await fetch(`${url}/invocations`, {
      method: 'POST',
      body: JSON.stringify(FLOWERS.data),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    assert.equal(answer.status, 200, await answer.text())
    assert.equal(await container.stop(), 0)
  })

  for (const user of ['0', '1000', '54321:0'])
    it(`code beside a model, as ${user}, with the entrypoint cleared`, async t => {
      const folder = mount(t, { 'model.onnx': 'model', 'code/score.js': 'module' })
      const options = ['--user', user, ...CLEARED, ...READ_ONLY, ...mounted(folder, AT)]
      await using container = await start({ options, command: ['serve'] })
      assert.equal(origins(container)['appRoot'], `${AT}/code (the platform's folder ${AT})`)
      const answer = await postInside(container, 'http://localhost:8080/invocations', { value: 1 })
      const [uid = 0, gid = uid] = user.split(':').map(Number)
      assert.deepEqual(answer, { value: 1, path: '/invocations', uid, gid })
      await container.exec('/opt/scorehost/bin/healthcheck')
      assert.match(await container.exec('scorehost', 'status'), /^ready on port 8080/)
    })

  it('by the mount alone, where it was started by scorehost serve', async t => {
    const options = mounted(mount(t, { 'model.onnx': 'model' }), AT)
    await using container = await start({ options, command: ['scorehost', 'serve'] })
    assert.equal(origins(container)['profile'], `sagemaker (auto: ${AT})`)
    assert.equal(origins(container)['port'], '8080 (default on platform sagemaker)')
  })
})

describe('OCI Data Science', { skip: noEngine }, () => {
  const AT = '/opt/ds/model/deployed_model'
  const env = { MODEL_DEPLOYMENT_OCID: 'ocid1.datasciencemodeldeployment.test' }
  const ONLY = `the only folder in the platform's ${AT}`

  it('models in a zipped folder, one level down, which the log names', async t => {
    const options = mounted(mount(t, { 'artifact/iris/1/model.onnx': 'model' }), AT)
    await using container = await start({ options: [...CLEARED, ...options], command: ['serve'], env })
    assert.equal(origins(container)['profile'], 'oci (auto: MODEL_DEPLOYMENT_OCID)')
    assert.equal(origins(container)['modelDir'], `${AT}/artifact (${ONLY})`)
    const answer = await postInside(container, 'http://localhost:8080/predict', FLOWERS.data)
    assert.deepEqual(answer.label, [0])
  })

  it('a module one level down, read-only, as 1000, and the health check that the platform puts in', async t => {
    const folder = mount(t, { 'artifact/score.js': 'module' })
    const options = ['--user', '1000', ...CLEARED, ...READ_ONLY, ...mounted(folder, AT)]
    await using container = await start({ options, command: ['scorehost', 'serve'], env })
    assert.equal(origins(container)['appRoot'], `${AT}/artifact (${ONLY})`)
    await container.exec('curl', '-f', 'http://localhost:8080/health')
    const answer = await postInside(container, 'http://localhost:8080/predict', { value: 2 })
    assert.deepEqual([answer.value, answer.path], [2, '/predict'])
  })

  it('is not healthy by that check before it is ready', async () => {
    const options = mounted(repositoryPath('test/fixtures/slow-init'))
    await using container = new Container({ options, env: { ...env, START_WHEN: '/tmp/start' } })
    await container.waitForLog(({ msg }) => msg.startsWith('listening on'))
    await assert.rejects(container.exec('curl', '-f', 'http://localhost:8080/health'))
    await container.exec('touch', '/tmp/start')
    await container.ready()
    await container.exec('curl', '-f', 'http://localhost:8080/health')
  })
})

describe('KServe', { skip: noEngine }, () => {
  const AT = '/mnt/models'
  const arguments_ = ['--model_name=iris', '--model_dir=/mnt/models', '--http_port=8080']

  it('a model at /mnt/models, by K_SERVICE, as a restricted pod has it', async t => {
    const options = ['--user', '54321:0', ...READ_ONLY, ...mounted(mount(t, { 'model.onnx': 'model' }), AT)]
    await using container = await start({ options, env: { K_SERVICE: 'iris', SCOREHOST_MODEL_NAME: 'iris' } })
    assert.equal(origins(container)['modelDir'], `${AT} (the platform's folder ${AT})`)
    const url = 'http://localhost:8080/v1/models/iris:predict'
    const { predictions } = await postInside(container, url, { instances: FLOWERS.data })
    assert.equal(predictions[0].label, 0)
    // the ports of the queue proxy are its own
    const listening = await container.sh('cat /proc/net/tcp /proc/net/tcp6')
    assert.deepEqual(
      [...listening.matchAll(/:([0-9A-F]{4}) \S+ 0A /g)].map(found => found[1]),
      ['1F90'],
    )
  })

  it('by its arguments alone, which go to the image as flags', async t => {
    const options = [...published(8080), ...mounted(mount(t, { 'model.onnx': 'model' }), AT)]
    await using container = await start({ options, command: arguments_ })
    const url = `${await container.url(8080)}/v1/models/iris:predict`
    assert.equal((await predictAt(url, FLOWERS.data)).status, 200)
  })
})

describe('Vertex AI', { skip: noEngine }, () => {
  it('decides port and routes, and finds no variable of its own in the image', async t => {
    const env = {
      AIP_MODE: 'PREDICTION',
      AIP_HTTP_PORT: '8090',
      AIP_HEALTH_ROUTE: '/alive',
      AIP_PREDICT_ROUTE: '/v1/endpoints/1/deployedModels/2:predict',
      AIP_STORAGE_URI: '/baked',
    }
    const options = [...published(8090), ...mounted(mount(t, { 'iris/1/model.onnx': 'model' }), '/baked')]
    await using container = await start({ options, env })
    const url = await container.url(8090)
    assert.equal((await fetch(url + env.AIP_HEALTH_ROUTE)).status, 200)
    assert.equal((await predictAt(url + env.AIP_PREDICT_ROUTE, FLOWERS.data)).status, 200)
    await container.exec('/opt/scorehost/bin/healthcheck')
  })
})
