// The benchmark of models runs, and measures everybody. What it measures is not looked at: the machine of a test is busy.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { noBenchmarks } from '../support/no-benchmarks.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const run = promisify(execFile)
const PROGRAM = repositoryPath('dist/bench/models.js')
const CONTESTANTS = {
  'pooling-binary': ['bare', 'worker', 'front'],
  'digits-json': ['alone', 'batched', 'default'],
}

describe('bench:models', { skip: noBenchmarks() }, () => {
  it('measures every contestant, prints tables and writes the file that it is told to', async t => {
    const json = join(temporaryFolder(t), 'results.json')
    const words = ['--trials', `${Object.keys(CONTESTANTS)}`, '--seconds', '1', '--rounds', '1']
    const { stdout } = await run(process.execPath, [PROGRAM, ...words, '--json', json])

    const rows = stdout.split('\n').flatMap(line => /^\| (\w+) +\| +\d+ \|/.exec(line)?.[1] ?? [])
    assert.deepEqual(rows, Object.values(CONTESTANTS).flat())
    assert.match(stdout, /^batched: \d+\.\d\d, target 1\.30, (?:met|missed)$/m)
    const { results } = JSON.parse(readFileSync(json, 'utf8'))
    assert.deepEqual(
      results.map(({ trial, rounds }: { trial: string; rounds: object[] }) => [
        trial,
        Object.keys(rounds[0] ?? {}),
      ]),
      Object.entries(CONTESTANTS),
    )
  })

  it('says how it is used where a flag is not understood', async () => {
    for (const words of [['--rounds', 'many'], ['--trials', 'nothing'], ['--fast']])
      await assert.rejects(run(process.execPath, [PROGRAM, ...words]), { code: 2, stdout: /usage:/ })
  })
})
