// The platforms whose contracts are honoured: how each is recognised, and what it changes. Only defaults: every route is served always.

export const PROFILES = ['azureml', 'eas', 'oci', 'sagemaker', 'vertex', 'kserve'] as const

export type Profile = (typeof PROFILES)[number]

/** What tells where a container runs. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values by flag name, as given on the command line. */
  readonly flags: Readonly<Record<string, string>>
  /** Started as `serve`, the program that SageMaker looks for. */
  readonly startedAsServe: boolean
  readonly exists: (path: string) => boolean
}

export interface Recognised {
  readonly profile: Profile
  /** The sign, in words. */
  readonly origin: string
}

interface ProfileRow {
  /** Of settings, by their file key. */
  readonly defaults: Readonly<Record<string, string | number>>
  /** Ports that are the platform's own, or closed. */
  readonly forbids: (port: number) => boolean
  /** The same in words. */
  readonly forbidden: string
  /** Where the platform mounts what is to be served, and the folder of code in it; null where that is the user's choice. */
  readonly mount: { readonly folder: string; readonly code: string } | null
  /** The sign that the container runs there; null where there is none, or none on its own. */
  readonly sign: (surroundings: Surroundings) => string | null
}

const SAGEMAKER_MODEL = '/opt/ml/model'
const EAS_PORTS = [8080, 9090]
const OCI_PORTS = [24_224, 8446, 8447]
/** @see https://github.com/knative/serving/blob/main/pkg/networking/constants.go */
const KNATIVE_PORTS = [8012, 8013, 8022, 8112, 9090, 9091]

/** In the order in which signs are looked for: what a platform injects counts for more than how the program was started. */
export const PROFILE_TABLE: Readonly<Record<Profile, ProfileRow>> = {
  vertex: {
    defaults: { port: 8080 },
    forbids: () => false,
    forbidden: 'none',
    mount: null,
    sign: ({ env }) => (env['AIP_MODE'] === 'PREDICTION' ? 'AIP_MODE' : null),
  },
  oci: {
    // it is not documented how long a container has after SIGTERM
    defaults: { port: 8080, drainDelayMs: 1000, drainTimeoutMs: 7000 },
    forbids: port => (port > 0 && port < 1024) || OCI_PORTS.includes(port),
    forbidden: 'below 1024, 8446, 8447, 24224',
    mount: { folder: '/opt/ds/model/deployed_model', code: '.' },
    sign: ({ env }) => (env['MODEL_DEPLOYMENT_OCID'] ? 'MODEL_DEPLOYMENT_OCID' : null),
  },
  kserve: {
    defaults: { port: 8080, workerAddress: 'unix' },
    forbids: port => KNATIVE_PORTS.includes(port),
    forbidden: KNATIVE_PORTS.join(', '),
    mount: { folder: '/mnt/models', code: '.' },
    sign: ({ env, flags }) =>
      env['K_SERVICE'] ? 'K_SERVICE' : flags['model_name'] === undefined ? null : '--model_name',
  },
  sagemaker: {
    // asynchronous inference sends up to 1 GB
    defaults: { port: 8080, workerAddress: 'unix', maxBodyBytes: 1_073_741_824 },
    forbids: () => false,
    forbidden: 'all but SAGEMAKER_SAFE_PORT_RANGE, where it is set',
    mount: { folder: SAGEMAKER_MODEL, code: 'code' },
    sign: ({ startedAsServe, exists }) =>
      startedAsServe ? 'started as serve' : exists(SAGEMAKER_MODEL) ? SAGEMAKER_MODEL : null,
  },
  azureml: {
    defaults: {},
    forbids: () => false,
    forbidden: 'none',
    mount: null,
    sign: ({ env }) =>
      ['AZUREML_ENTRY_SCRIPT', 'AZUREML_MODEL_DIR'].find(name => env[name] !== undefined) ?? null,
  },
  eas: {
    defaults: { workerAddress: 'unix' },
    forbids: port => EAS_PORTS.includes(port),
    forbidden: EAS_PORTS.join(', '),
    mount: null,
    // nothing is documented that it sets
    sign: () => null,
  },
}

/** Where nothing tells. */
export const NO_SIGN = 'auto: no sign of any other'

/** The platform that a container runs on; AzureML, the reference, where nothing tells. */
export function recognise(surroundings: Surroundings): Recognised {
  for (const profile of Object.keys(PROFILE_TABLE) as Profile[]) {
    // true: the table has no other keys
    const sign = PROFILE_TABLE[profile].sign(surroundings)
    if (sign !== null) return { profile, origin: `auto: ${sign}` }
  }
  return { profile: 'azureml', origin: NO_SIGN }
}
