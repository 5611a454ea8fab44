// The conformance tables against the container, as against any service that runs already: through TARGET_URL.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { INPUTS_SETTINGS } from '../conformance/inputs.ts'
import { OUTPUTS_SETTINGS } from '../conformance/outputs.ts'
import { STATUSES_SETTINGS } from '../conformance/statuses.ts'
import { mounted, noEngine, published, startContainer } from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'

const TABLES = [
  { module: 'behaviours', file: 'statuses', settings: STATUSES_SETTINGS },
  { module: 'inputs', file: 'score-module', settings: INPUTS_SETTINGS },
  { module: 'outputs', file: 'score-module', settings: OUTPUTS_SETTINGS },
]

describe('conformance of the container', { skip: noEngine }, () => {
  for (const { module, file, settings } of TABLES) {
    it(`serving ${module}, every row of its table passes`, async t => {
      const options = [...published(), ...mounted(repositoryPath(`test/fixtures/${module}`))]
      await using container = await startContainer({ options, env: settings })
      const { exitCode, report } = await runTable(file, {
        TARGET_URL: await container.url(),
        TARGET_MODULE: module,
      })
      const passed = Number(/^# pass (\d+)$/m.exec(report)?.[1])
      t.diagnostic(`${passed} rows`)
      assert.equal(exitCode, 0, report)
      assert.ok(passed > 0, report)
    })
  }
})

async function runTable(file: string, target: Readonly<Record<string, string>>) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // with it the report would be for a test runner to read
  const words = ['--test', '--test-reporter=tap', repositoryPath(`dist/test/conformance/${file}.test.js`)]
  const runner = spawn(process.execPath, words, {
    env: { ...env, ...target },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pieces: Buffer[] = []
  runner.stdout.on('data', piece => pieces.push(piece))
  const [exitCode] = await once(runner, 'close')
  return { exitCode, report: Buffer.concat(pieces).toString() }
}
