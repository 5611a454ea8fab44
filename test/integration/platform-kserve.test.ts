// Started with the arguments that KServe gives to its own model servers.

import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { freePort } from '../support/listener.ts'
import { predictAt } from '../support/predict.ts'
import { repositoryPath, runCli, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What the storage initialiser leaves: the file of one model, in a folder that is not called after it. */
function modelFolder(t: TestContext): string {
  const folder = temporaryFolder(t)
  copyFileSync(repositoryPath('samples/iris/azureml-models/iris/1/model.onnx'), join(folder, 'model.onnx'))
  return folder
}

function words(folder: string, port: number): readonly string[] {
  const known = ['--model_name=iris', `--model_dir=${folder}`, `--http_port=${port}`]
  return ['serve', ...known, '--grpc_port=8081', '--nonsense']
}

it('those that mean something are taken, and the others are warned about', async t => {
  const port = await freePort()
  await using runtime = await startReady({
    module: temporaryFolder(t),
    words: words(modelFolder(t), port),
    env: { SCOREHOST_LOG_FORMAT: 'json', WORKER_COUNT: '1' },
  })
  assert.equal(runtime.port, port)
  assert.ok(
    runtime.log.some(({ msg }) => msg === `listening on 0.0.0.0:${port} (argument --http_port)`),
    'the winner is logged with where it is from',
  )
  const { status, text } = await predictAt(`${runtime.url}/v1/models/iris:predict`, [[5.1, 3.5, 1.4, 0.2]])
  assert.equal(status, 200)
  assert.match(text, /^\{"predictions":\[\{.*"label":0/)
  assert.equal((await fetch(`${runtime.url}/v1/models/iris`)).status, 200)
  assert.deepEqual(
    runtime.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg),
    [
      '--grpc_port has no effect: gRPC is not served',
      'the argument --nonsense is not known and has no effect',
    ],
  )
})

it('on another platform one that is not known ends the program with 2', async t => {
  const [command = '', ...rest] = words(modelFolder(t), await freePort())
  const known = rest.filter(word => !word.startsWith('--grpc_port'))
  const { exitCode, stderr } = await runCli([command, ...known], { SCOREHOST_PROFILE: 'azureml' })
  assert.equal(exitCode, 2)
  assert.match(stderr, /^scorehost: ERR_CONFIG_INVALID: unknown flag --nonsense[^\n]*$/)
})

it('a score module has the name of the argument too', async () => {
  const port = await freePort()
  await using runtime = await startReady({
    module: repositoryPath('test/fixtures/platforms'),
    words: ['serve', '--model_name', 'mine', '--http_port', `${port}`, '--workers', '1'],
    env: { SCOREHOST_LOG_FORMAT: 'json' },
  })
  const { text } = await predictAt(`${runtime.url}/v1/models/mine:predict`, [{ do: 'echo', value: 7 }])
  assert.equal(text, '{"predictions":[7]}')
})
