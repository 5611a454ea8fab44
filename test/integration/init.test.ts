// scorehost init: a folder to start from that type-checks, passes its check, serves, and is never overwritten.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { repositoryPath, runCli, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const FILES = [
  '.dockerignore',
  'Dockerfile',
  'README.md',
  'package.json',
  'request.json',
  'score.ts',
  'scorehost.d.ts',
  'tsconfig.json',
]

/** Runs TypeScript's compiler in a folder. */
function compile(folder: string) {
  const compiler = repositoryPath('node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
  return { status, stdout }
}

describe('scorehost init', () => {
  it('writes a starter that type-checks, passes scorehost check and answers its request', async t => {
    const folder = join(temporaryFolder(t), 'new', 'service')
    const { exitCode, stdout } = await runCli(['init', folder])
    assert.match(
      stdout,
      /Wrote .*score\.ts.* into .*\/new\/service\.[\s\S]*scorehost check[\s\S]*scorehost serve --watch/,
    )
    assert.equal(exitCode, 0)
    assert.deepEqual(readdirSync(folder).toSorted(), FILES)

    assert.deepEqual(compile(folder), { status: 0, stdout: '' })

    const checked = await runCli(['check', folder])
    assert.deepEqual(JSON.parse(checked.stdout), { sums: [10.2, 17.2] })
    assert.equal(checked.exitCode, 0)

    await using runtime = await startReady({ module: folder, env: { WORKER_COUNT: '1' } })
    const request = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8'))
    const answer = await runtime.score(request)
    assert.deepEqual(answer.json, { sums: [10.2] })
    assert.deepEqual(runtime.stderr, [])
  })

  it('gives types that find mistakes', async t => {
    const folder = temporaryFolder(t)
    await runCli(['init', folder])
    writeFileSync(
      join(folder, 'wrong.ts'),
      `import { type InitContext, type OnnxModel, reply, type ScoreModule } from 'scorehost'
let model: OnnxModel
export async function init(context: InitContext) { model = await context.onnx(3) }
export const run = async () => reply(await model.run({}), { status: '404' })
export const module: ScoreModule = { batch: { maxSize: 'many' } }
`,
    )
    const { status, stdout } = compile(folder)
    const places = [...stdout.matchAll(/wrong\.ts\((\d+),/g)].map(match => match[1])
    assert.deepEqual([status === 0, places], [false, ['3', '4', '5']], stdout)
  })

  it('writes into the current folder, and leaves what else is there', async t => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'model.onnx'), 'weights')
    mkdirSync(join(folder, '.git'))
    const cli = repositoryPath('dist/cli/scorehost.js')
    assert.equal(spawnSync(process.execPath, [cli, 'init'], { cwd: folder }).status, 0)
    assert.deepEqual(readdirSync(folder).toSorted(), [...FILES, '.git', 'model.onnx'].toSorted())
  })

  it('overwrites nothing: with one of its files there it writes none', async t => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'README.md'), 'mine')
    writeFileSync(join(folder, 'score.ts'), 'mine')
    const { exitCode, stdout, stderr } = await runCli(['init', folder])
    assert.match(stderr, /ERR_CONFIG_INVALID: .* has README\.md, score\.ts already; nothing was written/)
    assert.equal(stdout, '')
    assert.equal(exitCode, 2)
    assert.deepEqual(readdirSync(folder).toSorted(), ['README.md', 'score.ts'])
    assert.equal(readFileSync(join(folder, 'score.ts'), 'utf8'), 'mine')
  })

  it('refuses a second time', async t => {
    const folder = temporaryFolder(t)
    assert.equal((await runCli(['init', folder])).exitCode, 0)
    const { exitCode, stderr } = await runCli(['init', folder])
    for (const file of FILES) assert(stderr.includes(file), file)
    assert.equal(exitCode, 2)
  })

  it('refuses a file in place of a folder, and flags', async t => {
    const file = join(temporaryFolder(t), 'file')
    writeFileSync(file, '')
    const isFile = await runCli(['init', file])
    assert.match(isFile.stderr, /file is no folder$/)
    const withFlag = await runCli(['init', '--force'])
    assert.match(withFlag.stderr, /unknown flag --force; scorehost init takes none$/)
    assert.deepEqual([isFile.exitCode, withFlag.exitCode], [2, 2])
  })
})

it('everything that init writes is in the package', () => {
  const { files } = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8'))
  assert(files.includes('cli/templates') && files.includes('dist/runtime'))
})
