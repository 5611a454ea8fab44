// The folder of the score module: the sample that stands for an empty one, and what keeps a process out.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { requireAppRoot, sampleIn } from '../../runtime/app-root.ts'
import { type ConfigSources, loadConfig } from '../../runtime/config.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { withoutRights } from '../support/without-rights.ts'

/** As the image has it: an app root with nothing but the link, and what it leads to. */
function imageRoot(t: TestContext) {
  const folder = realpathSync(temporaryFolder(t))
  const [appRoot, sample] = [join(folder, 'app'), join(folder, 'sample')]
  for (const path of [appRoot, sample]) mkdirSync(path)
  symlinkSync(sample, join(appRoot, '.scorehost-sample'))
  return { appRoot, sample }
}

test('an app root with nothing but the link is the sample', t => {
  const { appRoot, sample } = imageRoot(t)
  assert.equal(sampleIn(appRoot), sample)
})

test('anything beside the link, and it is not', t => {
  const { appRoot } = imageRoot(t)
  writeFileSync(join(appRoot, 'Dockerfile'), '')
  assert.equal(sampleIn(appRoot), null)
})

test('an app root without the link is not, empty or not there', t => {
  const folder = temporaryFolder(t)
  assert.equal(sampleIn(folder), null)
  assert.equal(sampleIn(join(folder, 'missing')), null)
})

test('an app root that is not there, is no folder or may not be entered is refused with the reason', t => {
  const folder = temporaryFolder(t)
  const refusal = (path: string) => {
    try {
      requireAppRoot(path)
      return null
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  }
  assert.equal(refusal(folder), null)
  const missing = join(folder, 'missing')
  assert.equal(refusal(missing), `AML_APP_ROOT: the folder ${missing} does not exist`)
  const file = join(folder, 'file')
  writeFileSync(file, '')
  assert.match(String(refusal(file)), /file cannot be entered: ENOTDIR/)

  chmodSync(folder, 0o600)
  const denied = withoutRights(() => refusal(folder))
  chmodSync(folder, 0o700)
  const uid = withoutRights(() => process.geteuid?.())
  assert.equal(
    denied,
    `AML_APP_ROOT: the folder ${folder} cannot be entered: EACCES, permission denied to uid ${uid}`,
  )
})

test('the sample is what is served and said to be one, unless a module or models elsewhere are named', () => {
  const load = (sources: Partial<ConfigSources>) =>
    loadConfig({
      flags: {},
      env: { AML_APP_ROOT: '/app' },
      readFile: path => (path === '/c.json' ? '{"modelDir":"/models"}' : null),
      sampleIn: path => (path === '/app' ? '/sample' : null),
      workingDirectory: '/app',
      cpuLimit: { cpus: 1, origin: 'test' },
      memoryLimit: { bytes: 2 ** 30, origin: 'test' },
      ...sources,
    })
  const { settings, origins, warnings } = load({})
  assert.deepEqual([settings.appRoot, settings.modelDir], ['/sample', '/sample/azureml-models'])
  assert.equal(origins.appRoot, 'the sample, environment AML_APP_ROOT is empty')
  assert.match(warnings.join(), /^\/app is empty, so this is a sample, \/sample; to serve your own, /)
  for (const own of [
    { env: { AML_APP_ROOT: '/other' } },
    { env: { AZUREML_MODEL_DIR: '/models' } },
    { flags: { entry: '/elsewhere/main.ts' } },
    { flags: { config: '/c.json' } },
  ]) {
    const config = load(own)
    assert.notEqual(config.settings.appRoot, '/sample')
    assert.deepEqual(config.warnings, [])
  }
})
