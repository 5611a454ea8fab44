// The command line: what is wrong ends it with exit code 2 and one line, what is right is printed.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { repositoryPath, runCli } from '../support/start-runtime.ts'

describe('a wrong setting', () => {
  it('in the environment', async () => {
    const { exitCode, stderr } = await runCli(['serve'], { SCORING_TIMEOUT_MS: '60s' })
    assert.equal(
      stderr,
      'scorehost: ERR_CONFIG_INVALID: SCORING_TIMEOUT_MS: "60s" is not a whole number of ms from 1 to 86400000 (from environment SCORING_TIMEOUT_MS)',
    )
    assert.equal(exitCode, 2)
  })

  it('on the command line, with the nearest name', async () => {
    const { exitCode, stderr } = await runCli(['serve', '--wrokers', '2'])
    assert.equal(stderr, 'scorehost: ERR_CONFIG_INVALID: unknown flag --wrokers; did you mean --workers?')
    assert.equal(exitCode, 2)
  })

  it('an app root that is not there', async () => {
    const { exitCode, stderr } = await runCli(['serve', '--app-root', '/nowhere', '--log-level', 'error'])
    assert.equal(stderr, 'scorehost: ERR_CONFIG_INVALID: AML_APP_ROOT: the folder /nowhere does not exist')
    assert.equal(exitCode, 2)
  })

  it('an unknown command', async () => {
    const { exitCode, stderr } = await runCli(['srve'])
    assert.equal(stderr, 'scorehost: ERR_CONFIG_INVALID: unknown command "srve"; did you mean serve?')
    assert.equal(exitCode, 2)
  })

  it('a port that another process has', async () => {
    const other = createServer().listen(0, '0.0.0.0')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo // true: it listens on TCP
    const words = [
      'serve',
      '--app-root',
      repositoryPath('samples/iris'),
      '--port',
      `${port}`,
      '--log-level',
      'error',
    ]
    const { exitCode, stderr } = await runCli(words)
    other.close()
    assert.equal(
      stderr,
      `scorehost: ERR_ADDRESS_IN_USE: 0.0.0.0:${port} is taken by another process (SCOREHOST_PORT).`,
    )
    assert.equal(exitCode, 2)
  })
})

describe('scorehost config', () => {
  it('prints what is in force and where it came from', async () => {
    const { exitCode, stdout } = await runCli(['config', '--port', '8000'], {
      SCORING_TIMEOUT_MS: '5000',
      WORKER_COUNT: '3',
    })
    assert.equal(exitCode, 0)
    assert.match(stdout, /^port +8000 +flag --port$/m)
    assert.match(stdout, /^scoringTimeoutMs +5000 +environment SCORING_TIMEOUT_MS$/m)
    assert.match(stdout, /^workerCount +3 +environment WORKER_COUNT$/m)
    assert.match(stdout, /^maxBodyBytes +104857600 +default$/m)
  })

  it('--json prints the same for programs', async () => {
    const { stdout } = await runCli(['config', '--json', '--entry', 'a.ts'])
    assert.deepEqual(JSON.parse(stdout).entry, { value: 'a.ts', origin: 'flag --entry' })
  })

  it('warns of a misspelt variable', async () => {
    const { stderr } = await runCli(['config'], { SCOREHOST_PROT: '8000' })
    assert.match(
      stderr,
      /the environment has SCOREHOST_PROT, which is no setting; did you mean SCOREHOST_PORT\?/,
    )
  })
})

describe('--help', () => {
  for (const words of [['--help'], ['serve', '--help'], ['config', '-h'], ['help', 'serve']]) {
    it(`${words.join(' ')} exits with 0`, async () => {
      const { exitCode, stdout } = await runCli(words)
      assert.match(stdout, /^Usage: scorehost/)
      assert.equal(exitCode, 0)
    })
  }

  it('names every setting with its environment name', async () => {
    const { stdout } = await runCli(['serve', '--help'])
    assert.match(stdout, /--scoring-timeout-ms[\s\S]*SCORING_TIMEOUT_MS/)
    assert.match(stdout, /--workers[\s\S]*WORKER_COUNT/)
  })
})
