// scorehost check of a module that fails: the code, the place in the author's own source, exit code 3.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkOf, type Files } from '../support/check-run.ts'

/** Begins every command to a terminal. */
const ESCAPE = String.fromCharCode(27)
const SAMPLE = 'export const inputSample = {}\n'

describe('a failure exits with 3, and has its code and its place', () => {
  const CASES: readonly { what: string; files: Files; env?: Record<string, string>; says: RegExp[] }[] = [
    {
      what: 'run() throws',
      files: {
        'score.ts': `${SAMPLE}export function run(input: { rows?: number[] }): number {\n\treturn input.rows!.length\n}\n`,
      },
      says: [
        /^ERR_RUN_FAILED: /,
        /\n {2}at FOLDER\/score\.ts:3:21\n/,
        /\n {2}> 3 \| \treturn input\.rows!\.length\n {4} {2}\| \t {19}\^\n/,
        /TypeError: Cannot read properties of undefined \(reading 'length'\)\n {4}at .*run.*score\.ts:3:21/,
      ],
    },
    {
      what: 'init() throws, with a cause',
      files: {
        'score.mjs': `${SAMPLE}export const run = () => 1\nexport function init() {\n  throw new Error('outer', { cause: new Error('inner') })\n}`,
      },
      says: [
        /^ERR_INIT_FAILED: init\(\) of /,
        /at FOLDER\/score\.mjs:4:9/,
        /Error: outer\n/,
        /caused by Error: inner/,
      ],
    },
    {
      what: 'a package fails on behalf of the module',
      files: {
        'node_modules/thrower/index.js': `exports.fail = () => { throw new Error('in a package') }`,
        'score.cjs': `exports.inputSample = 1\nexports.run = () => require('thrower').fail()`,
      },
      says: [/\n {2}at FOLDER\/score\.cjs:2:40\n/],
    },
    {
      what: 'the module cannot be loaded',
      files: { 'score.mjs': `export const run = () => {\n  const x = ;\n}` },
      says: [/^ERR_MODULE_LOAD: /, /at FOLDER\/score\.mjs:2:13\n/, / {2}> 2 \| {3}const x = ;\n/],
    },
    {
      what: 'a package is not there',
      files: {
        'score.ts': `import { reply } from 'scorehost'\nimport express from 'express'\nexport const run = () => reply(express)`,
      },
      says: [
        /^ERR_MODULE_LOAD: .*'express' imported from/,
        /\n {2}at FOLDER\/score\.ts:2:21\n/,
        / {2}> 2 \| import express/,
      ],
    },
    {
      what: 'a file of its own is not there',
      files: {
        'score.ts': `export { run } from './lib/run.ts'`,
        'lib/run.ts': `\nexport const run = () => import('x')\nimport '../double'`,
      },
      says: [/^ERR_MODULE_LOAD: .*double' imported from/, /\n {2}at FOLDER\/lib\/run\.ts:3:8\n/],
    },
    {
      what: 'a required file is not there',
      files: { 'score.cjs': `exports.run = () => 1\nrequire('./double')` },
      says: [/^ERR_MODULE_LOAD: .*'\.\/double' required by/, /\n {2}at FOLDER\/score\.cjs:2:(1|9)\n/],
    },
    {
      what: 'there is no module',
      files: {},
      says: [/^ERR_MODULE_LOAD: There is no score module; looked in FOLDER/],
    },
    {
      what: 'it exports the wrong things',
      files: { 'score.mjs': 'export const run = 1' },
      says: [/^ERR_MODULE_CONTRACT: /],
    },
    {
      what: 'the data is not what its content type says',
      files: { 'score.mjs': 'export const run = () => 1', 'data.json': '{' },
      says: [/^ERR_INPUT_MALFORMED: The body \(application\/json\) is not JSON/],
    },
    {
      what: 'the data does not fit the sample',
      files: {
        'score.mjs': `export const inputSample = { rows: [1], name: 'a' }\nexport const run = () => 1`,
        'data.json': '{"rows":["x"],"name":2}',
      },
      says: [/^ERR_INPUT_SHAPE: /, /\n {2}\/rows\/0: must be number\n/, /\n {2}\/name: must be string\n?/],
    },
    {
      what: 'the answer cannot be JSON',
      files: { 'score.mjs': `${SAMPLE}export const run = () => 1n` },
      says: [/^ERR_RUN_FAILED: .*JSON cannot carry/, /BigInt/],
    },
    {
      what: 'init() does not settle',
      files: { 'score.mjs': 'export const run = () => 1\nexport const init = () => new Promise(() => {})' },
      env: { SCOREHOST_INIT_TIMEOUT_MS: '3000' },
      says: [/^ERR_INIT_FAILED: init\(\) did not end within 3000 ms \(SCOREHOST_INIT_TIMEOUT_MS\)/],
    },
    {
      what: 'loading does not settle',
      files: { 'score.mjs': 'await new Promise(() => {})\nexport const run = () => 1' },
      env: { SCOREHOST_INIT_TIMEOUT_MS: '300' },
      says: [/^ERR_INIT_FAILED: loading the score module did not end within 300 ms/],
    },
    {
      what: 'run() does not settle',
      files: { 'score.mjs': `${SAMPLE}export const run = () => new Promise(() => {})` },
      env: { SCORING_TIMEOUT_MS: '300' },
      says: [/^ERR_SCORING_TIMEOUT: Scoring took longer than 300 ms/],
    },
    {
      what: 'run() loops for ever',
      files: {
        'score.ts': `${SAMPLE}export function run(): void {\n  const spin = (): void => {\n    for (;;) {}\n  }\n  spin()\n}`,
      },
      env: { SCORING_TIMEOUT_MS: '300' },
      says: [
        /^ERR_SCORING_TIMEOUT: Scoring took longer than 300 ms/,
        /\n {2}at FOLDER\/score\.ts:4:\d+\n/,
        /Error: the event loop was blocked\n {4}at spin \(.*score\.ts:4:\d+\)\n {4}at .*run.*score\.ts:6:3/,
      ],
    },
    {
      what: 'init() loops for ever',
      files: { 'score.cjs': 'exports.run = () => 1\nexports.init = () => {\n  while (true);\n}' },
      env: { SCOREHOST_INIT_TIMEOUT_MS: '3000' },
      says: [/^ERR_INIT_FAILED: init\(\) did not end within 3000 ms/, /\n {2}at FOLDER\/score\.cjs:3:\d+\n/],
    },
    {
      what: 'loading loops for ever',
      files: { 'score.mjs': 'export const run = () => 1\nfor (;;);' },
      env: { SCOREHOST_INIT_TIMEOUT_MS: '3000' },
      says: [
        /^ERR_INIT_FAILED: loading .* did not end within 3000 ms/,
        /\n {2}at FOLDER\/score\.mjs:2:\d+\n/,
      ],
    },
    {
      what: 'init() ends the process',
      files: { 'score.mjs': 'export const run = () => 1\nexport const init = () => {\n  process.exit(0)\n}' },
      says: [
        /^ERR_INIT_FAILED: init\(\) ended the process/,
        /at FOLDER\/score\.mjs:3:11/,
        /process\.exit\(0\) was called/,
      ],
    },
    {
      what: 'loading ends the process',
      files: { 'score.mjs': 'process.exit()\nexport const run = () => 1' },
      says: [/^ERR_INIT_FAILED: the score module, while it was loaded, ended the process/, /score\.mjs:1:9/],
    },
    {
      what: 'run() ends the process',
      files: { 'score.mjs': `${SAMPLE}export const run = () => process.exit(7)` },
      says: [/^ERR_WORKER_LOST: run\(\) ended the process/, /at FOLDER\/score\.mjs:2:34/],
    },
    {
      what: 'run() throws outside of itself',
      files: {
        'score.mjs': `${SAMPLE}export const run = () => new Promise(() => setImmediate(() => {\n  throw new Error('outside')\n}))`,
      },
      says: [/^ERR_WORKER_LOST: run\(\) threw an exception that nobody caught/, /at FOLDER\/score\.mjs:3:9/],
    },
    {
      what: 'run() leaves a rejected promise',
      files: {
        'score.mjs': `${SAMPLE}export const run = () => {\n  Promise.reject(new Error('nobody waits'))\n  return new Promise(() => {})\n}`,
      },
      says: [
        /^ERR_WORKER_LOST: run\(\) left a rejected promise that nobody handled/,
        /at FOLDER\/score\.mjs:3:18/,
      ],
    },
    {
      what: 'close() throws',
      files: {
        'score.mjs': `export const run = () => 1\nexport const close = () => {\n  throw new Error('no end')\n}`,
      },
      says: [/at FOLDER\/score\.mjs:3:9/, /Error: no end/],
    },
  ]
  for (const { what, files, env = {}, says } of CASES) {
    it(what, async t => {
      const words = 'data.json' in files ? ['--data', 'FOLDER/data.json'] : []
      const { exitCode, stderr } = await checkOf(t, files, words, env)
      const report = stderr.slice(stderr.search(/^ERR_/m))
      for (const expected of says) assert.match(report, expected)
      assert.equal(exitCode, 3)
    })
  }

  it('is in colour where FORCE_COLOR says so, own frames set off from others, and else is not', async t => {
    const files = { 'score.mjs': `${SAMPLE}export const run = () => null.x` }
    const plain = await checkOf(t, files)
    assert(!plain.stderr.includes(ESCAPE))
    const coloured = await checkOf(t, files, [], { FORCE_COLOR: '1' })
    const frames = coloured.stderr.split('\n').filter(line => line.includes('    at '))
    const own = frames.filter(line => line.startsWith(`${ESCAPE}[1m${ESCAPE}[33m    at `))
    assert.deepEqual(
      own.map(line => line.includes('FOLDER/score.mjs')),
      [true],
    )
    assert(frames.length > 3)
    assert(frames.every(line => own.includes(line) || line.startsWith(`${ESCAPE}[2m    at `)))
  })
})
