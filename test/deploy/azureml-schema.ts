// What the CLI takes for online endpoints and deployments, as far as the vendor documents it: no npm package has its schemas.
// https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online
// https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-managed-online
// https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-kubernetes-online

import { Type } from 'typebox'

const CLOSED = { additionalProperties: false }
const SCHEMAS = 'https://azuremlschemas.azureedge.net/latest'

/** Of endpoints and deployments: 3 to 32 characters, of which the first is a letter and the last is no hyphen. */
const Name = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{1,30}[A-Za-z0-9]$' })
const Texts = Type.Record(Type.String(), Type.String())
const Count = Type.Integer({ minimum: 1 })

const endpoint = {
  name: Name,
  description: Type.Optional(Type.String()),
  auth_mode: Type.Optional(
    Type.Union([Type.Literal('key'), Type.Literal('aml_token'), Type.Literal('aad_token')]),
  ),
  tags: Type.Optional(Texts),
  traffic: Type.Optional(Type.Record(Type.String(), Type.Integer())),
}

export const ManagedEndpoint = Type.Object(
  {
    ...endpoint,
    $schema: Type.Literal(`${SCHEMAS}/managedOnlineEndpoint.schema.json`),
    public_network_access: Type.Optional(Type.Union([Type.Literal('enabled'), Type.Literal('disabled')])),
  },
  CLOSED,
)

export const KubernetesEndpoint = Type.Object(
  {
    ...endpoint,
    $schema: Type.Literal(`${SCHEMAS}/kubernetesOnlineEndpoint.schema.json`),
    compute: Type.String({ pattern: '^azureml:' }),
  },
  CLOSED,
)

const Route = Type.Object(
  { port: Type.Integer({ minimum: 1, maximum: 65_535 }), path: Type.String({ pattern: '^/' }) },
  CLOSED,
)

const Environment = Type.Object(
  {
    image: Type.String(),
    inference_config: Type.Object(
      { liveness_route: Route, readiness_route: Route, scoring_route: Route },
      CLOSED,
    ),
  },
  CLOSED,
)

/** In seconds. */
const Probe = Type.Object(
  {
    initial_delay: Type.Integer({ minimum: 0 }),
    period: Count,
    timeout: Count,
    success_threshold: Count,
    failure_threshold: Count,
  },
  CLOSED,
)

const deployment = {
  name: Name,
  endpoint_name: Name,
  description: Type.Optional(Type.String()),
  tags: Type.Optional(Texts),
  model: Type.Optional(Type.String({ pattern: '^azureml:[^:]+:[^:]+$' })),
  model_mount_path: Type.Optional(Type.String({ pattern: '^/' })),
  code_configuration: Type.Optional(
    Type.Object({ code: Type.String(), scoring_script: Type.String() }, CLOSED),
  ),
  environment: Environment,
  environment_variables: Type.Optional(Texts),
  instance_count: Count,
  app_insights_enabled: Type.Optional(Type.Boolean()),
  request_settings: Type.Object(
    {
      // the most that is allowed
      request_timeout_ms: Type.Integer({ minimum: 1, maximum: 180_000 }),
      max_concurrent_requests_per_instance: Count,
      max_queue_wait_ms: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    CLOSED,
  ),
  liveness_probe: Probe,
  readiness_probe: Probe,
}

export const ManagedDeployment = Type.Object(
  {
    ...deployment,
    $schema: Type.Literal(`${SCHEMAS}/managedOnlineDeployment.schema.json`),
    type: Type.Optional(Type.Literal('managed')),
    instance_type: Type.String(),
  },
  CLOSED,
)

const Resources = Type.Object({ cpu: Type.String(), memory: Type.String() }, CLOSED)

export const KubernetesDeployment = Type.Object(
  {
    ...deployment,
    $schema: Type.Literal(`${SCHEMAS}/kubernetesOnlineDeployment.schema.json`),
    // without it the CLI takes the file for a managed deployment
    type: Type.Literal('kubernetes'),
    instance_type: Type.Optional(Type.String()),
    resources: Type.Object({ requests: Resources, limits: Resources }, CLOSED),
  },
  CLOSED,
)
