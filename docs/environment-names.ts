// Every name that a platform gives to a container: what it does here, or why it does nothing.

import type { SettingName } from '../runtime/settings.ts'

export interface EnvironmentName {
  readonly name: string
  /** What it sets; null where it sets nothing by itself. */
  readonly setting: SettingName | null
  /** More on it; for a name that sets nothing, why. */
  readonly note?: string
}

const sign = (name: string, note: string): EnvironmentName => ({ name, setting: null, note })

/** By contract. */
export const ENVIRONMENT_NAMES: Readonly<Record<string, readonly EnvironmentName[]>> = {
  azureml: [
    { name: 'AML_APP_ROOT', setting: 'appRoot' },
    { name: 'AZUREML_ENTRY_SCRIPT', setting: 'entry', note: 'Also a sign of the platform.' },
    { name: 'AZUREML_SOURCE_DIRECTORY', setting: 'sourceDirectory' },
    {
      name: 'AZUREML_MODEL_DIR',
      setting: 'modelDir',
      note: 'Relative to the app root or absolute; all models, or one version of one. Also a sign of the platform.',
    },
    { name: 'AZUREML_CONFIG_FILE', setting: 'azuremlConfigFile' },
    { name: 'WORKER_COUNT', setting: 'workerCount' },
    { name: 'WORKER_TIMEOUT', setting: 'initTimeoutMs', note: 'In seconds.' },
    { name: 'SCORING_TIMEOUT_MS', setting: 'scoringTimeoutMs' },
    { name: 'SERVICE_NAME', setting: 'serviceName' },
    { name: 'SERVICE_VERSION', setting: 'serviceVersion' },
    { name: 'SERVICE_PATH_PREFIX', setting: 'servicePathPrefix' },
    { name: 'AML_CORS_ORIGINS', setting: 'corsOrigins' },
    { name: 'AML_MODEL_DC_STORAGE_ENABLED', setting: 'dataCollection', note: 'Into files of the container.' },
    { name: 'AZUREML_LOG_LEVEL', setting: 'logLevel' },
    { name: 'AZUREML_DEBUG_PORT', setting: 'inspectPort' },
    sign(
      'WORKER_PRELOAD',
      'Not applicable: workers are processes of their own, and nothing is loaded before they are forked.',
    ),
    sign('WORKSPACE_NAME', 'Not applicable: it names the workspace in Application Insights alone.'),
    sign(
      'AML_APP_INSIGHTS_ENABLED, AML_APP_INSIGHTS_KEY, APPLICATIONINSIGHTS_CONNECTION_STRING',
      'Not applicable: traces go to Application Insights through a collector ([traces.md](traces.md)).',
    ),
  ],
  eas: [sign('(none)', 'The platform sets nothing: `SCOREHOST_PROFILE=eas` says where the container runs.')],
  oci: [
    sign('MODEL_DEPLOYMENT_OCID', 'The sign of the platform.'),
    sign('TENANCY_OCID', 'Not needed: nothing is asked of the cloud.'),
    { name: 'WEB_CONCURRENCY', setting: 'workerCount' },
    {
      name: 'MODEL_DEPLOY_PREDICT_ENDPOINT',
      setting: 'scorePaths',
      note: 'A path that scores already is left as it is.',
    },
    { name: 'MODEL_DEPLOY_HEALTH_ENDPOINT', setting: 'healthPaths' },
    sign('CONTAINER_TYPE', 'With `TRITON` the platform asks the V2 protocol, which is always there.'),
    sign('PARAMS', 'Flags of `scorehost serve`, separated by spaces; those on the command line win.'),
  ],
  sagemaker: [
    { name: 'SAGEMAKER_BIND_TO_PORT', setting: 'port' },
    { name: 'SAGEMAKER_SAFE_PORT_RANGE', setting: 'safePortRange' },
    { name: 'SAGEMAKER_PROGRAM', setting: 'entry', note: 'In the folder `code`.' },
    { name: 'SAGEMAKER_MODEL_SERVER_WORKERS', setting: 'workerCount' },
    { name: 'SAGEMAKER_MODEL_SERVER_TIMEOUT', setting: 'scoringTimeoutMs', note: 'In seconds.' },
    { name: 'SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT', setting: 'defaultAccept' },
    { name: 'SAGEMAKER_CONTAINER_LOG_LEVEL', setting: 'logLevel', note: "Python's numbers." },
    { name: 'SAGEMAKER_MULTI_MODEL', setting: 'multiModel' },
    sign('SAGEMAKER_BATCH', 'Not needed: a batch transform sends to `/invocations` as anybody does.'),
  ],
  vertex: [
    sign('AIP_MODE', 'The sign of the platform; with it both routes must be set.'),
    { name: 'AIP_HTTP_PORT', setting: 'port' },
    { name: 'AIP_HEALTH_ROUTE', setting: 'healthPaths' },
    { name: 'AIP_PREDICT_ROUTE', setting: 'predictPaths' },
    {
      name: 'AIP_STORAGE_URI',
      setting: 'modelDir',
      note: 'A folder, or empty; gs:// is refused with the ways that there are.',
    },
  ],
  kserve: [
    sign('K_SERVICE', 'The sign of the platform, set by Knative.'),
    { name: 'PORT', setting: 'port' },
    { name: '--model_name', setting: 'modelName', note: 'Also a sign of the platform.' },
    { name: '--model_dir', setting: 'modelDir' },
    { name: '--http_port', setting: 'port' },
    sign('--workers', 'The flag of the setting `workerCount`.'),
    sign('--grpc_port, --enable_grpc', 'No effect, with a warning: gRPC is not served.'),
    sign(
      'other arguments',
      'No effect, with a warning, on this platform; elsewhere an unknown flag ends the program.',
    ),
  ],
}
