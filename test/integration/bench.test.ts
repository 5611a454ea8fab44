// The benchmark runs, and measures everybody. What it measures is not looked at: the machine of a test is busy.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { findNginx } from '../../bench/contestants/nginx.ts'
import { noBenchmarks } from '../support/no-benchmarks.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const run = promisify(execFile)
const PROGRAM = repositoryPath('dist/bench/bench.js')
const hasNginx = findNginx() !== null

/** One front is enough, and the service of `memory` has the other one. */
const front = hasNginx ? 'nginx' : 'node'

/** One scenario of each kind, and whom of those chosen it measures beside its baseline. */
const TABLES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'iris-64': [['bare', front]],
  'digits-json': [['alone', 'batched']],
  stream: [['bare', front]],
  // its baseline is behind nginx too
  blocking: hasNginx ? [['bare-nginx', front]] : [],
  idle: [[front, `${front}, 50 idle`]],
  start: [['require', front]],
  memory: [['bare-1', 'supervisor']],
}
/** How many targets each has. */
const TARGETS: Readonly<Record<string, number>> = {
  'iris-64': 1,
  'digits-json': 1,
  stream: 0,
  blocking: 1,
  idle: 1,
  start: 1,
  memory: 2,
}

interface Written {
  readonly node: string
  readonly scenarios: readonly {
    readonly name: string
    readonly error: string | null
    readonly sections: readonly {
      readonly rounds: readonly Readonly<Record<string, object>>[]
      readonly verdicts: readonly object[]
    }[]
  }[]
}

describe('the benchmark', { skip: noBenchmarks() }, () => {
  it('measures everybody, prints tables and a summary, and writes the file that it is told to', async t => {
    const json = join(temporaryFolder(t), 'results.json')
    const { stdout } = await run(process.execPath, [
      PROGRAM,
      ...['--scenarios', `${Object.keys(TABLES)}`, '--contestants', `${front},batched,supervisor`],
      ...['--rounds', '1', '--seconds', '1', '--requests', '2000', '--idle', '50', '--json', json],
    ]).catch(thrown => assert.fail(`exit code ${thrown.code}:\n${thrown.stdout}`))

    const rows = stdout.split('\n').flatMap(line => /^\| ([^|]+?) +\| +[\d.]+ \|/.exec(line)?.[1] ?? [])
    assert.deepEqual(rows, Object.values(TABLES).flat(2))
    const summary = stdout.slice(stdout.indexOf('| scenario')).trimEnd().split('\n').slice(2)
    assert.deepEqual(
      summary.map(line => line.split('|')[1]?.trim()),
      Object.entries(TARGETS).flatMap(([name, count]) => Array(count).fill(name)),
    )
    for (const line of summary) assert.match(line, /\| +(?:met|missed|shown|not measured: [^|]+) \|$/)

    const { node, scenarios }: Written = JSON.parse(readFileSync(json, 'utf8'))
    assert.equal(node, process.version)
    const measured = scenarios.map(({ name, sections }) => [
      name,
      sections.flatMap(({ rounds }) => rounds.map(round => Object.keys(round))),
    ])
    assert.deepEqual(Object.fromEntries(measured), TABLES)
    for (const { name, error, sections } of scenarios) {
      assert.equal(error, null, name)
      assert.equal(sections.flatMap(({ verdicts }) => verdicts).length, TARGETS[name], name)
    }
  })

  // by itself, without a front and for longer: of 10 MB a busy machine may carry none within a second
  it('measures large bodies', async t => {
    const json = join(temporaryFolder(t), 'results.json')
    const { stdout } = await run(process.execPath, [
      PROGRAM,
      ...[
        '--scenarios',
        'echo',
        '--contestants',
        'worker',
        '--rounds',
        '1',
        '--seconds',
        '4',
        '--json',
        json,
      ],
    ]).catch(thrown => assert.fail(`exit code ${thrown.code}:\n${thrown.stdout}`))
    assert.match(stdout, /^\| bare +\| +\d+ \|[\s\S]*^\| worker +\| +\d+ \|/m)
  })

  it('says how it is used where a flag is not understood', async () => {
    for (const words of [
      ['--rounds', 'many'],
      ['--seconds', '0'],
      ['--scenarios', 'nothing'],
      ['--contestants', 'nobody'],
      ['--fast'],
    ])
      await assert.rejects(run(process.execPath, [PROGRAM, ...words]), { code: 2, stdout: /usage:/ })
  })

  it('lists what there is', async () => {
    const { stdout } = await run(process.execPath, [PROGRAM, '--list'])
    for (const name of Object.keys(TABLES)) assert.match(stdout, new RegExp(`^${name}: `, 'm'))
  })
})
