// Who may import whom, as docs/architecture.md draws it.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'

const ROOT = new URL('../../../', import.meta.url)

interface Import {
  /** Path of the importing file, from the root of the project. */
  readonly file: string
  readonly specifier: string
}

/** Every way to name another module: from-clauses, bare and dynamic imports, types, createRequire. */
const FORMS = [
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]/g,
  /\bcreateRequire\([^)]*\)\(\s*['"]([^'"]+)['"]/g,
]

function specifiersIn(source: string): string[] {
  return FORMS.flatMap(form => [...source.matchAll(form)].flatMap(([, specifier]) => specifier ?? []))
}

/** Folders whose files a folder may import beside its own; `runtime` is the ground floor alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  'runtime/model': ['runtime'],
  'runtime/engine': ['runtime'],
  'runtime/openapi': ['runtime'],
  'runtime/traces': ['runtime'],
  'runtime/contracts': ['runtime', 'runtime/openapi'],
  'runtime/http': ['runtime', 'runtime/contracts'],
  'runtime/worker': [
    'runtime',
    'runtime/model',
    'runtime/engine',
    'runtime/contracts',
    'runtime/http',
    'runtime/traces',
  ],
  supervisor: ['runtime'],
}

/** The folder that the rules speak of: two levels of runtime, one of the others. */
function districtOf(file: string): string {
  const [first = '', second = '', ...rest] = file.split('/')
  return first === 'runtime' && rest.length > 0 ? `${first}/${second}` : first
}

/** What is wrong with an import, null where it is allowed. */
function violation({ file, specifier }: Import): string | null {
  if (!specifier.startsWith('.')) return null
  const from = districtOf(file)
  if (from === 'cli') return null
  const to = districtOf(posix.join(posix.dirname(file), specifier))
  const allowed = MAY_IMPORT[from]
  if (allowed === undefined) return `${file}: there is no rule for ${from}`
  return to === from || allowed.includes(to) ? null : `${file} imports ${specifier}`
}

const PRODUCT = ['runtime/', 'supervisor/', 'cli/']

function importsOfProject(folders: readonly string[] = PRODUCT): Import[] {
  return folders.flatMap(folder =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => folder + name)
      .flatMap(file =>
        specifiersIn(readFileSync(new URL(file, ROOT), 'utf8')).map(specifier => ({ file, specifier })),
      ),
  )
}

function importersOf(packageName: string, folders: readonly string[] = PRODUCT): string[] {
  const importers = importsOfProject(folders).filter(
    ({ specifier }) => specifier === packageName || specifier.startsWith(`${packageName}/`),
  )
  return [...new Set(importers.map(({ file }) => file))]
}

test('imports point downwards only', () => {
  assert.deepEqual(
    importsOfProject().flatMap(one => violation(one) ?? []),
    [],
  )
})

test('http-proxy is known to one file', () => {
  assert.equal(importersOf('http-proxy').length, 1)
  // and to what the benchmark holds against it
  assert.deepEqual(importersOf('http-proxy', ['bench/']), ['bench/baselines/proxy.ts'])
})

test('undici is known to one file, and of undici one file', () => {
  const specifiers = importsOfProject().filter(({ specifier }) => specifier.startsWith('undici'))
  assert.deepEqual(specifiers, [
    { file: 'supervisor/front/quick-relay.ts', specifier: 'undici' },
    { file: 'supervisor/front/quick-relay.ts', specifier: 'undici/lib/dispatcher/pool.js' },
  ])
  const source = readFileSync(new URL('supervisor/front/quick-relay.ts', ROOT), 'utf8')
  assert.match(source, /import type \{[^}]*\} from 'undici'/)
})

test('nothing of the product imports http but for its types: runtime/node-http.ts says why', () => {
  const importers = PRODUCT.flatMap(folder =>
    readdirSync(new URL(`dist/${folder}`, ROOT), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.js'))
      .filter(name =>
        specifiersIn(readFileSync(new URL(`dist/${folder}${name}`, ROOT), 'utf8')).includes('node:http'),
      ),
  )
  assert.deepEqual(importers, [])
})

test('the readers of archives are known to one file each, which only scorehost prepare loads', () => {
  assert.deepEqual(importersOf('tar'), ['cli/prepare/tar-archive.ts'])
  assert.deepEqual(importersOf('yauzl'), ['cli/prepare/zip-archive.ts'])
  const commands = importsOfProject().filter(({ file }) => /^cli\/[^/]+$/.test(file))
  const loaded = commands.filter(({ specifier }) => specifier === './prepare/preparation.ts')
  assert.deepEqual(loaded, [{ file: 'cli/prepare.ts', specifier: './prepare/preparation.ts' }])
  assert.match(
    readFileSync(new URL('cli/prepare.ts', ROOT), 'utf8'),
    /await import\('\.\/prepare\/preparation\.ts'\)/,
  )
})

test('OpenTelemetry is known to one folder, which a worker loads where it is asked to', () => {
  const importers = [
    ...new Set(
      importsOfProject().flatMap(one => (one.specifier.startsWith('@opentelemetry/') ? one.file : [])),
    ),
  ]
  assert.ok(importers.length > 0, 'the search found who imports it')
  assert.deepEqual(
    importers.filter(file => districtOf(file) !== 'runtime/traces'),
    [],
  )
  const loading = importsOfProject().filter(
    ({ file, specifier }) => districtOf(file) !== 'runtime/traces' && specifier.includes('/traces/'),
  )
  // a type and a dynamic import
  assert.deepEqual(
    loading,
    Array(2).fill({ file: 'runtime/worker/main.ts', specifier: '../traces/start-tracing.ts' }),
  )
  const main = readFileSync(new URL('runtime/worker/main.ts', ROOT), 'utf8')
  assert.match(main, /import type \{ RunningTracing \} from/)
  assert.match(main, /await import\('\.\.\/traces\/start-tracing\.ts'\)/)
})

test('only the model folder knows the ONNX addon, and the public types, which name its types', () => {
  const importers = importersOf('onnxruntime-node')
  assert(importers.length > 0, 'the search found the file that loads the addon')
  assert.deepEqual(
    importers.filter(file => districtOf(file) !== 'runtime/model'),
    ['runtime/score-api.ts'],
  )
})

test('relative imports carry their extension', () => {
  const bare = importsOfProject().filter(({ specifier }) => /^\.(?!.*\.(?:ts|cjs)$)/.test(specifier))
  assert.deepEqual(bare, [])
})

test('the search finds every form of import', () => {
  const source = `
import a from './a.ts'
import type { B } from "./b.ts"
import {
  type C,
  d,
} from './c.ts'
import './e.ts'
export { f } from './f.ts'
export * from './g.ts'
const h = await import('./h.ts')
type I = typeof import('i')
const j = createRequire(import.meta.url)('j')
const text = 'import k'
`
  assert.deepEqual(specifiersIn(source).toSorted(), [
    './a.ts',
    './b.ts',
    './c.ts',
    './e.ts',
    './f.ts',
    './g.ts',
    './h.ts',
    'i',
    'j',
  ])
})

const FORBIDDEN: readonly Import[] = [
  { file: 'runtime/errors.ts', specifier: './model/load.ts' },
  { file: 'runtime/config.ts', specifier: '../supervisor/plan.ts' },
  { file: 'runtime/model/load.ts', specifier: '../engine/engine.ts' },
  { file: 'runtime/engine/engine.ts', specifier: '../http/server.ts' },
  { file: 'runtime/openapi/document.ts', specifier: '../contracts/contract.ts' },
  { file: 'runtime/contracts/azureml.ts', specifier: '../http/respond.ts' },
  { file: 'runtime/http/server.ts', specifier: '../engine/engine.ts' },
  { file: 'runtime/worker/main.ts', specifier: '../../cli/serve.ts' },
  { file: 'runtime/elsewhere/x.ts', specifier: '../errors.ts' },
  { file: 'supervisor/supervisor.ts', specifier: '../runtime/worker/main.ts' },
  { file: 'supervisor/front/relay.ts', specifier: '../../runtime/http/server.ts' },
  { file: 'supervisor/health.ts', specifier: '../cli/help.ts' },
]

for (const one of FORBIDDEN)
  test(`${one.file} may not import ${one.specifier}`, () => assert.notEqual(violation(one), null))

const ALLOWED: readonly Import[] = [
  { file: 'runtime/config.ts', specifier: './errors.ts' },
  { file: 'runtime/contracts/azureml.ts', specifier: '../openapi/description.ts' },
  { file: 'runtime/http/server.ts', specifier: '../contracts/contract.ts' },
  { file: 'runtime/worker/main.ts', specifier: '../engine/engine.ts' },
  { file: 'supervisor/front/relay.ts', specifier: '../upstreams.ts' },
  { file: 'supervisor/front/relay.ts', specifier: '../../runtime/ipc.ts' },
  { file: 'cli/serve.ts', specifier: '../supervisor/supervisor.ts' },
  { file: 'runtime/errors.ts', specifier: 'node:fs' },
]

for (const one of ALLOWED)
  test(`${one.file} may import ${one.specifier}`, () => assert.equal(violation(one), null))
