// AzureML's folders and files, as classic and managed deployments set them.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { scoreFolder } from '../support/score-folder.ts'
import { type Runtime, runCli, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Tells what it is asked for: a model's folder by name and version, or where it runs. */
const MODULE = `import { setTimeout as sleep } from 'node:timers/promises'
let context
export const init = async given => {
  context = given
  await sleep(Number(process.env.INIT_MS ?? 0))
}
export const input = true
export const run = async ({ name, version, ms = 0 }, { log }) => {
  log.info('scored')
  await sleep(ms)
  const where = { cwd: process.cwd(), modelDir: context.modelDir, file: import.meta.url }
  try {
    return { ...where, path: name === undefined ? null : context.modelPath(name, version) }
  } catch ({ code, message }) {
    return { ...where, code, message }
  }
}
`
const MODELS = {
  'azureml-models/iris/1/weights': '',
  'azureml-models/iris/10/weights': '',
  'azureml-models/iris/9/weights': '',
  'azureml-models/digits/2/weights': '',
  'extra/weights': '',
}

/** Started elsewhere, as an image with a working directory of its own. */
function serve(t: TestContext, appRoot: string, env: Readonly<Record<string, string>>): Promise<Runtime> {
  return startReady({
    module: temporaryFolder(t),
    words: ['serve'],
    env: {
      AML_APP_ROOT: appRoot,
      SCOREHOST_PORT: '0',
      SCOREHOST_LOG_FORMAT: 'json',
      WORKER_COUNT: '1',
      ...env,
    },
  })
}

async function ask(runtime: Runtime, question: object) {
  const { status, json } = await runtime.score(question)
  assert.equal(status, 200)
  return json
}

describe('AZUREML_MODEL_DIR', () => {
  const FILES = { 'main.mjs': MODULE, ...MODELS }

  it('relative with all models: the app root is what it starts from, and the working directory', async t => {
    const root = scoreFolder(t, FILES)
    await using runtime = await serve(t, root, { AZUREML_MODEL_DIR: 'azureml-models' })
    const models = join(root, 'azureml-models')
    const { cwd, modelDir } = await ask(runtime, {})
    assert.deepEqual([cwd, modelDir], [root, models])
    assert.equal((await ask(runtime, { name: 'iris' }))['path'], join(models, 'iris/10'))
    assert.equal((await ask(runtime, { name: 'iris', version: 9 }))['path'], join(models, 'iris/9'))
    assert.equal((await ask(runtime, { name: 'iris', version: '1' }))['path'], join(models, 'iris/1'))
    assert.equal((await ask(runtime, { name: 'digits' }))['path'], join(models, 'digits/2'))
    assert.equal((await ask(runtime, { name: 'extra' }))['path'], join(root, 'extra'))
  })

  it('relative with one version of one model', async t => {
    const root = scoreFolder(t, FILES)
    const one = 'azureml-models/iris/1'
    await using runtime = await serve(t, root, { AZUREML_MODEL_DIR: one })
    assert.equal((await ask(runtime, {}))['modelDir'], join(root, one))
    assert.equal((await ask(runtime, { name: 'iris' }))['path'], join(root, one))
    assert.equal((await ask(runtime, { name: 'iris', version: 1 }))['path'], join(root, one))
    assert.equal((await ask(runtime, { name: 'iris', version: 9 }))['code'], 'ERR_MODEL_MISSING')
  })

  it('absolute, and elsewhere; what is not there is told with all that was looked at', async t => {
    const root = scoreFolder(t, { 'main.mjs': MODULE })
    const mount = scoreFolder(t, MODELS)
    const models = join(mount, 'azureml-models')
    await using runtime = await serve(t, root, { AZUREML_MODEL_DIR: models })
    assert.equal((await ask(runtime, { name: 'iris' }))['path'], join(models, 'iris/10'))
    const { code, message } = await ask(runtime, { name: 'nobody' })
    assert.equal(code, 'ERR_MODEL_MISSING')
    const looked = [join(models, 'nobody/{version}'), models, join(models, 'nobody'), join(root, 'nobody')]
    assert.equal(
      message,
      `There is no model "nobody"; looked at ${looked.join(', ')}; there is digits (2), iris (1, 10, 9)`,
    )
  })
})

describe('AZUREML_SOURCE_DIRECTORY', () => {
  const FILES = { 'src/deep/score.mjs': MODULE, 'src/deep/config.json': '{"SERVICE_NAME": "beside"}' }
  const title = async ({ url }: Runtime) => {
    const description = await (await fetch(`${url}/swagger.json`)).json()
    return (description as { readonly info: { readonly title: string } }).info.title // true: of any such document
  }

  it('relative, with the entry script in it; its config.json counts, the working directory is the app root', async t => {
    const root = scoreFolder(t, FILES)
    const env = { AZUREML_SOURCE_DIRECTORY: 'src/deep', AZUREML_ENTRY_SCRIPT: 'score.mjs' }
    await using runtime = await serve(t, root, env)
    const { cwd, file } = await ask(runtime, {})
    assert.deepEqual([cwd, file], [root, `file://${root}/src/deep/score.mjs`])
    assert.equal(await title(runtime), 'beside')
  })

  it('relative, with an entry script below it', async t => {
    const root = scoreFolder(t, FILES)
    const env = { AZUREML_SOURCE_DIRECTORY: 'src', AZUREML_ENTRY_SCRIPT: 'deep/score.mjs' }
    await using runtime = await serve(t, root, env)
    assert.equal((await ask(runtime, {}))['cwd'], root)
    assert.equal(await title(runtime), 'beside')
  })

  it('absolute, outside of the app root', async t => {
    const [root, code] = [temporaryFolder(t), scoreFolder(t, FILES)]
    const env = { AZUREML_SOURCE_DIRECTORY: join(code, 'src/deep'), AZUREML_ENTRY_SCRIPT: 'score.mjs' }
    await using runtime = await serve(t, root, env)
    assert.equal((await ask(runtime, {}))['cwd'], root)
    assert.equal(await title(runtime), 'beside')
  })
})

describe('config.json', () => {
  it('in the app root: its scoring timeout makes a slow run a 504, and the environment wins over it', async t => {
    const config = JSON.stringify({ SCORING_TIMEOUT_MS: 300, SERVICE_NAME: 'iris', WORKER_TIMEOUT: 100 })
    const root = scoreFolder(t, { 'main.mjs': MODULE, 'config.json': config })
    const file = `file ${join(root, 'config.json')}`
    await using runtime = await serve(t, root, { SERVICE_NAME: 'of the environment' })
    assert.equal((await runtime.score({ ms: 2000 })).status, 504)
    const settings = runtime.log.find(({ msg }) => msg === 'settings')?.['settings']
    assert.deepEqual(
      ['scoringTimeoutMs', 'initTimeoutMs', 'serviceName'].map(
        name => (settings as Readonly<Record<string, unknown>>)[name], // true: serve() logs them by name
      ),
      [`300 (${file})`, `100000 (${file})`, 'of the environment (environment SERVICE_NAME)'],
    )
    assert.deepEqual(
      runtime.log.filter(({ level }) => level === 'warn'),
      [],
    )
  })

  it('that AZUREML_CONFIG_FILE names and that is not there ends the program with 2', async t => {
    const root = scoreFolder(t, { 'main.mjs': MODULE })
    const env = { AML_APP_ROOT: root, AZUREML_CONFIG_FILE: join(root, 'missing.json') }
    const { exitCode, stderr } = await runCli(['serve', '--port', '0'], env)
    assert.equal(exitCode, 2)
    assert.match(stderr, /^scorehost: .*AZUREML_CONFIG_FILE: .*missing\.json cannot be read.*$/)
  })
})

it('WORKER_TIMEOUT is how long init() may take, in seconds', async t => {
  const root = scoreFolder(t, { 'main.mjs': MODULE })
  const env = { AML_APP_ROOT: root, WORKER_TIMEOUT: '1', WORKER_COUNT: '1', INIT_MS: '60000' }
  const { exitCode, stderr } = await runCli(['serve', '--port', '0', '--log-format', 'json'], env)
  assert.equal(exitCode, 3, stderr)
  assert.match(stderr.split('\n').at(-1) ?? '', /was killed \(init timeout\) before it was ready/)
})

it('probes are not in the log', async t => {
  const root = scoreFolder(t, { 'main.mjs': MODULE })
  await using runtime = await serve(t, root, {})
  // what has been written by now is here once a line that comes after it is
  const written = async () => {
    const before = runtime.log.length
    await ask(runtime, {})
    await runtime.waitForLog(line => line.msg === 'scored' && runtime.log.indexOf(line) >= before)
    return runtime.log.length
  }
  const lines = await written()
  for (const path of ['/', '/readyz', '/livez', '/health', '/ping', '/'])
    assert.equal((await fetch(runtime.url + path)).status, 200)
  assert.equal(await written(), lines + 1)
  assert.deepEqual(runtime.stderr, [])
})
