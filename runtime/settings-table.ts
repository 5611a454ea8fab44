// The one table of settings: from it come the type, the parser, --help, `scorehost config` and docs/settings.md.

import { PROFILES } from './profile.ts'

interface SettingBase {
  /**
   * Environment names, the first that is set and not empty wins; of those behind it platforms set some. Own names have at most
   * 31 characters (OCI). A name with dashes is an argument of KServe's, which stands where it stands among them.
   */
  readonly env: readonly string[]
  readonly flag: string
  readonly secret: boolean
  /** One line for --help and docs/settings.md. */
  readonly text: string
}

interface IntegerSetting extends SettingBase {
  readonly kind: 'integer'
  readonly unit: string
  /** Environment names that hold the value in seconds, where ours is in milliseconds. */
  readonly envSeconds?: readonly string[]
  /** `auto` is replaced by what fits the container: see `resolveAuto` in config.ts. */
  readonly default: number | 'auto'
  readonly min: number
  readonly max: number
}

/** A whole number that may be unset, and whose flag may stand alone. */
interface OptionalIntegerSetting extends SettingBase {
  readonly kind: 'optional integer'
  readonly unit: string
  readonly default: null
  /** What the flag means without a value. */
  readonly byFlagAlone: number
  readonly min: number
  readonly max: number
}

/** A port to listen on, or none. */
interface PortSetting extends SettingBase {
  readonly kind: 'port'
  readonly unit: 'port'
  readonly default: number | null
  readonly min: number
  readonly max: number
}

interface TextSetting extends SettingBase {
  readonly kind: 'text'
  readonly default: string | null
}

interface ChoiceSetting extends SettingBase {
  readonly kind: 'choice'
  readonly choices: readonly string[]
  /** Other spellings that are taken for one of the choices. */
  readonly aliases: Readonly<Record<string, string>>
  readonly default: string
}

interface BooleanSetting extends SettingBase {
  readonly kind: 'boolean'
  readonly default: boolean
}

export type SettingSpec =
  | IntegerSetting
  | OptionalIntegerSetting
  | PortSetting
  | TextSetting
  | ChoiceSetting
  | BooleanSetting

/** The key of a row is its name in the configuration file and in the code. */
export const SETTINGS = {
  profile: {
    env: ['SCOREHOST_PROFILE'],
    flag: 'profile',
    kind: 'choice',
    choices: ['auto', ...PROFILES],
    aliases: {},
    default: 'auto',
    secret: false,
    text: 'The platform whose defaults are in force (docs/contracts.md); auto goes by what the platform sets.',
  },
  appRoot: {
    env: ['AML_APP_ROOT'],
    flag: 'app-root',
    kind: 'text',
    default: '.',
    secret: false,
    text: 'Folder of the score module; the workers run in it and relative paths start from it.',
  },
  entry: {
    env: ['AZUREML_ENTRY_SCRIPT', 'SAGEMAKER_PROGRAM'],
    flag: 'entry',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Score module, relative to the app root. Unset: main.{js,mjs,cjs,ts,mts,cts}, then score.{…}.',
  },
  sourceDirectory: {
    env: ['AZUREML_SOURCE_DIRECTORY'],
    flag: 'source-directory',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Folder below the app root in which the score module is looked for as well.',
  },
  modelDir: {
    env: ['AZUREML_MODEL_DIR', '--model_dir', 'AIP_STORAGE_URI'],
    flag: 'models',
    kind: 'text',
    default: 'azureml-models',
    secret: false,
    text: 'Model folder, relative to the app root: {name}/{version}/… below it, or one version of one model.',
  },
  modelName: {
    env: ['SCOREHOST_MODEL_NAME', '--model_name'],
    flag: 'model-name',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Name of the score module at /v1/models, and of a model whose files lie in the model folder itself.',
  },
  defaultModel: {
    env: ['SCOREHOST_DEFAULT_MODEL'],
    flag: 'default-model',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Model that /score serves where there is no score module and more than one model.',
  },
  modelControl: {
    env: ['SCOREHOST_MODEL_CONTROL'],
    flag: 'model-control',
    kind: 'choice',
    choices: ['all', 'explicit', 'off'],
    aliases: { none: 'all' },
    default: 'all',
    secret: false,
    text: 'Models served as they are: all; explicit, those of SCOREHOST_LOAD_MODELS and loaded by request; off, none.',
  },
  multiModel: {
    env: ['SAGEMAKER_MULTI_MODEL'],
    flag: 'multi-model',
    kind: 'boolean',
    default: false,
    secret: false,
    text: "SageMaker's multi-model mode: models come and go by /models; explicit model control.",
  },
  loadModels: {
    env: ['SCOREHOST_LOAD_MODELS'],
    flag: 'load-models',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Models to load at the start where model control is explicit, separated by commas.',
  },
  strictReadiness: {
    env: ['SCOREHOST_STRICT_READINESS'],
    flag: 'strict-readiness',
    kind: 'boolean',
    default: true,
    secret: false,
    text: 'Not ready while a model that was to be loaded could not be.',
  },
  azuremlConfigFile: {
    env: ['AZUREML_CONFIG_FILE'],
    flag: 'azureml-config',
    kind: 'text',
    default: null,
    secret: false,
    text: "JSON file of AzureML's names and their values. Unset: config.json in the app root or beside the module.",
  },
  configFile: {
    env: ['SCOREHOST_CONFIG_FILE'],
    flag: 'config',
    kind: 'text',
    default: null,
    secret: false,
    text: 'JSON file with settings by their file key. Unset: scorehost.json in the app root, if it is there.',
  },
  host: {
    env: ['SCOREHOST_HOST'],
    flag: 'host',
    kind: 'text',
    default: '0.0.0.0',
    secret: false,
    text: 'Address the front listens on.',
  },
  port: {
    env: ['SCOREHOST_PORT', 'SAGEMAKER_BIND_TO_PORT', 'AIP_HTTP_PORT', '--http_port', 'PORT'],
    flag: 'port',
    kind: 'port',
    unit: 'port',
    default: 5001,
    min: 0,
    max: 65_535,
    secret: false,
    text: 'Port the front listens on; 0 takes any free one and prints it; none opens none.',
  },
  healthPort: {
    env: ['SCOREHOST_HEALTH_PORT'],
    flag: 'health-port',
    kind: 'port',
    unit: 'port',
    default: null,
    min: 1,
    max: 65_535,
    secret: false,
    text: 'A second port, which answers the health paths alone.',
  },
  healthPaths: {
    env: ['SCOREHOST_HEALTH_PATHS', 'AIP_HEALTH_ROUTE', 'MODEL_DEPLOY_HEALTH_ENDPOINT'],
    flag: 'health-paths',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Further paths that are 200 while the service is ready, separated by commas.',
  },
  scorePaths: {
    env: ['SCOREHOST_SCORE_PATHS', 'MODEL_DEPLOY_PREDICT_ENDPOINT'],
    flag: 'score-paths',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Further paths that score as /score does, separated by commas; one that ends in /* takes all below it.',
  },
  predictPaths: {
    env: ['SCOREHOST_PREDICT_PATHS', 'AIP_PREDICT_ROUTE'],
    flag: 'predict-paths',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Further paths that take instances and answer with predictions, separated by commas.',
  },
  instances: {
    env: ['SCOREHOST_INSTANCES'],
    flag: 'instances',
    kind: 'choice',
    choices: ['each', 'whole'],
    aliases: {},
    default: 'each',
    secret: false,
    text: 'What run() is given of a request with instances: each of them in turn, or the whole body.',
  },
  defaultAccept: {
    env: ['SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT'],
    flag: 'default-accept',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Content type of an answer at /invocations to a client that accepts any.',
  },
  authKeys: {
    env: ['SCOREHOST_AUTH_KEYS'],
    flag: 'auth-keys',
    kind: 'text',
    default: null,
    secret: true,
    text: 'Keys, separated by commas, of which a request has to show one (docs/keys.md). Unset: nobody is asked.',
  },
  corsOrigins: {
    env: ['AML_CORS_ORIGINS'],
    flag: 'cors-origins',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Origins whose pages may call the service from a browser, separated by commas; * is any.',
  },
  statuses: {
    env: ['SCOREHOST_STATUS'],
    flag: 'statuses',
    kind: 'choice',
    choices: ['scorehost', 'azmlinfsrv'],
    aliases: {},
    default: 'scorehost',
    secret: false,
    text: "With azmlinfsrv a failed or late run() is a 500 with the body of AzureML's Python server, no 502 or 504.",
  },
  dataCollection: {
    env: ['AML_MODEL_DC_STORAGE_ENABLED'],
    flag: 'data-collection',
    kind: 'boolean',
    default: false,
    secret: false,
    text: 'Write inputs and outputs of requests that were scored into files (docs/data-collection.md).',
  },
  dataFolder: {
    env: ['SCOREHOST_DATA_FOLDER'],
    flag: 'data-folder',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Where collected data goes, relative to the app root. Unset: scorehost-data in the temporary folder.',
  },
  dataSamplePercent: {
    env: ['SCOREHOST_DATA_SAMPLE_PERCENT'],
    flag: 'data-sample-percent',
    kind: 'integer',
    unit: 'percent',
    default: 100,
    min: 1,
    max: 100,
    secret: false,
    text: 'Of a hundred requests, how many are collected; which ones is left to chance.',
  },
  dataBodyBytes: {
    env: ['SCOREHOST_DATA_BODY_BYTES'],
    flag: 'data-body-bytes',
    kind: 'integer',
    unit: 'bytes',
    default: 65_536,
    min: 1,
    max: 4_194_304,
    secret: false,
    text: 'Most bytes that are collected of one input, and of one output; what is longer is cut.',
  },
  dataMaxBytes: {
    env: ['SCOREHOST_DATA_MAX_BYTES'],
    flag: 'data-max-bytes',
    kind: 'integer',
    unit: 'bytes',
    default: 104_857_600,
    min: 1_048_576,
    max: 1_099_511_627_776,
    secret: false,
    text: 'Most bytes of collected data that one worker keeps; the oldest go first.',
  },
  front: {
    env: ['SCOREHOST_FRONT'],
    flag: 'front',
    kind: 'choice',
    choices: ['node', 'nginx'],
    aliases: {},
    default: 'node',
    secret: false,
    text: 'The reverse proxy on the port: node is built in, nginx takes less CPU and has to be installed.',
  },
  workerAddress: {
    env: ['SCOREHOST_WORKER_ADDRESS'],
    flag: 'worker-address',
    kind: 'choice',
    choices: ['tcp', 'unix'],
    aliases: {},
    default: 'tcp',
    secret: false,
    text: 'Where workers listen: tcp, ports of 127.0.0.1; unix, sockets in the temporary folder.',
  },
  safePortRange: {
    env: ['SAGEMAKER_SAFE_PORT_RANGE'],
    flag: 'safe-port-range',
    kind: 'text',
    default: null,
    secret: false,
    text: 'The only ports that may be opened beside the first, as FIRST-LAST.',
  },
  workerPort: {
    env: ['SCOREHOST_WORKER_PORT'],
    flag: 'worker-port',
    kind: 'integer',
    unit: 'port',
    default: 9090,
    min: 1,
    max: 65_000,
    secret: false,
    text: 'Port of the first worker on 127.0.0.1; the others follow, and a port that is taken is passed over.',
  },
  workerCount: {
    env: ['WORKER_COUNT', 'WEB_CONCURRENCY', 'SAGEMAKER_MODEL_SERVER_WORKERS'],
    flag: 'workers',
    kind: 'integer',
    unit: 'processes',
    default: 'auto',
    min: 1,
    max: 256,
    secret: false,
    text: 'Worker processes; auto is one for each whole CPU, but no more than one for each 256 MiB of memory.',
  },
  onnxThreads: {
    env: ['SCOREHOST_ONNX_THREADS'],
    flag: 'onnx-threads',
    kind: 'integer',
    unit: 'threads',
    default: 'auto',
    min: 1,
    max: 256,
    secret: false,
    text: 'Threads of one ONNX session; auto is the CPUs of the container divided by the workers.',
  },
  scoringTimeoutMs: {
    env: ['SCORING_TIMEOUT_MS'],
    envSeconds: ['SAGEMAKER_MODEL_SERVER_TIMEOUT'],
    flag: 'scoring-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 60_000,
    min: 1,
    max: 86_400_000,
    secret: false,
    text: 'How long run() may take before a 504. SAGEMAKER_MODEL_SERVER_TIMEOUT holds it in seconds.',
  },
  maxBodyBytes: {
    env: ['SCOREHOST_MAX_BODY_BYTES'],
    flag: 'max-body-bytes',
    kind: 'integer',
    unit: 'bytes',
    default: 104_857_600,
    min: 1,
    max: 2_147_483_647,
    secret: false,
    text: 'Largest body of a request; a larger one is answered with 413.',
  },
  maxFiles: {
    env: ['SCOREHOST_MAX_FILES'],
    flag: 'max-files',
    kind: 'integer',
    unit: 'files',
    default: 20,
    min: 0,
    max: 10_000,
    secret: false,
    text: 'Most files of one multipart/form-data body; more are answered with 413.',
  },
  maxFileBytes: {
    env: ['SCOREHOST_MAX_FILE_BYTES'],
    flag: 'max-file-bytes',
    kind: 'integer',
    unit: 'bytes',
    default: 52_428_800,
    min: 1,
    max: 2_147_483_647,
    secret: false,
    text: 'Largest file of a multipart/form-data body; a larger one is answered with 413.',
  },
  maxFields: {
    env: ['SCOREHOST_MAX_FIELDS'],
    flag: 'max-fields',
    kind: 'integer',
    unit: 'fields',
    default: 200,
    min: 0,
    max: 100_000,
    secret: false,
    text: 'Most text fields of one multipart/form-data body; more are answered with 413.',
  },
  concurrency: {
    env: ['SCOREHOST_CONCURRENCY'],
    flag: 'concurrency',
    kind: 'integer',
    unit: 'requests',
    default: 32,
    min: 1,
    max: 10_000,
    secret: false,
    text: 'Requests a worker takes at once; a score module that exports a smaller `concurrency` takes fewer.',
  },
  queueSize: {
    env: ['SCOREHOST_QUEUE_SIZE'],
    flag: 'queue-size',
    kind: 'integer',
    unit: 'requests',
    default: 1000,
    min: 0,
    max: 1_000_000,
    secret: false,
    text: 'Requests that wait while every worker has as many as it takes; one more is answered with 503.',
  },
  queueTimeoutMs: {
    env: ['SCOREHOST_QUEUE_TIMEOUT_MS'],
    flag: 'queue-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 10_000,
    min: 1,
    max: 86_400_000,
    secret: false,
    text: 'How long a request may wait for a worker before it is answered with 503.',
  },
  headerTimeoutMs: {
    env: ['SCOREHOST_HEADER_TIMEOUT_MS'],
    flag: 'header-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 80_000,
    min: 100,
    max: 86_400_000,
    secret: false,
    text: 'How long the header of a request may take to arrive before its connection is cut.',
  },
  bodyIdleTimeoutMs: {
    env: ['SCOREHOST_BODY_IDLE_TIMEOUT_MS'],
    flag: 'body-idle-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 86_400_000,
    secret: false,
    text: 'How long the body of a request may stand still before the client gets a 408.',
  },
  uploadTimeoutMs: {
    env: ['SCOREHOST_UPLOAD_TIMEOUT_MS'],
    flag: 'upload-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 3_600_000,
    min: 100,
    max: 86_400_000,
    secret: false,
    text: 'How long a request may take to arrive as a whole, also when its body keeps moving.',
  },
  initTimeoutMs: {
    env: ['SCOREHOST_INIT_TIMEOUT_MS'],
    envSeconds: ['WORKER_TIMEOUT'],
    flag: 'init-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 300_000,
    min: 1,
    max: 86_400_000,
    secret: false,
    text: 'How long a worker may take from its start to the end of init(). WORKER_TIMEOUT holds it in seconds.',
  },
  watch: {
    env: ['SCOREHOST_WATCH'],
    flag: 'watch',
    kind: 'boolean',
    default: false,
    secret: false,
    text: 'Reload when a file in the app root or the model folder changes.',
  },
  bootAttempts: {
    env: ['SCOREHOST_BOOT_ATTEMPTS'],
    flag: 'boot-attempts',
    kind: 'integer',
    unit: 'attempts',
    default: 1,
    min: 1,
    max: 100,
    secret: false,
    text: 'How often a worker is started before the first failing start ends everything with exit code 3.',
  },
  drainDelayMs: {
    env: ['SCOREHOST_DRAIN_DELAY_MS'],
    flag: 'drain-delay-ms',
    kind: 'integer',
    unit: 'ms',
    default: 3000,
    min: 0,
    max: 3_600_000,
    secret: false,
    text: 'After SIGTERM, how long new requests are still served while load balancers notice. SIGINT skips it.',
  },
  drainTimeoutMs: {
    env: ['SCOREHOST_DRAIN_TIMEOUT_MS'],
    flag: 'drain-timeout-ms',
    kind: 'integer',
    unit: 'ms',
    default: 20_000,
    min: 0,
    max: 86_400_000,
    secret: false,
    text: 'After the drain delay, how long requests in flight may take to finish before they are cut.',
  },
  serviceName: {
    env: ['SERVICE_NAME'],
    flag: 'service-name',
    kind: 'text',
    default: 'scorehost',
    secret: false,
    text: 'Name of the service in swagger.',
  },
  serviceVersion: {
    env: ['SERVICE_VERSION'],
    flag: 'service-version',
    kind: 'text',
    default: '1',
    secret: false,
    text: 'Version of the service in swagger.',
  },
  serverName: {
    env: ['SCOREHOST_SERVER_NAME'],
    flag: 'server-name',
    kind: 'text',
    default: 'scorehost',
    secret: false,
    text: 'Name of the server in the V2 protocol; some clients insist on triton.',
  },
  servicePathPrefix: {
    env: ['SERVICE_PATH_PREFIX'],
    flag: 'service-path-prefix',
    kind: 'text',
    default: null,
    secret: false,
    text: 'Path below which a gateway serves this, for swagger: api/v1/service/name.',
  },
  logLevel: {
    env: ['AZUREML_LOG_LEVEL', 'SAGEMAKER_CONTAINER_LOG_LEVEL'],
    flag: 'log-level',
    kind: 'choice',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    // Python's names, and its numbers
    aliases: {
      critical: 'fatal',
      warning: 'warn',
      notset: 'trace',
      '50': 'fatal',
      '40': 'error',
      '30': 'warn',
      '20': 'info',
      '10': 'debug',
      '0': 'trace',
    },
    default: 'info',
    secret: false,
    text: 'Least severe log lines to write.',
  },
  logFormat: {
    env: ['SCOREHOST_LOG_FORMAT'],
    flag: 'log-format',
    kind: 'choice',
    choices: ['auto', 'json', 'pretty'],
    aliases: {},
    default: 'auto',
    secret: false,
    text: 'Log lines as JSON or for reading; auto is pretty on a terminal, else JSON.',
  },
  accessLog: {
    env: ['SCOREHOST_ACCESS_LOG'],
    flag: 'access-log',
    kind: 'boolean',
    default: false,
    secret: false,
    text: 'A log line for each request: status, durations, bytes. Probes have none.',
  },
  metrics: {
    env: ['SCOREHOST_METRICS'],
    flag: 'metrics',
    kind: 'boolean',
    default: true,
    secret: false,
    text: 'Count and time requests, and answer /metrics for Prometheus.',
  },
  metricsPort: {
    env: ['SCOREHOST_METRICS_PORT'],
    flag: 'metrics-port',
    kind: 'port',
    unit: 'port',
    default: null,
    min: 1,
    max: 65_535,
    secret: false,
    text: 'A port of its own for /metrics, which the public port then does not answer.',
  },
  dashboard: {
    env: ['SCOREHOST_DASHBOARD'],
    flag: 'dashboard',
    kind: 'choice',
    choices: ['auto', 'local', 'on', 'off'],
    aliases: {},
    default: 'auto',
    secret: false,
    text: 'The page /dashboard: on, for all; local, for this machine; off; auto is local, on a platform off.',
  },
  debug: {
    env: ['SCOREHOST_DEBUG'],
    flag: 'debug',
    kind: 'boolean',
    default: false,
    secret: false,
    text: 'Put the text and stack of a failed run() into the answer. Not for production.',
  },
  inspectPort: {
    env: ['AZUREML_DEBUG_PORT'],
    flag: 'inspect',
    kind: 'optional integer',
    unit: 'port',
    default: null,
    byFlagAlone: 9229,
    min: 1,
    max: 65_535,
    secret: false,
    text: "Port of Node's inspector in the one worker there then is; no timeout ends what stands at a breakpoint.",
  },
  inspectHost: {
    env: ['SCOREHOST_INSPECT_HOST'],
    flag: 'inspect-host',
    kind: 'text',
    default: '127.0.0.1',
    secret: false,
    text: 'Address the inspector listens on. Whoever reaches it can run code: 0.0.0.0 only in a container.',
  },
} as const satisfies Record<string, SettingSpec>
