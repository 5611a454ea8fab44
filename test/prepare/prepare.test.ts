// scorehost prepare: what the configuration names lies in the target folder afterwards, whole, and nothing else has changed.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { tarOf, zipOf } from '../support/archives.ts'
import { readTree, writeTree } from '../support/file-tree.ts'
import { preparing } from '../support/preparing.ts'
import { repositoryPath, runCli, startReady } from '../support/start-runtime.ts'

const MODEL = readFileSync(repositoryPath('samples/iris/azureml-models/iris/1/model.onnx'))

const FILES = {
  'iris/model.onnx': MODEL,
  'digits.tar.gz': gzipSync(
    tarOf([
      { path: './', type: 'Directory', mode: 0o755 },
      { path: './model.txt', text: 'weights' },
      { path: './bin/', type: 'Directory', mode: 0o755 },
      { path: './bin/tool', text: 'tool', mode: 0o4755 },
      { path: './bin/same', type: 'Link', linkpath: './bin/tool' },
      { path: './current', type: 'SymbolicLink', linkpath: 'bin/tool' },
      { path: './none', type: 'Directory', mode: 0o755 },
    ]),
  ),
  'deps/main.js': 'export const run = () => 1',
  'code.zip': zipOf([
    { name: 'lib/', mode: 0o040755 },
    { name: 'lib/add.js', text: 'export const add = (a, b) => a + b' },
    { name: 'lib/run.sh', text: 'true', mode: 0o104755 },
    { name: 'lib/link', text: 'add.js', mode: 0o120777 },
  ]),
}

const CONFIG = {
  MountPath: '/var/azureml-app',
  Models: {
    'iris:3': {
      Path: 'iris/model.onnx',
      ContainerPath: 'azureml-models/iris/3/model.onnx',
      UnpackType: 'None',
    },
    'digits:1': { Path: 'digits.tar.gz', ContainerPath: 'azureml-models/digits/1', UnpackType: 'TarGz' },
  },
  Dependency: [
    { Path: 'deps/main.js', ContainerPath: '/main.js' },
    { Content: '{"a":1}', ContainerPath: 'settings.json' },
    { Path: 'code.zip', ContainerPath: '/', UnpackType: 'Zip' },
  ],
}

const PREPARED = {
  'azureml-models/digits/1/bin/same': '*tool',
  'azureml-models/digits/1/bin/tool': '*tool',
  'azureml-models/digits/1/current': '-> bin/tool',
  'azureml-models/digits/1/model.txt': 'weights',
  'azureml-models/digits/1/none': null,
  'azureml-models/iris/3/model.onnx': MODEL.toString('latin1'),
  'lib/add.js': 'export const add = (a, b) => a + b',
  'lib/link': '-> add.js',
  'lib/run.sh': '*true',
  'main.js': 'export const run = () => 1',
  'settings.json': '{"a":1}',
}

describe('scorehost prepare', () => {
  it('copies and unpacks, says what it did, and does it again the same', async t => {
    const there = preparing(t, FILES, CONFIG)
    const { exitCode, stdout, stderr } = await there.run()
    assert.deepEqual(stderr.split('\n'), [
      'Models["iris:3"]: iris/model.onnx -> /azureml-models/iris/3/model.onnx (401 B)',
      'Models["digits:1"]: digits.tar.gz -> /azureml-models/digits/1 (4 files, 15 B)',
      'Dependency[0]: deps/main.js -> /main.js (26 B)',
      'Dependency[1]: /settings.json (7 B)',
      'Dependency[2]: code.zip -> / (3 files, 38 B)',
      `prepared 2 models and 3 dependencies in ${there.target} (487 B)`,
    ])
    assert.deepEqual([exitCode, stdout], [0, ''])
    assert.deepEqual(there.tree(), PREPARED)
    const tool = statSync(join(there.target, 'azureml-models/digits/1/bin/tool'))
    assert.equal(tool.mode & 0o7000, 0, 'no setuid')

    const again = await there.run()
    assert.deepEqual([again.exitCode, again.stderr], [0, stderr])
    assert.deepEqual(there.tree(), PREPARED)
  })

  it('replaces what has changed, and leaves what it does not name', async t => {
    const there = preparing(t, FILES, CONFIG)
    await there.run()
    writeTree(there.target, {
      'own.txt': 'own',
      'azureml-models/digits/1/own.txt': 'own',
      'main.js': 'edited',
    })
    writeTree(there.from, { 'deps/main.js': 'new' })
    assert.equal((await there.run()).exitCode, 0)
    const expected = {
      ...PREPARED,
      'main.js': 'new',
      'own.txt': 'own',
      'azureml-models/digits/1/own.txt': 'own',
    }
    assert.deepEqual(there.tree(), expected)
  })

  it('copies folders with all that is in them, and follows links inside the source folder', async t => {
    const config = {
      Models: { 'm:1': { Path: 'm' } },
      Dependency: [{ Path: 'm/..data/a', ContainerPath: 'b' }],
    }
    const there = preparing(t, { 'm/..2025/a': 'text', 'm/sub/run': 'x' }, config)
    mkdirSync(join(there.from, 'm/empty'))
    chmodSync(join(there.from, 'm/sub/run'), 0o755)
    // as Kubernetes mounts a ConfigMap
    symlinkSync('..2025', join(there.from, 'm/..data'))
    symlinkSync('..data/a', join(there.from, 'm/a'))
    const { exitCode, stderr } = await there.run()
    assert.equal(exitCode, 0, stderr)
    assert.deepEqual(there.tree(), {
      'azureml-models/m/1/a': 'text',
      'azureml-models/m/1/empty': null,
      'azureml-models/m/1/sub/run': '*x',
      b: 'text',
    })
  })

  it('goes to the MountPath where there is no --to', async t => {
    const there = preparing(t, {}, {})
    there.configure({
      MountPath: there.target,
      Dependency: [{ Content: 'x', ContainerPath: `${there.target}/x` }],
    })
    const { exitCode } = await runCli(there.words.slice(0, -2))
    assert.equal(exitCode, 0)
    assert.deepEqual(there.tree(), { x: 'x' })
  })

  it('only reads the source folder', async t => {
    const there = preparing(t, FILES, CONFIG)
    const folders = ['.', 'iris', 'deps']
    const setModes = (mode: number) => {
      for (const folder of folders) chmodSync(join(there.from, folder), mode)
    }
    const stamps = () => folders.map(folder => statSync(join(there.from, folder)).mtimeMs)
    const before = [readTree(there.from), stamps()]
    setModes(0o555)
    try {
      assert.equal((await there.run()).exitCode, 0)
    } finally {
      setModes(0o755) // so that they can be removed
    }
    assert.deepEqual([readTree(there.from), stamps()], before)
  })

  it('gives an app root that is served', async t => {
    const main = `import { half } from './lib/half.js'
let model
export async function init(context) { model = await context.onnx('iris') }
export async function run({ data }) {
  const { label } = await model.run({ input: half(data) })
  return { label }
}`
    const files = {
      'iris.onnx': MODEL,
      'main.js': main,
      'code.tar.gz': gzipSync(
        tarOf([
          { path: 'package.json', text: '{"type":"module"}' },
          {
            path: 'lib/half.js',
            text: 'export const half = rows => rows.map(row => row.map(x => x / 2))',
          },
        ]),
      ),
    }
    const there = preparing(t, files, {
      Models: { 'iris:3': { Path: 'iris.onnx', ContainerPath: 'azureml-models/iris/3/model.onnx' } },
      Dependency: [
        { Path: 'main.js', ContainerPath: '/' },
        { Path: 'code.tar.gz', ContainerPath: '/', UnpackType: 'TarGz' },
      ],
    })
    assert.equal((await there.run()).exitCode, 0)
    await using runtime = await startReady({ module: there.target, env: { WORKER_COUNT: '1' } })
    const { status, json } = await runtime.score({ data: [[10.2, 7, 2.8, 0.4]] })
    assert.deepEqual([status, json], [200, { label: [0] }])
  })
})

describe('a preparation that is killed', () => {
  it('leaves no half file where one is looked for, and the next run does it all', async t => {
    const there = preparing(
      t,
      { 'big.onnx': '' },
      {
        Models: { 'big:1': { Path: 'big.onnx' } },
        Dependency: [{ Content: 'new', ContainerPath: 'main.js' }],
      },
    )
    const size = 512 * 1024 * 1024
    truncateSync(join(there.from, 'big.onnx'), size)
    writeTree(there.target, { 'main.js': 'old' })

    const cli = repositoryPath('dist/cli/scorehost.js')
    const child = spawn(process.execPath, [cli, ...there.words, '--progress-ms', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [line] = await once(createInterface(child.stderr), 'line')
    child.kill('SIGKILL')
    const [, signal] = await once(child, 'close')
    assert.match(line, /^Models\["big:1"\]: [\d.]+ [KM]iB of 512 MiB$/)
    assert.equal(signal, 'SIGKILL')

    const [staging, ...others] = readdirSync(there.target).toSorted()
    assert.match(staging ?? '', /^\.scorehost-prepare-/)
    assert.deepEqual(others, ['main.js'])
    assert.equal(readFileSync(join(there.target, 'main.js'), 'utf8'), 'old')

    assert.equal((await there.run()).exitCode, 0)
    assert.deepEqual(readdirSync(there.target).toSorted(), ['azureml-models', 'main.js'])
    assert.equal(readFileSync(join(there.target, 'main.js'), 'utf8'), 'new')
    assert.equal(statSync(join(there.target, 'azureml-models/big/1/big.onnx')).size, size)
  })
})

describe('what is in the way in the target folder', () => {
  const config = {
    Dependency: [
      { Content: 'new', ContainerPath: 'a/b/file' },
      { Content: 'new', ContainerPath: 'z' },
    ],
  }

  it('a link at the place of a folder is not followed', async t => {
    const there = preparing(t, { outside: '' }, config)
    mkdirSync(there.target)
    const outside = join(there.target, '..', 'outside')
    mkdirSync(outside)
    symlinkSync(outside, join(there.target, 'a'))
    const { exitCode, stderr } = await there.run()
    assert.match(stderr, /ERR_PREPARE_FAILED: .*: \S+\/target\/a is a link, and a folder is to be there$/)
    assert.equal(exitCode, 3)
    assert.deepEqual(readdirSync(outside), [])
    assert.deepEqual(readdirSync(there.target), ['a'], 'nothing was put in place, and nothing left over')
  })

  it('a link at the place of a file is replaced, and where it leads is left alone', async t => {
    const there = preparing(t, {}, config)
    const outside = join(there.target, '..', 'outside')
    mkdirSync(there.target)
    writeFileSync(outside, 'outside')
    symlinkSync(outside, join(there.target, 'z'))
    assert.equal((await there.run()).exitCode, 0)
    assert.equal(readFileSync(outside, 'utf8'), 'outside')
    assert.deepEqual(there.tree(), { 'a/b/file': 'new', z: 'new' })
  })

  it('a file at the place of a folder, and the other way round, are all said', async t => {
    const there = preparing(t, {}, config)
    writeTree(there.target, { 'a/b': 'mine', 'z/x': 'mine' })
    const { exitCode, stderr } = await there.run()
    assert.match(
      stderr,
      /\/a\/b is a file, and a folder is to be there\n.*\/z is a folder, and a file is to be there$/,
    )
    assert.equal(exitCode, 3)
    assert.deepEqual(there.tree(), { 'a/b': 'mine', 'z/x': 'mine' })
    rmSync(join(there.target, 'z'), { recursive: true })
    rmSync(join(there.target, 'a/b'))
    assert.equal((await there.run()).exitCode, 0)
  })
})
