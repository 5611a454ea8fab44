// scorehost replicas: the number first, and how it comes about.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runCli } from '../support/start-runtime.ts'

describe('scorehost replicas', () => {
  it('prints the number, and below it the sum', async () => {
    const words = ['--rps', '20', '--seconds', '10', '--per-container', '1', '--utilization', '0.7']
    const { exitCode, stdout, stderr } = await runCli(['replicas', ...words])
    assert.equal(stdout, '286\n20 requests/s x 10 s = 200 at once; / 0.7 utilization / 1 per container')
    assert.deepEqual([exitCode, stderr], [0, ''])
  })

  it('takes 0.7 and one request for each container where nothing else is said', async () => {
    const { stdout } = await runCli(['replicas', '--rps=7', '--seconds=10'])
    assert.match(stdout, /^100\n.* \/ 0\.7 utilization \/ 1 per container$/)
  })

  const refused = [
    [['--seconds', '1'], '--rps is missing; scorehost replicas --help says what it is'],
    [['--rps', '1'], '--seconds is missing; scorehost replicas --help says what it is'],
    [['--rps', '0', '--seconds', '1'], '--rps: "0" is no number above 0, such as 20 or 0.5'],
    [['--rps', '1', '--seconds', '-2'], '--seconds: "-2" is no number above 0, such as 20 or 0.5'],
    [['--rps', 'NaN', '--seconds', '1'], '--rps: "NaN" is no number above 0, such as 20 or 0.5'],
    [
      ['--rps', '1', '--seconds', '1', '--utilization', '70'],
      '--utilization: 70 is more than 1, which is all of the time',
    ],
    [['--rps', '1', '--second', '1'], 'unknown flag --second; did you mean --seconds?'],
  ] as const
  for (const [words, message] of refused)
    it(`refuses ${words.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await runCli(['replicas', ...words])
      assert.equal(stderr, `scorehost: ERR_CONFIG_INVALID: ${message}`)
      assert.deepEqual([exitCode, stdout], [2, ''])
    })
})
