// What is done for each entry, and entries that are in each other's way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInitContainerConfig } from '../../cli/prepare/init-container-config.ts'
import { makePlan } from '../../cli/prepare/plan.ts'
import type { Source } from '../../cli/prepare/source.ts'

const SOURCES: Readonly<Record<string, Source>> = {
  'iris/model.onnx': { kind: 'file', files: [file('/src/iris/model.onnx', '')], folders: [] },
  iris: {
    kind: 'folder',
    files: [file('/src/iris/model.onnx', 'model.onnx'), file('/src/iris/more/x', 'more/x')],
    folders: ['more', 'none'],
  },
}

function file(path: string, below: string) {
  return { path, below, bytes: 1, isExecutable: false }
}

function plan(config: unknown) {
  const { entries, problems } = readInitContainerConfig(JSON.stringify(config), false)
  assert.deepEqual(problems, [])
  return makePlan(entries, path => {
    const source = SOURCES[path]
    if (source === undefined) throw new RangeError(`no ${path}`)
    return source
  })
}

/** Where each entry's files go. */
function targets(config: unknown) {
  const { steps, problems } = plan(config)
  assert.deepEqual(problems, [])
  return steps.map(({ target, work }) => (work.kind === 'copy' ? work.files.map(one => one.target) : target))
}

test('a model goes into the folder of its version: a file under its name, a folder as it is, an archive unpacked', () => {
  assert.deepEqual(
    targets({
      Models: {
        'file:1': { Path: 'iris/model.onnx' },
        'folder:1': { Path: 'iris' },
        'archive:1': { Path: 'iris/model.onnx', UnpackType: 'Tar' },
      },
    }),
    [
      ['azureml-models/file/1/model.onnx'],
      ['azureml-models/folder/1/model.onnx', 'azureml-models/folder/1/more/x'],
      'azureml-models/archive/1',
    ],
  )
})

test('a file goes to its path, or into the folder that ends in a slash', () => {
  assert.deepEqual(
    targets({
      Dependency: [
        { Path: 'iris/model.onnx', ContainerPath: 'a' },
        { Path: 'iris/model.onnx', ContainerPath: 'b/' },
        { Path: 'iris/model.onnx', ContainerPath: '/' },
        { Path: 'iris', ContainerPath: 'c' },
        { Content: 'x', ContainerPath: 'd' },
      ],
    }),
    [['a'], ['b/model.onnx'], ['model.onnx'], ['c/model.onnx', 'c/more/x'], 'd'],
  )
})

test('folders that have nothing in them are made as well', () => {
  const [step] = plan({ Dependency: [{ Path: 'iris', ContainerPath: '/' }] }).steps
  assert(step?.work.kind === 'copy')
  assert.deepEqual(step.work.folders, ['', 'more', 'none'])
})

test('all that is missing is said, and a folder is no archive', () => {
  const config = {
    Models: { 'a:1': { Path: 'a' }, 'b:1': { Path: 'iris', UnpackType: 'TarGz' } },
    Dependency: [{ Path: 'c', ContainerPath: 'c' }],
  }
  assert.deepEqual(plan(config).problems, [
    'Models["a:1"].Path: no a',
    'Models["b:1"].Path: iris is a folder, no archive of the type TarGz',
    'Dependency[0].Path: no c',
  ])
})

const CONFLICTS = [
  ['x', 'x', 'x is of Dependency[0] already'],
  ['x', '/x/y', 'x/y lies below x, which is a file of Dependency[0]'],
  ['x/y', 'x', 'x is of Dependency[0] already'],
  ['x', '.scorehost-prepare-x/y', '.scorehost-prepare-x/y has a name that only unfinished runs have'],
] as const

for (const [first, second, problem] of CONFLICTS)
  test(`${second} beside ${first} is refused`, () => {
    const config = {
      Dependency: [
        { Content: '', ContainerPath: first },
        { Content: '', ContainerPath: second },
      ],
    }
    assert.deepEqual(plan(config).problems, [`Dependency[1].Content: ${problem}`])
  })

test('two entries may share folders', () => {
  assert.deepEqual(
    targets({
      Dependency: [
        { Path: 'iris', ContainerPath: 'a' },
        { Content: '', ContainerPath: 'a/more/y' },
      ],
    }),
    [['a/model.onnx', 'a/more/x'], 'a/more/y'],
  )
})
