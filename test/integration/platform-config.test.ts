// scorehost config tells which platform it takes this for, which port that makes, and why.

import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { repositoryPath, runCli, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Case {
  readonly env: Readonly<Record<string, string>>
  readonly words?: readonly string[]
  readonly profile: string
  readonly port: string
}

const AIP = { AIP_MODE: 'PREDICTION', AIP_HEALTH_ROUTE: '/h', AIP_PREDICT_ROUTE: '/p' }

const CASES: readonly Case[] = [
  { env: {}, profile: 'azureml auto: no sign of any other', port: '5001 default' },
  {
    env: { AZUREML_ENTRY_SCRIPT: 'score.js' },
    profile: 'azureml auto: AZUREML_ENTRY_SCRIPT',
    port: '5001 default',
  },
  { env: { AZUREML_MODEL_DIR: 'm' }, profile: 'azureml auto: AZUREML_MODEL_DIR', port: '5001 default' },
  {
    env: { SCOREHOST_PROFILE: 'eas', PORT: '8000' },
    profile: 'eas environment SCOREHOST_PROFILE',
    port: '8000 environment PORT',
  },
  {
    env: { MODEL_DEPLOYMENT_OCID: 'ocid1' },
    profile: 'oci auto: MODEL_DEPLOYMENT_OCID',
    port: '8080 default on platform oci',
  },
  {
    env: { SCOREHOST_PROFILE: 'sagemaker', SAGEMAKER_BIND_TO_PORT: '8085' },
    profile: 'sagemaker environment SCOREHOST_PROFILE',
    port: '8085 environment SAGEMAKER_BIND_TO_PORT',
  },
  {
    env: { ...AIP, AIP_HTTP_PORT: '8090' },
    profile: 'vertex auto: AIP_MODE',
    port: '8090 environment AIP_HTTP_PORT',
  },
  { env: AIP, profile: 'vertex auto: AIP_MODE', port: '8080 default on platform vertex' },
  {
    env: { K_SERVICE: 'iris', PORT: '8081' },
    profile: 'kserve auto: K_SERVICE',
    port: '8081 environment PORT',
  },
  {
    env: { PORT: '8081' },
    words: ['--model_name=iris', '--http_port=8082'],
    profile: 'kserve auto: --model_name',
    port: '8082 argument --http_port',
  },
  {
    env: { SCOREHOST_PROFILE: 'oci', SCOREHOST_PORT: 'none' },
    words: ['--profile', 'eas'],
    profile: 'eas flag --profile',
    port: '– environment SCOREHOST_PORT',
  },
]

describe('scorehost config says platform and port, and why', () => {
  for (const { env, words = [], profile, port } of CASES)
    it([...Object.keys(env), ...words].join(' ') || 'nothing set', async () => {
      const { exitCode, stdout, stderr } = await runCli(['config', ...words], env)
      assert.equal(exitCode, 0, stderr)
      const row = (name: string) =>
        new RegExp(`^${name} +(\\S+) +(.*)$`, 'm').exec(stdout)?.slice(1).join(' ')
      assert.deepEqual([row('profile'), row('port')], [profile, port])
    })
})

it('a program of the name serve is SageMaker’s, which is logged', async t => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'bin'))
  const serve = join(folder, 'bin', 'serve')
  symlinkSync(repositoryPath('dist/cli/scorehost.js'), serve)
  await using runtime = await startReady({
    module: 'behaviours',
    wrap: ['sh', '-c', `exec "$1" '${serve}' --port 0 --log-format json`, 'sh'],
    env: { WORKER_COUNT: '1', AML_APP_ROOT: repositoryPath('test/fixtures/behaviours') },
  })
  const settings = JSON.stringify(runtime.log.find(({ msg }) => msg === 'settings'))
  assert.match(settings, /"profile":"sagemaker \(auto: started as serve\)"/)
  assert.match(settings, /"workerAddress":"unix \(default on platform sagemaker\)"/)
})
