// How the settings are read: which source wins, what is refused, and what the message says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Config, type ConfigSources, loadConfig } from '../../runtime/config.ts'
import { SETTING_NAMES, settingSpec } from '../../runtime/settings.ts'

const FILE = '/app/scorehost.json'

interface World extends Partial<Omit<ConfigSources, 'readFile' | 'cpuLimit' | 'memoryLimit'>> {
  readonly files?: Readonly<Record<string, string>>
  readonly cpus?: number
  readonly memoryMiB?: number
}

function load({ files = {}, cpus = 4, memoryMiB = 65_536, ...sources }: World = {}): Config {
  return loadConfig({
    flags: {},
    env: {},
    readFile: path => files[path] ?? null,
    workingDirectory: '/app',
    cpuLimit: { cpus, origin: `${cpus} CPUs by a quota` },
    memoryLimit: { bytes: memoryMiB * 1024 ** 2, origin: `${memoryMiB} MiB by a limit` },
    ...sources,
  })
}

/** Loads with scorehost.json in the app root. */
function loadFile(content: unknown, sources: World = {}): Config {
  return load({ files: { [FILE]: JSON.stringify(content) }, ...sources })
}

function refused(world: World, message: string | RegExp): void {
  assert.throws(() => load(world), { code: 'ERR_CONFIG_INVALID', message })
}

test('a flag wins over the environment, that over the file, that over the default, and each is named', () => {
  const flags = { port: '1' }
  const env = { SCOREHOST_PORT: '2' }
  const port = ({ settings, origins }: Config) => [settings.port, origins.port]
  assert.deepEqual(port(loadFile({ port: 3 }, { flags, env })), [1, 'flag --port'])
  assert.deepEqual(port(loadFile({ port: 3 }, { env })), [2, 'environment SCOREHOST_PORT'])
  assert.deepEqual(port(loadFile({ port: 3 })), [3, `file ${FILE}`])
  assert.deepEqual(port(load()), [5001, 'default'])
})

test('an empty environment variable counts as absent', () => {
  const { settings, origins } = load({ env: { SCOREHOST_PORT: '', AZUREML_ENTRY_SCRIPT: '' } })
  assert.deepEqual([settings.port, origins.port], [5001, 'default'])
  assert.equal(settings.entry, null)
})

test('the link that Kubernetes sets for a service named scorehost is no port', () => {
  const { settings, origins, warnings } = load({ env: { SCOREHOST_PORT: 'tcp://10.0.0.1:5001' } })
  assert.deepEqual([settings.port, origins.port], [5001, 'default'])
  assert.deepEqual(warnings, [])
})

test('a misspelt variable is warned about, with the nearest setting', () => {
  assert.deepEqual(load({ env: { SCOREHOST_PROT: '8080' } }).warnings, [
    'the environment has SCOREHOST_PROT, which is no setting; did you mean SCOREHOST_PORT?',
  ])
})

test("other people's variables and those of a Kubernetes service are not warned about", () => {
  const env = {
    SCOREHOST_SERVICE_HOST: '10.0.0.1',
    SCOREHOST_SERVICE_PORT: '5001',
    SCOREHOST_PORT_5001_TCP: 'tcp://10.0.0.1:5001',
    SCOREHOST_PORT_5001_TCP_ADDR: '10.0.0.1',
    PATH: '/usr/bin',
  }
  assert.deepEqual(load({ env }).warnings, [])
})

test('a wrong value is refused with the setting, the value, what would be right and where it came from', () => {
  refused(
    { flags: { port: 'http' } },
    '--port: "http" is not a whole number from 0 to 65535, or none (from flag --port)',
  )
  refused(
    { env: { WORKER_COUNT: '0' } },
    'WORKER_COUNT: "0" is not a whole number of processes from 1 to 256, or auto (from environment WORKER_COUNT)',
  )
  refused(
    { env: { SCOREHOST_LOG_FORMAT: 'xml' } },
    'SCOREHOST_LOG_FORMAT: "xml" is not one of auto, json, pretty (from environment SCOREHOST_LOG_FORMAT)',
  )
  refused(
    { files: { [FILE]: '{"debug":"yes"}' } },
    `${FILE}: debug: "yes" is not true or false (1 or 0) (from file ${FILE})`,
  )
})

test('a whole number is nothing but digits and a sign', () => {
  for (const text of ['1.5', '1e3', '0x10', ' 1', '1 ', '', 'NaN', 'Infinity', 'auto'])
    assert.throws(() => load({ flags: { port: text } }), { code: 'ERR_CONFIG_INVALID' }, text)
})

test('a whole number within its bounds is taken, any other is refused, in every integer setting', () => {
  const rows = SETTING_NAMES.flatMap(name => {
    const spec = settingSpec(name)
    return spec.kind === 'integer' ? [{ name, spec }] : []
  })
  const row = fc.constantFrom(...rows)
  const near = fc.constantFrom(-1, 0, 1)
  const value = row.chain(({ name, spec }) =>
    fc
      .oneof(
        fc.maxSafeInteger(),
        fc.integer({ min: spec.min, max: spec.max }),
        near.map(step => spec.min + step),
        near.map(step => spec.max + step),
      )
      .map(number => ({ name, spec, number })),
  )
  fc.assert(
    fc.property(value, ({ name, spec, number }) => {
      const sources = { flags: { [spec.flag]: String(number) } }
      if (number >= spec.min && number <= spec.max) assert.equal(load(sources).settings[name], number)
      else refused(sources, new RegExp(`^--${spec.flag}: "${number}" is not a whole number`))
    }),
  )
})

test('an unknown flag is refused with the nearest one', () => {
  refused({ flags: { prot: '1' } }, 'unknown flag --prot; did you mean --port?')
  refused({ flags: { 'worker-prot': '1' } }, 'unknown flag --worker-prot; did you mean --worker-port?')
  refused({ flags: { xyzzy: '1' } }, 'unknown flag --xyzzy')
})

test('an unknown key of the file is refused with the nearest one', () => {
  refused(
    { files: { [FILE]: '{"workercount":2}' } },
    `${FILE}: unknown setting "workercount"; did you mean workerCount?`,
  )
  refused({ files: { [FILE]: '{"__proto__":2}' } }, `${FILE}: unknown setting "__proto__"`)
})

test('the file cannot say where the file is', () => {
  for (const key of ['appRoot', 'configFile'])
    refused({ files: { [FILE]: JSON.stringify({ [key]: '/x' }) } }, new RegExp(`unknown setting "${key}"`))
})

test('the file holds one JSON object', () => {
  refused({ files: { [FILE]: '{port: 1}' } }, /^\/app\/scorehost\.json is not JSON: /)
  for (const text of ['[]', 'null', '3', '"port"'])
    refused({ files: { [FILE]: text } }, `${FILE} must hold one JSON object with settings by name`)
})

test('the file may write a number as text, and no other value of the wrong type', () => {
  assert.equal(loadFile({ port: '8080' }).settings.port, 8080)
  assert.equal(loadFile({ debug: true }).settings.debug, true)
  for (const content of [{ port: true }, { port: [1] }, { host: 1 }, { host: null }, { debug: 1 }])
    refused({ files: { [FILE]: JSON.stringify(content) } }, / is not /)
})

test('a file that was asked for must be there', () => {
  refused(
    { flags: { config: 'my.json' } },
    'flag --config: /app/my.json cannot be read; expected a JSON file with settings',
  )
  const { settings, origins } = load({
    flags: { config: 'my.json' },
    files: { '/app/my.json': '{"port":9}' },
  })
  assert.deepEqual([settings.configFile, origins.configFile], ['/app/my.json', 'flag --config'])
  assert.equal(settings.port, 9)
})

test('without a file none is named', () => {
  assert.equal(load().settings.configFile, null)
  assert.equal(loadFile({}).settings.configFile, FILE)
})

test('by itself a worker is started for each whole CPU, and threads share the CPUs out', () => {
  const shares = (cpus: number, flags = {}) => {
    const { workerCount, onnxThreads } = load({ cpus, flags }).settings
    return [workerCount, onnxThreads]
  }
  assert.deepEqual(shares(2.5), [2, 1])
  assert.deepEqual(shares(0.5), [1, 1])
  assert.deepEqual(shares(4), [4, 1])
  assert.deepEqual(shares(4, { workers: '1' }), [1, 4])
  assert.deepEqual(shares(4, { workers: '8' }), [8, 1])
  assert.deepEqual(shares(6, { workers: '2', 'onnx-threads': '5' }), [2, 5])
})

test('a container with little memory gets no more workers than fit, and says what decided', () => {
  const workers = (cpus: number, memoryMiB: number) => {
    const { settings, origins } = load({ cpus, memoryMiB })
    return [settings.workerCount, origins.workerCount]
  }
  assert.deepEqual(workers(8, 512), [2, 'default auto: 512 MiB by a limit'])
  assert.deepEqual(workers(8, 1023), [3, 'default auto: 1023 MiB by a limit'])
  assert.deepEqual(workers(8, 100), [1, 'default auto: 100 MiB by a limit'])
  assert.deepEqual(workers(2, 512), [2, 'default auto: 2 CPUs by a quota'])
  assert.deepEqual(workers(1, 100), [1, 'default auto: 1 CPUs by a quota'])
})

test('the threads of the fewer workers that fit the memory share all CPUs', () => {
  const { settings, origins } = load({ cpus: 8, memoryMiB: 512 })
  assert.deepEqual(
    [settings.onnxThreads, origins.onnxThreads],
    [4, 'default auto: 8 CPUs by a quota for 2 workers'],
  )
})

test('WEB_CONCURRENCY is the number of workers where WORKER_COUNT is not set', () => {
  const found = (env: Record<string, string>) => {
    const { settings, origins } = load({ env })
    return [settings.workerCount, origins.workerCount]
  }
  assert.deepEqual(found({ WEB_CONCURRENCY: '3' }), [3, 'environment WEB_CONCURRENCY'])
  assert.deepEqual(found({ WEB_CONCURRENCY: '3', WORKER_COUNT: '5' }), [5, 'environment WORKER_COUNT'])
})

test('a number that was found by itself says how', () => {
  const { origins } = load({ cpus: 2.5, env: { WORKER_COUNT: 'auto' } })
  assert.equal(origins.workerCount, 'environment WORKER_COUNT auto: 2.5 CPUs by a quota')
  assert.equal(origins.onnxThreads, 'default auto: 2.5 CPUs by a quota for 2 workers')
})

test('the app root starts from the working directory, the model folder from the app root', () => {
  const folders = (env: Record<string, string>) => {
    const { appRoot, modelDir } = load({ env, workingDirectory: '/srv' }).settings
    return [appRoot, modelDir]
  }
  assert.deepEqual(folders({}), ['/srv', '/srv/azureml-models'])
  assert.deepEqual(folders({ AML_APP_ROOT: 'app' }), ['/srv/app', '/srv/app/azureml-models'])
  assert.deepEqual(folders({ AML_APP_ROOT: '/var/app', AZUREML_MODEL_DIR: 'azureml-models/iris/1' }), [
    '/var/app',
    '/var/app/azureml-models/iris/1',
  ])
  assert.deepEqual(folders({ AZUREML_MODEL_DIR: '/mnt/models' }), ['/srv', '/mnt/models'])
})

test('log levels may be written as AzureML and Python do', () => {
  const level = (text: string) => load({ env: { AZUREML_LOG_LEVEL: text } }).settings.logLevel
  assert.equal(level('WARNING'), 'warn')
  assert.equal(level('CRITICAL'), 'fatal')
  assert.equal(level('NOTSET'), 'trace')
  assert.equal(level('Info'), 'info')
  refused(
    { env: { AZUREML_LOG_LEVEL: 'constructor' } },
    /"constructor" is not one of fatal, error, warn, info, debug, trace/,
  )
})

test('a switch is true or false, 1 or 0, in any case', () => {
  const debug = (text: string) => load({ env: { SCOREHOST_DEBUG: text } }).settings.debug
  assert.deepEqual(['true', 'TRUE', '1', 'false', 'False', '0'].map(debug), [
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  refused({ env: { SCOREHOST_DEBUG: 'yes' } }, /"yes" is not true or false/)
})

test('while the inspector is open there is one worker, and no timeout ends what stands at a breakpoint', () => {
  const { settings, origins } = load({
    flags: { inspect: '9229', workers: '4' },
    env: { SCORING_TIMEOUT_MS: '1000', SCOREHOST_INIT_TIMEOUT_MS: '1000' },
  })
  assert.deepEqual([settings.inspectPort, settings.workerCount, settings.onnxThreads], [9229, 1, 4])
  assert.equal(origins.workerCount, 'one while the inspector is open (flag --inspect)')
  for (const name of ['scoringTimeoutMs', 'initTimeoutMs', 'queueTimeoutMs'] as const) {
    assert.equal(settings[name], 2_000_000_000)
    assert.equal(origins[name], 'off while the inspector is open (flag --inspect)')
  }
})

test('the inspector may be opened by environment and by file, and is closed by default', () => {
  assert.equal(load().settings.inspectPort, null)
  assert.equal(load().settings.scoringTimeoutMs, 60_000)
  const byEnvironment = load({ env: { AZUREML_DEBUG_PORT: '5678' } })
  assert.equal(byEnvironment.settings.inspectPort, 5678)
  assert.match(byEnvironment.origins.scoringTimeoutMs, /\(environment AZUREML_DEBUG_PORT\)$/)
  assert.equal(loadFile({ inspectPort: 5678 }).settings.inspectPort, 5678)
})

test('an inspector port that is none is refused, with what its flag means alone', () => {
  refused(
    { env: { AZUREML_DEBUG_PORT: 'true' } },
    'AZUREML_DEBUG_PORT: "true" is not a whole number from 1 to 65535, by flag 9229 where none is given (from environment AZUREML_DEBUG_PORT)',
  )
})

test('an inspector that others can reach is warned about', () => {
  const warnings = (inspectHost: string, inspect = '9229') =>
    load({ flags: { inspect, 'inspect-host': inspectHost } }).warnings
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) assert.deepEqual(warnings(host), [])
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'debug.internal'])
    assert.match(warnings(host).join(), /^the inspector listens on .*: whoever reaches it can run code/)
  assert.deepEqual(load({ flags: { 'inspect-host': '0.0.0.0' } }).warnings, [])
})
