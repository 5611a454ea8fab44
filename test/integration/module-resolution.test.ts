// What a score module can import: its own files, its own packages, and of ours two and no more.

import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { scoreFolder } from '../support/score-folder.ts'
import { runCli, startReady } from '../support/start-runtime.ts'

/** Every way to ask for a package, with the type of what it gives. */
const ESM_PROBE = `
import { createRequire } from 'node:module'
import * as ort from 'onnxruntime-node'
import { reply } from 'scorehost'

const require = createRequire(import.meta.url)

export async function run() {
  const dynamic = await import('scorehost')
  return {
    imported: [typeof reply, typeof ort.InferenceSession],
    dynamic: typeof dynamic.reply,
    required: [typeof require('scorehost').reply, typeof require('onnxruntime-node').InferenceSession],
    resolved: [require.resolve('scorehost'), require.resolve('onnxruntime-node')].map(path => path.startsWith('/')),
    same: require('scorehost').reply === reply,
    subpath: require('onnxruntime-node/package.json').name,
    telemetry: process.env.ORT_DISABLE_TELEMETRY,
  }
}
`
const FOUND = {
  imported: ['function', 'function'],
  dynamic: 'function',
  required: ['function', 'function'],
  resolved: [true, true],
  same: true,
  subpath: 'onnxruntime-node',
  telemetry: '1',
}

/** The answer of a module to `{}`, and what its process wrote that is no log line. */
async function answerOf(t: TestContext, files: Readonly<Record<string, string>>) {
  await using runtime = await startReady({ module: scoreFolder(t, files), env: { WORKER_COUNT: '1' } })
  const { json } = await runtime.score({})
  return {
    json,
    stderr: runtime.stderr.join('\n'),
    warnings: runtime.log.filter(({ level }) => level === 'warn'),
  }
}

/** The last line of a start that fails. */
async function failureOf(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = scoreFolder(t, files)
  const words = ['serve', '--app-root', folder, '--port', '0', '--log-format', 'json']
  const { exitCode, stderr } = await runCli(words, { WORKER_COUNT: '1' })
  const last: { code: string; msg: string } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
  return { folder, exitCode, ...last }
}

describe('onnxruntime-node and scorehost are there for a module without node_modules', () => {
  for (const name of ['score.mjs', 'score.ts', 'score.mts']) {
    it(`in ${name}, by import, import(), require() and require.resolve(), and no warning is printed`, async t => {
      const { json, stderr, warnings } = await answerOf(t, { [name]: ESM_PROBE })
      assert.deepEqual(json, FOUND)
      assert.equal(stderr, '')
      assert.deepEqual(warnings, [])
    })
  }

  for (const [name, types] of [
    ['score.cjs', ''],
    ['score.cts', ': Record<string, unknown>'],
    ['score.ts', ': Record<string, unknown>'],
    ['score.js', ''],
  ] as const) {
    it(`in CommonJS ${name}`, async t => {
      const { json, stderr } = await answerOf(t, {
        [name]: `
          const { reply } = require('scorehost')
          const ort = require('onnxruntime-node')
          const found${types} = { reply: typeof reply, ort: typeof ort.InferenceSession, path: require.resolve('scorehost').startsWith('/') }
          module.exports.run = () => found
        `,
      })
      assert.deepEqual(json, { reply: 'function', ort: 'function', path: true })
      assert.equal(stderr, '')
    })
  }
})

it("a module's own node_modules win", async t => {
  const own = (name: string) => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, main: 'index.cjs' }),
    [`node_modules/${name}/index.cjs`]: `exports.mine = '${name}'`,
  })
  const { json } = await answerOf(t, {
    ...own('scorehost'),
    ...own('onnxruntime-node'),
    ...own('left-over'),
    'deep/score.mts': `
      import { createRequire } from 'node:module'
      import scorehost from 'scorehost'
      import ort from 'onnxruntime-node'
      import other from 'left-over'
      const require = createRequire(import.meta.url)
      export const run = () => [scorehost.mine, ort.mine, other.mine, require('scorehost').mine]
    `,
    'score.mts': `export { run } from './deep/score.mts'`,
  })
  assert.deepEqual(json, ['scorehost', 'onnxruntime-node', 'left-over', 'scorehost'])
})

it('no other package of ours is to be seen', async t => {
  const { json } = await answerOf(t, {
    'score.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const names = ['express', 'pino', 'http-proxy', 'ajv', '@swc/wasm-typescript', 'onnxruntime-common']
      const asked = name => [import(name), (async () => require(name))(), (async () => require.resolve(name))()]
      export const run = async () => (await Promise.allSettled(names.flatMap(asked))).filter(({ status }) => status === 'fulfilled')
    `,
  })
  assert.deepEqual(json, [])
})

describe('files of a module', () => {
  it('import each other whatever their kind, with the right place in their stacks', async t => {
    const { json } = await answerOf(t, {
      'score.ts': `
import { type Doubled, double } from './double.ts'
import legacy from './legacy.cts'
import { late } from './late.mts'
import plain from './plain.cjs'
interface Input { readonly value?: number }
export async function run(input: Input): Promise<unknown> {
  const doubled: Doubled = double(input.value ?? 21)
  return { doubled, late, legacy: legacy.both, plain: plain.deep, places: [place(), legacy.place(), plain.deepPlace()] }
}
const place = (): string => /[^/]+:\\d+:\\d+/.exec(new Error('here').stack ?? '')?.[0] ?? ''
`,
      'double.ts': `export type Doubled = number\nexport const double = (value: number): Doubled => value * 2`,
      'late.mts': `export const late: string = await Promise.resolve('late')`,
      'legacy.cts': `
        import type { Reply } from 'scorehost'
        const deep: { word: string } = require('./deep.ts')
        const plain: { deep: string } = require('./plain.cjs')
        type Unused = Reply
        exports.both = [deep.word, plain.deep]
        exports.place = (): string => /[^/]+:\\d+:\\d+/.exec(new Error('here').stack ?? '')?.[0] ?? ''
      `,
      'plain.cjs': `const deep = require('./deep.ts')\nexports.deep = deep.word\nexports.deepPlace = deep.place`,
      'deep.ts': `
module.exports = {
  word: 'deep' satisfies string,
  place(): string { return /[^/]+:\\d+:\\d+/.exec(new Error('here').stack ?? '')?.[0] ?? '' },
}
`,
    })
    assert.deepEqual(json, {
      doubled: 42,
      late: 'late',
      legacy: ['deep', 'deep'],
      plain: 'deep',
      places: ['score.ts:11:50', 'legacy.cts:7:60', 'deep.ts:4:49'],
    })
  })

  it('may be an ES module that CommonJS requires', async t => {
    const { json, stderr } = await answerOf(t, {
      'score.cts': `const esm: { word: string } = require('./esm.mts')\nexports.run = (): string => esm.word`,
      'esm.mts': `export const word: string = 'required'`,
    })
    assert.deepEqual(json, 'required')
    assert.equal(stderr, '')
  })

  it('are modules or CommonJS as the nearest package.json says', async t => {
    const { json } = await answerOf(t, {
      'package.json': '{"type": "module"}',
      'score.ts': `import both from './lib/both.ts'\nexport const run = () => both`,
      'lib/package.json': '{"type": "commonjs"}',
      'lib/both.ts': `module.exports = typeof require as string`,
    })
    assert.deepEqual(json, 'function')
  })
})

describe('an import that is not found names what, from where, and how it was perhaps meant', () => {
  const score = (text: string) => ({ 'score.ts': text, 'double.ts': 'export const double = 1' })
  const CASES = [
    {
      what: 'a package',
      files: score(`import express from 'express'\nexport const run = () => express`),
      says: /cannot be loaded: Cannot find package 'express' imported from FOLDER\/score\.ts; a package .* node_modules folder beside it \(npm install\)/,
    },
    {
      what: 'a file without its extension',
      files: score(`import { double } from './double'\nexport const run = () => double`),
      says: /Cannot find module 'FOLDER\/double' imported from FOLDER\/score\.ts; did you mean double\.ts\?/,
    },
    {
      what: 'a TypeScript file by the name of its JavaScript',
      files: score(`import { double } from './double.js'\nexport const run = () => double`),
      says: /Cannot find module 'FOLDER\/double\.js' imported from FOLDER\/score\.ts; did you mean double\.ts\?/,
    },
    {
      what: 'a folder',
      files: { ...score(`import './lib'\nexport const run = () => 1`), 'lib/index.ts': '' },
      says: /Directory import 'FOLDER\/lib' .* imported from FOLDER\/score\.ts; did you mean lib\/index\.ts\?/,
    },
    {
      what: 'a file that is required',
      files: { 'score.cjs': `require('./doubel')` },
      says: /Cannot find module '\.\/doubel' required by FOLDER\/score\.cjs$/,
    },
    {
      what: 'a package that is required',
      files: { 'score.cjs': `require('numpy')` },
      says: /Cannot find module 'numpy' required by FOLDER\/score\.cjs; a package /,
    },
  ]
  for (const { what, files, says } of CASES) {
    it(what, async t => {
      const { folder, exitCode, code, msg } = await failureOf(t, files)
      assert.match(msg.replaceAll(folder, 'FOLDER'), says)
      assert.equal(code, 'ERR_MODULE_LOAD')
      assert.equal(exitCode, 3)
    })
  }
})

describe('what cannot be stripped or parsed is said with its place', () => {
  it('an enum', async t => {
    const { folder, msg } = await failureOf(t, {
      'score.ts': `export const run = () => 1\nenum Species { Setosa, Virginica }\n`,
    })
    assert.match(
      msg.replace(folder, 'FOLDER'),
      /FOLDER\/score\.ts cannot be loaded: SyntaxError: TypeScript enum is not supported in strip-only mode \(at .*score\.ts:2:1\)/,
    )
  })

  it('an error in a file that a TypeScript module with our packages imports', async t => {
    const { msg } = await failureOf(t, {
      'score.ts': `import { reply } from 'scorehost'\nimport './broken.mjs'\nexport const run = (): unknown => reply(1)`,
      'broken.mjs': `\n\nconst x = ;`,
    })
    assert.match(msg, /SyntaxError: Unexpected token ';' \(at .*broken\.mjs:3:11\)/)
  })
})
