// How a platform is recognised, and what follows from it: defaults, ports that may not be opened, folders.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConfigSources, loadConfig } from '../../runtime/config.ts'
import { PROFILE_TABLE } from '../../runtime/profile.ts'
import { isThere } from '../support/folder-view.ts'

type World = Partial<Pick<ConfigSources, 'flags' | 'env' | 'startedAsServe' | 'sampleIn'>> & {
  /** Paths of files that there are. */
  readonly files?: readonly string[]
}

function load({ files = [], ...sources }: World) {
  return loadConfig({
    flags: {},
    env: {},
    readFile: () => null,
    namesIn: isThere(files),
    workingDirectory: '/app',
    cpuLimit: { cpus: 1, origin: 'a quota' },
    memoryLimit: { bytes: 2 ** 30, origin: 'a limit' },
    ...sources,
  })
}

function profileOf(world: World): [string, string] {
  const { settings, origins } = load(world)
  return [settings.profile, origins.profile]
}

const ROUTES = { AIP_HEALTH_ROUTE: '/alive', AIP_PREDICT_ROUTE: '/v1/endpoints/1/deployedModels/2:predict' }
const VERTEX = { AIP_MODE: 'PREDICTION', ...ROUTES }

test('a platform is recognised by what it sets', () => {
  assert.deepEqual(profileOf({}), ['azureml', 'auto: no sign of any other'])
  assert.deepEqual(profileOf({ env: VERTEX }), ['vertex', 'auto: AIP_MODE'])
  assert.deepEqual(profileOf({ env: { MODEL_DEPLOYMENT_OCID: 'ocid1' } }), [
    'oci',
    'auto: MODEL_DEPLOYMENT_OCID',
  ])
  assert.deepEqual(profileOf({ env: { K_SERVICE: 'iris' } }), ['kserve', 'auto: K_SERVICE'])
  assert.deepEqual(profileOf({ flags: { model_name: 'iris' } }), ['kserve', 'auto: --model_name'])
  assert.deepEqual(profileOf({ startedAsServe: true }), ['sagemaker', 'auto: started as serve'])
  assert.deepEqual(profileOf({ files: ['/opt/ml/model/model.onnx'] }), ['sagemaker', 'auto: /opt/ml/model'])
  assert.deepEqual(profileOf({ env: { AZUREML_MODEL_DIR: 'm' } }), ['azureml', 'auto: AZUREML_MODEL_DIR'])
})

test('what a platform injects counts for more than how the program was started, and a setting for more than both', () => {
  const env = { MODEL_DEPLOYMENT_OCID: 'ocid1', AZUREML_ENTRY_SCRIPT: 'score.js' }
  assert.equal(profileOf({ env, startedAsServe: true })[0], 'oci')
  assert.deepEqual(profileOf({ env: { ...env, SCOREHOST_PROFILE: 'eas' } }), [
    'eas',
    'environment SCOREHOST_PROFILE',
  ])
})

test('the port is decided by the first of six names, and then by the platform', () => {
  const names = {
    SCOREHOST_PORT: '1001',
    SAGEMAKER_BIND_TO_PORT: '1002',
    AIP_HTTP_PORT: '1003',
    PORT: '1005',
  }
  const ports = (env: Record<string, string>, flags: Record<string, string>) => {
    const { settings, origins } = load({ env, flags })
    return [settings.port, origins.port]
  }
  const flags = { http_port: '1004', port: '1000' }
  assert.deepEqual(ports(names, flags), [1000, 'flag --port'])
  assert.deepEqual(ports(names, { http_port: '1004' }), [1001, 'environment SCOREHOST_PORT'])
  const { SCOREHOST_PORT: _, ...second } = names
  assert.deepEqual(ports(second, { http_port: '1004' }), [1002, 'environment SAGEMAKER_BIND_TO_PORT'])
  const { SAGEMAKER_BIND_TO_PORT: __, ...third } = second
  assert.deepEqual(ports(third, { http_port: '1004' }), [1003, 'environment AIP_HTTP_PORT'])
  assert.deepEqual(ports({ PORT: '1005' }, { http_port: '1004' }), [1004, 'argument --http_port'])
  assert.deepEqual(ports({ PORT: '1005' }, {}), [1005, 'environment PORT'])
  assert.deepEqual(ports({ PORT: 'tcp://10.0.0.1:80' }, {}), [5001, 'default'])
  for (const profile of ['sagemaker', 'oci', 'vertex', 'kserve'])
    assert.deepEqual(ports({}, { profile }), [8080, `default on platform ${profile}`])
  for (const profile of ['azureml', 'eas']) assert.deepEqual(ports({}, { profile }), [5001, 'default'])
  assert.equal(ports({ SCOREHOST_PORT: 'none' }, {})[0], null)
})

test('workers have Unix sockets where a sidecar owns their ports', () => {
  for (const profile of ['eas', 'sagemaker', 'kserve'])
    assert.equal(load({ flags: { profile } }).settings.workerAddress, 'unix')
  for (const profile of ['azureml', 'oci', 'vertex'])
    assert.equal(load({ flags: { profile } }).settings.workerAddress, 'tcp')
})

test('a default of a platform is one that the setting would take', () => {
  for (const profile of Object.keys(PROFILE_TABLE)) load({ flags: { profile } })
})

const FORBIDDEN: readonly [World, RegExp][] = [
  [
    { env: { SCOREHOST_PROFILE: 'eas', SCOREHOST_PORT: '8080' } },
    /^port: port 8080 \(environment SCOREHOST_PORT\) .* eas, .* 8080, 9090$/,
  ],
  [{ env: { SCOREHOST_PROFILE: 'eas', PORT: '9090' } }, /^port: port 9090 \(environment PORT\)/],
  [{ env: { SCOREHOST_PROFILE: 'eas', SCOREHOST_HEALTH_PORT: '9090' } }, /^healthPort: port 9090/],
  [
    { env: { SCOREHOST_PROFILE: 'eas', SCOREHOST_WORKER_ADDRESS: 'tcp' } },
    /^workerPort: port 9090 \(default\)/,
  ],
  [
    { env: { SCOREHOST_PROFILE: 'oci', SCOREHOST_PORT: '80' } },
    /^port: port 80 .*below 1024, 8446, 8447, 24224$/,
  ],
  [{ env: { SCOREHOST_PROFILE: 'oci', SCOREHOST_PORT: '8446' } }, /^port: port 8446/],
  [{ env: { SCOREHOST_PROFILE: 'oci', SCOREHOST_HEALTH_PORT: '24224' } }, /^healthPort: port 24224/],
  [{ env: { K_SERVICE: 's', PORT: '8022' } }, /^port: port 8022/],
  [
    {
      env: {
        SCOREHOST_PROFILE: 'sagemaker',
        SAGEMAKER_SAFE_PORT_RANGE: '8081-8090',
        SCOREHOST_HEALTH_PORT: '9000',
      },
    },
    /^healthPort: port 9000 .* not in SAGEMAKER_SAFE_PORT_RANGE, 8081-8090$/,
  ],
  [{ env: { SAGEMAKER_SAFE_PORT_RANGE: '8081-8090' } }, /^workerPort: port 9090 \(default\)/],
  [{ env: { SAGEMAKER_SAFE_PORT_RANGE: '8081 to 8090' } }, /is not FIRST-LAST$/],
  [{ env: { SCOREHOST_HEALTH_PORT: '5001' } }, /^healthPort: port 5001 .* is that of port too$/],
]

for (const [world, message] of FORBIDDEN)
  test(`refused: ${JSON.stringify(world.env)}`, () => {
    assert.throws(() => load(world), { code: 'ERR_CONFIG_INVALID', message })
  })

test('a route that Vertex AI did not set is named', () => {
  for (const name of Object.keys(ROUTES)) {
    const env = { ...VERTEX, [name]: '' }
    const message = new RegExp(`^the environment has AIP_MODE but no ${name}`)
    assert.throws(() => load({ env }), { code: 'ERR_CONFIG_INVALID', message })
  }
})

test('AIP_STORAGE_URI is a folder, or nothing, or refused with the ways that there are', () => {
  assert.equal(load({ env: { ...VERTEX, AIP_STORAGE_URI: '' } }).settings.modelDir, '/app/azureml-models')
  assert.equal(load({ env: { ...VERTEX, AIP_STORAGE_URI: '/models' } }).settings.modelDir, '/models')
  assert.equal(load({ env: { ...VERTEX, AIP_STORAGE_URI: 'file:///models' } }).settings.modelDir, '/models')
  const bucket = { ...VERTEX, AIP_STORAGE_URI: 'gs://bucket/models' }
  assert.throws(() => load({ env: bucket }), {
    code: 'ERR_CONFIG_INVALID',
    message: /^modelDir: gs:\/\/bucket\/models .*COPY.*Cloud Storage FUSE.*AZUREML_MODEL_DIR$/,
  })
  assert.equal(load({ env: { ...bucket, AZUREML_MODEL_DIR: '/baked' } }).settings.modelDir, '/baked')
})

function folders(world: World): [string, string] {
  const { appRoot, modelDir } = load(world).settings
  return [appRoot, modelDir]
}

const OCI = { MODEL_DEPLOYMENT_OCID: 'ocid1' }
const DEPLOYED = '/opt/ds/model/deployed_model'

test('what a platform mounts is served: code, models, or both', () => {
  assert.deepEqual(folders({ files: ['/opt/ml/model/code/score.js', '/opt/ml/model/model.onnx'] }), [
    '/opt/ml/model/code',
    '/opt/ml/model',
  ])
  assert.deepEqual(folders({ files: ['/opt/ml/model/model.onnx'] }), ['/app', '/opt/ml/model'])
  assert.deepEqual(
    folders({ env: OCI, files: [`${DEPLOYED}/score.ts`, `${DEPLOYED}/azureml-models/a/1/m.onnx`] }),
    [DEPLOYED, `${DEPLOYED}/azureml-models`],
  )
  assert.deepEqual(folders({ env: { K_SERVICE: 's' }, files: ['/mnt/models/model.onnx'] }), [
    '/app',
    '/mnt/models',
  ])
})

test('SAGEMAKER_PROGRAM names the module in the folder of code', () => {
  const world = { env: { SAGEMAKER_PROGRAM: 'inference.js' }, files: ['/opt/ml/model/code/inference.js'] }
  assert.deepEqual(folders(world), ['/opt/ml/model/code', '/opt/ml/model'])
  assert.equal(load(world).settings.entry, 'inference.js')
})

test('an archive of a folder has one level more, which is looked through, and the path is named', () => {
  const { settings, origins } = load({ env: OCI, files: [`${DEPLOYED}/artifact/iris/1/model.onnx`] })
  assert.equal(settings.modelDir, `${DEPLOYED}/artifact`)
  assert.equal(origins.modelDir, `the only folder in the platform's ${DEPLOYED}`)
  assert.deepEqual(folders({ env: OCI, files: [`${DEPLOYED}/artifact/main.mjs`] })[0], `${DEPLOYED}/artifact`)
  // a folder that is a model is no such level, nor are two folders
  assert.equal(folders({ env: OCI, files: [`${DEPLOYED}/iris/model.onnx`] })[1], DEPLOYED)
  assert.equal(
    folders({ env: OCI, files: [`${DEPLOYED}/a/iris/1/m.onnx`, `${DEPLOYED}/b/c/1/m.onnx`] })[1],
    DEPLOYED,
  )
  // nor are two levels
  assert.equal(folders({ env: OCI, files: [`${DEPLOYED}/a/b/iris/1/m.onnx`] })[1], DEPLOYED)
})

test('what lies in the app root counts for more than the mount', () => {
  const files = ['/app/score.js', '/opt/ml/model/code/score.js', '/opt/ml/model/model.onnx']
  assert.deepEqual(folders({ files }), ['/app', '/opt/ml/model'])
  assert.deepEqual(folders({ files: [...files, '/app/azureml-models/a/1/m.onnx'] }), [
    '/app',
    '/app/azureml-models',
  ])
  assert.deepEqual(folders({ files, env: { AZUREML_MODEL_DIR: '/elsewhere' } }), ['/app', '/elsewhere'])
})

test('the sample is served only where no platform has mounted anything', () => {
  const sampleIn = (path: string) => (path === '/app' ? '/sample' : null)
  assert.equal(folders({ sampleIn, startedAsServe: true })[0], '/sample')
  assert.equal(folders({ sampleIn, files: ['/opt/ml/model/model.onnx'] })[0], '/app')
})

test('in multi-model mode models are loaded by request, from where SageMaker puts them', () => {
  const { settings } = load({ env: { SAGEMAKER_MULTI_MODEL: 'true' }, startedAsServe: true })
  assert.deepEqual([settings.modelDir, settings.modelControl], ['/opt/ml/models', 'explicit'])
  // the sample wants its own models, and would not start without them
  const sampleIn = () => '/sample'
  assert.equal(folders({ sampleIn, env: { SAGEMAKER_MULTI_MODEL: 'true' } })[0], '/app')
})

test("KServe's arguments are taken everywhere, and unknown ones are warned about there alone", () => {
  const flags = { model_name: 'iris', model_dir: '/mnt/models', workers: '2', grpc_port: '8081', wonder: '1' }
  const { settings, warnings } = load({ flags })
  assert.deepEqual([settings.modelName, settings.modelDir, settings.workerCount], ['iris', '/mnt/models', 2])
  assert.deepEqual(warnings, [
    '--grpc_port has no effect: gRPC is not served',
    'the argument --wonder is not known and has no effect',
  ])
  assert.throws(() => load({ flags: { ...flags, profile: 'azureml' } }), {
    message: /^unknown flag --grpc_port/,
  })
  // a variable's name is no argument
  assert.throws(() => load({ flags: { PORT: '8000' } }), {
    message: /^unknown flag --PORT; did you mean --port/,
  })
})

test('other names of SageMaker: seconds, and the numbers of log levels', () => {
  const env = {
    SAGEMAKER_MODEL_SERVER_TIMEOUT: '20',
    SAGEMAKER_MODEL_SERVER_WORKERS: '3',
    SAGEMAKER_CONTAINER_LOG_LEVEL: '30',
  }
  const { scoringTimeoutMs, workerCount, logLevel } = load({ env }).settings
  assert.deepEqual([scoringTimeoutMs, workerCount, logLevel], [20_000, 3, 'warn'])
})

const PATHS: readonly [Record<string, string>, RegExp][] = [
  [{ SCOREHOST_SCORE_PATHS: 'hello' }, /^scorePaths: "hello" is no path/],
  [{ SCOREHOST_SCORE_PATHS: '/a?b' }, /^scorePaths: "\/a\?b" is no path/],
  [{ SCOREHOST_HEALTH_PATHS: '/a"b' }, /^healthPaths: "\/a"b" is no path/],
  [{ SCOREHOST_HEALTH_PATHS: '/a\\' }, /^healthPaths: "\/a\\" is no path/],
  [{ SCOREHOST_SCORE_PATHS: '/a/*/b' }, /^scorePaths: "\/a\/\*\/b" is no path/],
  [{ SCOREHOST_PREDICT_PATHS: '/a/*' }, /^predictPaths: /],
  [{ SCOREHOST_HEALTH_PATHS: '/score' }, /^healthPaths: \/score scores on GET/],
  [{ SCOREHOST_SCORE_PATHS: '/a', SCOREHOST_HEALTH_PATHS: '/a' }, /^healthPaths: \/a scores on GET/],
  [
    { SCOREHOST_SCORE_PATHS: '/a', SCOREHOST_PREDICT_PATHS: '/b,/a' },
    /^predictPaths: \/a is among scorePaths too/,
  ],
]

for (const [env, message] of PATHS)
  test(`refused paths: ${JSON.stringify(env)}`, () => {
    assert.throws(() => load({ env }), { code: 'ERR_CONFIG_INVALID', message })
  })
