// The conformance tables against the container, as against any service that runs already: through TARGET_URL.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { TABLES } from '../conformance/tables.ts'
import { mounted, noEngine, published, startContainer } from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'

/** What does not change with what is around the worker, and is tested without a container, stays out of it. */
const IN_CONTAINER = TABLES.filter(({ name }) => name !== 'v2')

describe('conformance of the container', { skip: noEngine }, () => {
  for (const { name, module, settings, port = 5001 } of IN_CONTAINER) {
    it(`every row of the table ${name} passes`, async t => {
      const options = [...published(port), ...mounted(repositoryPath(`test/fixtures/${module}`))]
      await using container = await startContainer({ options, env: settings })
      const { exitCode, report } = await runTable({
        TARGET_URL: await container.url(port),
        TARGET_TABLE: name,
      })
      const passed = Number(/^# pass (\d+)$/m.exec(report)?.[1])
      t.diagnostic(`${passed} rows`)
      assert.equal(exitCode, 0, report)
      assert.ok(passed > 0, report)
    })
  }
})

async function runTable(target: Readonly<Record<string, string>>) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // with it the report would be for a test runner to read
  const words = ['--test', '--test-reporter=tap', repositoryPath('dist/test/conformance/tables.test.js')]
  const runner = spawn(process.execPath, words, {
    env: { ...env, ...target },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pieces: Buffer[] = []
  runner.stdout.on('data', piece => pieces.push(piece))
  const [exitCode] = await once(runner, 'close')
  return { exitCode, report: Buffer.concat(pieces).toString() }
}
