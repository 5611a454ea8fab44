// AzureML's config.json: where it lies, what it may hold, and whose it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../../runtime/config.ts'

interface World {
  readonly texts: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

function load({ texts, env = {} }: World) {
  return loadConfig({
    flags: {},
    env,
    readFile: path => texts[path] ?? null,
    workingDirectory: '/app',
    cpuLimit: { cpus: 1, origin: 'a quota' },
    memoryLimit: { bytes: 2 ** 30, origin: 'a limit' },
  })
}

test("AzureML's config.json has its names, in the app root or beside the module", () => {
  const texts = {
    '/app/config.json': '{"SCORING_TIMEOUT_MS": 5000, "SERVICE_NAME": "iris", "WORKSPACE_NAME": "w"}',
  }
  const { settings, origins, warnings } = load({ texts })
  assert.deepEqual([settings.scoringTimeoutMs, settings.serviceName], [5000, 'iris'])
  assert.equal(origins.scoringTimeoutMs, 'file /app/config.json')
  assert.deepEqual(warnings, [
    '/app/config.json: WORKSPACE_NAME has no effect here; docs/contracts.md lists what has',
  ])
  const beside = { '/app/code/config.json': '{"SERVICE_NAME": "beside"}' }
  assert.equal(
    load({ texts: beside, env: { AZUREML_ENTRY_SCRIPT: 'code/score.js' } }).settings.serviceName,
    'beside',
  )
  assert.equal(load({ texts, env: { SERVICE_NAME: 'environment' } }).settings.serviceName, 'environment')
  const source = { AZUREML_SOURCE_DIRECTORY: '/app/code' }
  assert.equal(load({ texts: beside, env: source }).settings.serviceName, 'beside')
  const deep = { ...source, AZUREML_ENTRY_SCRIPT: 'deep/score.js' }
  assert.equal(
    load({ texts: { '/app/code/deep/config.json': '{"SERVICE_NAME": "deep"}' }, env: deep }).settings
      .serviceName,
    'deep',
  )
})

test('names that hold seconds hold them in config.json too', () => {
  const texts = { '/app/config.json': '{"WORKER_TIMEOUT": 100}' }
  const { settings, origins, warnings } = load({ texts })
  assert.deepEqual([settings.initTimeoutMs, origins.initTimeoutMs], [100_000, 'file /app/config.json'])
  assert.deepEqual(warnings, [])
})

test('a config.json of somebody else is left alone, one that was asked for is not', () => {
  for (const text of ['{"architectures": ["Bert"]}', 'no JSON', '[]']) {
    const texts = { '/app/config.json': text }
    assert.deepEqual(load({ texts }).warnings, [])
    if (text.startsWith('{')) continue
    assert.throws(() => load({ texts, env: { AZUREML_CONFIG_FILE: 'config.json' } }), {
      code: 'ERR_CONFIG_INVALID',
      message: /^\/app\/config\.json/,
    })
  }
  assert.throws(() => load({ texts: {}, env: { AZUREML_CONFIG_FILE: 'missing.json' } }), {
    message: /^environment AZUREML_CONFIG_FILE: \/app\/missing\.json cannot be read/,
  })
  assert.throws(() => load({ texts: { '/app/config.json': '{"SCORING_TIMEOUT_MS": "soon"}' } }), {
    message: /^\/app\/config\.json: SCORING_TIMEOUT_MS: "soon" is not a whole number/,
  })
})
