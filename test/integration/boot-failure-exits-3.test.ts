// A score module that cannot be served ends the program with exit code 3 and a last line that says why.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { repositoryPath, runCli } from '../support/start-runtime.ts'

const CASES = [
  {
    module: 'init-throws',
    code: 'ERR_INIT_FAILED',
    says: /init\(\) of .*score\.mjs failed: Error: the weights are not there \(at .*score\.mjs:3:9\)/,
  },
  { module: 'init-exits', code: 'ERR_INIT_FAILED', says: /worker \d exited with code 0 before it was ready/ },
  {
    module: 'broken-syntax',
    code: 'ERR_MODULE_LOAD',
    says: /score\.mjs cannot be loaded: SyntaxError: .* \(at .*score\.mjs:2:\d+\)/,
  },
  {
    module: 'broken-typescript',
    code: 'ERR_MODULE_LOAD',
    says: /score\.ts cannot be loaded: SyntaxError: .* \(at .*score\.ts:2:\d+\)/,
  },
  {
    module: 'no-run',
    code: 'ERR_MODULE_CONTRACT',
    says: /exports no function "run" or "runBatch"; it exports predict/,
  },
  {
    module: 'empty',
    code: 'ERR_MODULE_LOAD',
    says: /There is no score module; looked in .*empty for main\.js, .*score\.mts/,
  },
]

describe('a failing start', () => {
  for (const { module, code, says } of CASES) {
    it(`${module} exits with 3 and ${code}`, async () => {
      const { exitCode, stdout, stderr } = await serve(module)
      const last = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
      assert.equal(last.level, 'fatal')
      assert.equal(last.code, code)
      assert.match(last.msg, says)
      assert.equal(exitCode, 3)
      assert.doesNotMatch(stdout, /ready/)
    })
  }

  it('logs the stack of init() itself', async () => {
    const { stderr } = await serve('init-throws')
    assert.match(stderr, /"stack":"Error: the weights are not there\\n {4}at .*init.*score\.mjs:3:9/)
  })

  it('shows the model folder as a tree, before the last line', async () => {
    const { stderr } = await serve('init-throws', {
      AZUREML_MODEL_DIR: repositoryPath('samples/iris/azureml-models'),
    })
    const lines = stderr.trim().split('\n')
    const { level, msg } = JSON.parse(lines.at(-2) ?? '')
    assert.equal(level, 'error')
    assert.match(
      msg,
      /^the model folder, AZUREML_MODEL_DIR \(environment AZUREML_MODEL_DIR\):\n\/.*\/azureml-models\/\n {2}iris\/\n {4}1\/\n {6}model\.onnx \(\d+ B\)$/,
    )
    assert.equal(JSON.parse(lines.at(-1) ?? '').level, 'fatal')
  })

  it('says that there is no model folder', async () => {
    const { stderr } = await serve('no-run')
    const { msg } = JSON.parse(stderr.trim().split('\n').at(-2) ?? '')
    assert.match(
      msg,
      /^the model folder, AZUREML_MODEL_DIR \(default\):\n\/.*\/no-run\/azureml-models – does not exist/,
    )
  })

  it('says that Python is not run here', async () => {
    const { exitCode, stderr } = await serve('empty', { AZUREML_ENTRY_SCRIPT: 'score.py' })
    assert.match(stderr, /a score module is JavaScript or TypeScript, not Python/)
    assert.equal(exitCode, 3)
  })

  it('is tried as often as SCOREHOST_BOOT_ATTEMPTS says', async () => {
    const { exitCode, stderr } = await serve('init-throws', { SCOREHOST_BOOT_ATTEMPTS: '3' })
    assert.equal(
      stderr.split('"level":"error"').filter(line => line.includes('"process":"worker"')).length,
      3,
    )
    assert.match(stderr, /next start in 100 ms/)
    assert.match(stderr, /next start in 200 ms/)
    assert.equal(exitCode, 3)
  })
})

function serve(module: string, env: Readonly<Record<string, string>> = {}) {
  const words = [
    'serve',
    '--app-root',
    repositoryPath(`test/fixtures/${module}`),
    '--port',
    '0',
    '--log-format',
    'json',
  ]
  return runCli(words, { WORKER_COUNT: '1', ...env })
}
