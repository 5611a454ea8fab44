// The benchmark runs, and measures everybody. What it measures is not looked at: the machine of a test is busy.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { CONTESTANTS } from '../../bench/contestants.ts'
import { noBenchmarks } from '../support/no-benchmarks.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const run = promisify(execFile)
const PROGRAM = repositoryPath('dist/bench/path.js')

describe('bench:path', { skip: noBenchmarks() }, () => {
  it('measures every contestant, prints a table and writes the file that it is told to', async t => {
    const json = join(temporaryFolder(t), 'results.json')
    const words = ['--connections', '2', '--seconds', '1', '--rounds', '1', '--json', json]
    const { stdout } = await run(process.execPath, [PROGRAM, ...words])

    const rows = stdout.split('\n').flatMap(line => /^\| (\w+) +\| +\d+ \|/.exec(line)?.[1] ?? [])
    assert.deepEqual(rows, [...CONTESTANTS])
    const { results } = JSON.parse(readFileSync(json, 'utf8'))
    assert.equal(results.length, 1)
    assert.equal(results[0].connections, 2)
    for (const name of CONTESTANTS) {
      assert(results[0].rounds[0][name].requestsPerSecond > 0, name)
      assert(results[0].rounds[0][name].cpuMicros > 0, name)
    }
  })

  it('says how it is used where a flag is not understood', async () => {
    for (const words of [
      ['--seconds', '0'],
      ['--connections', '1,many'],
      ['--contestants', 'nobody'],
      ['--fast'],
    ])
      await assert.rejects(run(process.execPath, [PROGRAM, ...words]), { code: 2, stdout: /usage:/ })
  })
})
