// The InitContainerConfig: what it says, and everything that is wrong in it at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInitContainerConfig } from '../../cli/prepare/init-container-config.ts'

const read = (config: unknown, needsMountPath = false) =>
  readInitContainerConfig(JSON.stringify(config), needsMountPath)

function problems(config: unknown, expected: readonly string[], needsMountPath = false): void {
  assert.deepEqual(read(config, needsMountPath).problems, expected)
}

test('models and dependencies are entries with their places', () => {
  const { mountPath, entries, problems } = read({
    MountPath: '/var/azureml-app',
    Models: {
      'iris:3': {
        Path: 'iris/model.onnx',
        ContainerPath: 'azureml-models/iris/3/model.onnx',
        UnpackType: 'None',
      },
      'digits:1': { Path: 'digits.tar.gz', UnpackType: 'targz' },
    },
    Dependency: [
      { Path: 'deps/main.js', ContainerPath: '/main.js' },
      { Content: '', ContainerPath: '/var/azureml-app/empty' },
    ],
  })
  assert.deepEqual(problems, [])
  assert.equal(mountPath, '/var/azureml-app')
  const file = (path: string) => ({ path, isFolder: false })
  assert.deepEqual(entries, [
    {
      place: 'Models["iris:3"]',
      kind: 'model',
      containerPath: file('azureml-models/iris/3/model.onnx'),
      path: 'iris/model.onnx',
      unpackType: 'None',
    },
    {
      place: 'Models["digits:1"]',
      kind: 'model',
      containerPath: { path: 'azureml-models/digits/1', isFolder: true },
      path: 'digits.tar.gz',
      unpackType: 'TarGz',
    },
    {
      place: 'Dependency[0]',
      kind: 'dependency',
      containerPath: file('main.js'),
      path: 'deps/main.js',
      unpackType: 'None',
    },
    { place: 'Dependency[1]', kind: 'dependency', containerPath: file('empty'), content: '' },
  ])
})

test('keys have any letter case, null is as if not there, and dependencies may have names', () => {
  const { entries, problems } = read({
    mountpath: null,
    MODELS: null,
    dependency: { code: { path: 'code.zip', content: null, containerPath: '/', unpackType: 'ZIP' } },
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(entries, [
    {
      place: 'Dependency["code"]',
      kind: 'dependency',
      containerPath: { path: '', isFolder: true },
      path: 'code.zip',
      unpackType: 'Zip',
    },
  ])
})

test('the version of a model is what follows the last colon', () => {
  const [entry] = read({ Models: { 'registry:iris:v2.1': { Path: 'x' } } }).entries
  assert.equal(entry?.containerPath.path, 'azureml-models/registry:iris/v2.1')
})

test('everything that is wrong is said, each with its place, and the rest is read', () => {
  const config = {
    MountPath: 'var/azureml-app',
    Modles: {},
    Models: {
      iris: { Path: 'x' },
      'a/b:1': { Path: 'x' },
      'iris:..': { Path: 'x' },
      'one:1': { Path: 'x', UnpackType: 'TarGx' },
      'two:1': { Path: 'x', Content: 'y', ContainerPath: 'z' },
      'three:1': {},
      'four:1': { Path: 7 },
      'five:1': [],
      'six:1': { Path: 'x', path: 'y' },
      'fine:1': { Path: 'x' },
    },
    Dependency: [
      { Path: 'x' },
      { Content: 'x', ContainerPath: 'folder/' },
      { Content: 'x', ContainerPath: 'y', UnpackType: 'Zip' },
      { Path: '', ContainerPath: '../y' },
    ],
  }
  problems(config, [
    'the configuration: unknown key "Modles"; did you mean Models?',
    'MountPath: "var/azureml-app" is no absolute path',
    'Models["iris"]: the key is not name:version, as in "iris:3", without slashes',
    'Models["a/b:1"]: the key is not name:version, as in "iris:3", without slashes',
    'Models["iris:.."]: the key is not name:version, as in "iris:3", without slashes',
    'Models["one:1"].UnpackType: unknown value "TarGx"; did you mean TarGz?',
    'Models["two:1"]: there must be either Path or Content',
    'Models["three:1"]: there must be either Path or Content',
    'Models["four:1"].Path must be a text that is not empty',
    'Models["five:1"] must be an object',
    'Models["six:1"]: Path is there twice, in two letter cases',
    'Dependency[0].ContainerPath is missing',
    "Dependency[1].ContainerPath must be a file's path, for Content has no name of its own",
    'Dependency[2].UnpackType: Content is the file itself, which is not unpacked',
    'Dependency[3].Path must be a text that is not empty',
    'Dependency[3].ContainerPath: "../y" leads out of the folder by ".."',
  ])
  assert.deepEqual(
    read(config).entries.map(({ place }) => place),
    ['Models["fine:1"]'],
  )
})

test('a word like none that is known is answered with all that are', () => {
  problems({ Dependency: [{ Path: 'x', ContainerPath: 'y', Wibble: 1 }] }, [
    'Dependency[0]: unknown key "Wibble"; known are Path, Content, ContainerPath, UnpackType',
  ])
})

test('a mount path is needed where no other target folder is named', () => {
  problems({}, ['MountPath is missing, and no --to says where the target folder is'], true)
  problems({}, [])
})

test('what is no object, list or JSON is said so', () => {
  problems([], ['the configuration must be an object'])
  problems({ Models: [], Dependency: 'x' }, ['Models must be an object', 'Dependency must be a list'])
  const [problem, ...more] = readInitContainerConfig('{"Models":', true).problems
  assert.match(problem ?? '', /^it is not JSON: Unexpected end/)
  assert.deepEqual(more, [])
})

test('names of Object.prototype are names like others', () => {
  const { entries, problems } = readInitContainerConfig(
    '{"Models":{"__proto__:1":{"Path":"x"},"constructor:1":{"Path":"x","__proto__":{"Content":"y"}}}}',
    false,
  )
  assert.deepEqual(problems, [
    'Models["constructor:1"]: unknown key "__proto__"; known are Path, Content, ContainerPath, UnpackType',
  ])
  assert.deepEqual(
    entries.map(({ containerPath }) => containerPath.path),
    ['azureml-models/__proto__/1'],
  )
})
