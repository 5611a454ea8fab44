// scorehost check: one input through the real module, and the answer in print.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkOf } from '../support/check-run.ts'
import { scoreFolder } from '../support/score-folder.ts'
import { repositoryPath, runCli } from '../support/start-runtime.ts'

/** A module whose answer tells what run() was given. */
const ECHO = {
  'score.mjs': `
    export const input = true
    export const inputSample = { from: 'the sample' }
    export const run = (input, context) => ({ input, bytes: Buffer.isBuffer(input), type: context.contentType, cwd: process.cwd() === import.meta.dirname })
  `.replace('import.meta.dirname', "decodeURI(new URL('.', import.meta.url).pathname.slice(0, -1))"),
  'data.json': '{"from":"a file"}',
  'data.txt': 'some text',
  'data.csv': 'a,b',
  'data.bin': 'bytes',
  'data.vnd': '[1]',
}

describe('scorehost check', () => {
  it('scores the sample in the app root, and prints the answer, the times and the memory', async t => {
    const { exitCode, stdout, stderr } = await checkOf(t, ECHO)
    assert.deepEqual(JSON.parse(stdout), {
      input: { from: 'the sample' },
      bytes: false,
      type: 'application/json',
      cwd: true,
    })
    assert.match(stdout, /^\{\n {2}"input": \{\n {4}"from"/)
    assert.match(stderr, /^load \d+ ms, init \d+ ms, run \d+ ms, memory \d+ MiB$/)
    assert.equal(exitCode, 0)
  })

  const DATA = [
    ['data.json', [], { input: { from: 'a file' }, type: 'application/json' }],
    ['data.txt', [], { input: 'some text', type: 'text/plain' }],
    ['data.csv', [], { input: 'a,b', type: 'text/csv' }],
    ['data.bin', [], { bytes: true, type: 'application/octet-stream' }],
    ['data.vnd', ['--content-type', 'application/x+json'], { input: [1], type: 'application/x+json' }],
  ] as const
  for (const [file, words, expected] of DATA) {
    it(`scores ${[file, ...words].join(' ')}`, async t => {
      const { exitCode, stdout } = await checkOf(t, ECHO, ['--data', `FOLDER/${file}`, ...words])
      const answer = JSON.parse(stdout)
      const asked = Object.keys(expected).map(name => [name, answer[name]])
      assert.deepEqual(Object.fromEntries(asked), expected)
      assert.equal(exitCode, 0)
    })
  }

  it('scores standard input', async t => {
    const folder = scoreFolder(t, ECHO)
    const cli = repositoryPath('dist/cli/scorehost.js')
    const child = spawn(process.execPath, [cli, 'check', folder, '--data', '-'])
    child.stdin.end('{"from":"standard input"}')
    const chunks: Buffer[] = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    const [exitCode] = await once(child, 'close')
    assert.equal(JSON.parse(Buffer.concat(chunks).toString()).input.from, 'standard input')
    assert.equal(exitCode, 0)
  })

  it('scores the iris model', async () => {
    const { exitCode, stdout } = await runCli(['check', repositoryPath('samples/iris/score.ts')])
    assert.deepEqual(JSON.parse(stdout).classes, ['setosa', 'virginica'])
    assert.equal(exitCode, 0)
  })

  it('takes the folder of a file for the app root, where none is set', async t => {
    const folder = scoreFolder(t, {
      'deep/own.mjs': 'export const run = () => process.cwd()\nexport const inputSample = 1',
    })
    const file = join(folder, 'deep/own.mjs')
    const byFile = await runCli(['check', file])
    assert.equal(JSON.parse(byFile.stdout), join(folder, 'deep'))
    for (const [words, env] of [
      [['--app-root', folder], {}],
      [[], { AML_APP_ROOT: folder }],
    ] as const) {
      const { stdout } = await runCli(['check', file, ...words], env)
      assert.equal(JSON.parse(stdout), folder)
    }
  })

  it('without a sample says that init() ran and how to give data', async t => {
    const { exitCode, stdout, stderr } = await checkOf(t, {
      'score.mjs': `export const init = context => context.log.info('init ran')\nexport const run = () => 1`,
    })
    assert.match(stdout, /^init\(\) ran\. .* export an inputSample, or give data with --data FILE/)
    assert.match(stderr, /init ran[\s\S]*load \d+ ms, init \d+ ms, memory \d+ MiB/)
    assert.equal(exitCode, 0)
  })

  it('shows bytes by their length and start, and text as it is', async t => {
    const bytes = await checkOf(t, {
      'score.mjs': 'export const inputSample = Buffer.alloc(100, 0xab)\nexport const run = input => input',
    })
    assert.match(bytes.stdout, /^100 bytes: ab( ab){31} …\n?$/)
    const text = await checkOf(t, {
      'score.mjs': `import { reply } from 'scorehost'
        export const inputSample = 'x'
        export const run = input => reply(input + ' is text', { headers: { 'content-type': 'text/plain' } })`,
    })
    assert.equal(text.stdout.trim(), 'x is text')
  })

  it('shows a status that is not 200, with the headers', async t => {
    const { exitCode, stdout } = await checkOf(t, {
      'score.mjs': `import { reply } from 'scorehost'
        export const inputSample = 1
        export const run = () => reply({ no: 'such user' }, { status: 404, headers: { 'x-reason': 'unknown' } })`,
    })
    assert.match(stdout, /^status 404\n[\s\S]*x-reason: unknown\n\n\{\n {2}"no": "such user"\n\}/)
    assert.equal(exitCode, 0)
  })

  it('shows a stream piece by piece', async t => {
    const { exitCode, stdout } = await checkOf(t, {
      'score.mjs': `export const inputSample = 1
        export async function* run() { yield 'one '; yield 'two '; yield 'three' }`,
    })
    assert.equal(stdout.trim(), 'one two three\n(streamed, 3 pieces)')
    assert.equal(exitCode, 0)
  })

  it('warns of an export that looks misspelt, as a worker does', async t => {
    const { exitCode, stderr } = await checkOf(t, {
      'score.mjs': 'export const run = () => 1\nexport const inputsample = 1',
    })
    assert.match(
      stderr,
      /"level":"warn".*exports \\"inputsample\\", which .* did you mean \\"inputSample\\"\?/,
    )
    assert.equal(exitCode, 0)
  })

  it('ends though the module has left a timer behind, after close()', async t => {
    const { exitCode, stderr } = await checkOf(t, {
      'score.mjs': `setInterval(() => {}, 1000)
        export const run = () => 1
        export const close = () => console.log('closed')`,
    })
    assert.match(stderr, /closed/)
    assert.equal(exitCode, 0)
  })
})

describe('what is wrong with the command line exits with 2', () => {
  const CASES = [
    [['check', '--data', '/nowhere.json'], /--data: \/nowhere\.json cannot be read: ENOENT/],
    [['check', '/nowhere/at/all.ts'], /the folder \/nowhere\/at does not exist/],
    [
      ['check', 'a', 'b'],
      /unexpected argument "b"; there may be one, the score module or its folder, and flags/,
    ],
    [['check', '--dota', 'x'], /unknown flag --dota/],
  ] as const
  for (const [words, says] of CASES) {
    it(words.join(' '), async () => {
      const { exitCode, stderr } = await runCli(words)
      assert.match(stderr, says)
      assert.equal(exitCode, 2)
    })
  }
})
