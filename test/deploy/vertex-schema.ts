// What the REST API takes to upload and deploy a model, as far as an image of one's own can need it. The packages of npm that
// have the definitions are of 95 MB and more.
// https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models/upload
// https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec
// https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/deployModel

import { Type } from 'typebox'

const CLOSED = { additionalProperties: false }
const Texts = Type.Record(Type.String(), Type.String())
const Words = Type.Array(Type.String())
const Route = Type.String({ pattern: '^/' })
const Count = Type.Integer({ minimum: 1 })

const ContainerSpec = Type.Object(
  {
    imageUri: Type.String(),
    command: Type.Optional(Words),
    args: Type.Optional(Words),
    // names that begin with AIP_ are the platform's
    env: Type.Optional(
      Type.Array(
        Type.Object(
          { name: Type.String({ pattern: '^(?!AIP_)[A-Za-z_]\\w*$' }), value: Type.String() },
          CLOSED,
        ),
      ),
    ),
    // only the first is used
    ports: Type.Tuple([
      Type.Object({ containerPort: Type.Integer({ minimum: 1, maximum: 65_535 }) }, CLOSED),
    ]),
    predictRoute: Route,
    healthRoute: Route,
    // seconds, as the JSON of a protobuf Duration
    deploymentTimeout: Type.Optional(Type.String({ pattern: '^\\d+s$' })),
    sharedMemorySizeMb: Type.Optional(Type.String({ pattern: '^\\d+$' })),
  },
  CLOSED,
)

export const UploadModelRequest = Type.Object(
  {
    parentModel: Type.Optional(Type.String()),
    modelId: Type.Optional(Type.String()),
    serviceAccount: Type.Optional(Type.String()),
    model: Type.Object(
      {
        displayName: Type.String({ minLength: 1, maxLength: 128 }),
        description: Type.Optional(Type.String()),
        labels: Type.Optional(Texts),
        artifactUri: Type.Optional(Type.String({ pattern: '^gs://' })),
        containerSpec: ContainerSpec,
      },
      CLOSED,
    ),
  },
  CLOSED,
)

export const DeployModelRequest = Type.Object(
  {
    deployedModel: Type.Object(
      {
        model: Type.String({ pattern: '^projects/[^/]+/locations/[^/]+/models/[^/]+$' }),
        displayName: Type.Optional(Type.String({ maxLength: 128 })),
        serviceAccount: Type.Optional(Type.String()),
        dedicatedResources: Type.Object(
          {
            machineSpec: Type.Object({ machineType: Type.String() }, CLOSED),
            minReplicaCount: Count,
            maxReplicaCount: Type.Optional(Count),
          },
          CLOSED,
        ),
      },
      CLOSED,
    ),
    // percent by the id of a deployed model, "0" is the one of this request
    trafficSplit: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 100 })),
  },
  CLOSED,
)
