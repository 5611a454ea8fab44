// What KServe's resources hold beside containers, for which Kubernetes has a schema: no npm package has these definitions.
// https://github.com/kserve/kserve/blob/master/pkg/apis/serving/v1alpha1/servingruntime_types.go
// https://github.com/kserve/kserve/blob/master/pkg/apis/serving/v1beta1/predictor_model.go

import { Type } from 'typebox'

const CLOSED = { additionalProperties: false }
const Texts = Type.Record(Type.String(), Type.String())

/** Also that of the Service that KServe makes for it. */
const Metadata = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' }),
    labels: Type.Optional(Texts),
    annotations: Type.Optional(Texts),
  },
  CLOSED,
)
const ProtocolVersion = Type.Union([
  Type.Literal('v1'),
  Type.Literal('v2'),
  Type.Literal('grpc-v1'),
  Type.Literal('grpc-v2'),
])

export const ServingRuntime = Type.Object(
  {
    apiVersion: Type.Literal('serving.kserve.io/v1alpha1'),
    kind: Type.Literal('ServingRuntime'),
    metadata: Metadata,
    spec: Type.Object(
      {
        supportedModelFormats: Type.Array(
          Type.Object(
            {
              name: Type.String(),
              version: Type.Optional(Type.String({ pattern: '^\\d+(\\.\\d+){0,2}$' })),
              autoSelect: Type.Optional(Type.Boolean()),
              priority: Type.Optional(Type.Integer({ minimum: 1 })),
            },
            CLOSED,
          ),
        ),
        protocolVersions: Type.Array(ProtocolVersion),
        labels: Type.Optional(Texts),
        annotations: Type.Optional(Texts),
        volumes: Type.Optional(Type.Array(Type.Unknown())),
        // KServe fills in the container of this name
        containers: Type.Tuple([Type.Object({ name: Type.Literal('kserve-container') })]),
      },
      CLOSED,
    ),
  },
  CLOSED,
)

export const InferenceService = Type.Object(
  {
    apiVersion: Type.Literal('serving.kserve.io/v1beta1'),
    kind: Type.Literal('InferenceService'),
    metadata: Metadata,
    spec: Type.Object(
      {
        predictor: Type.Object(
          {
            minReplicas: Type.Optional(Type.Integer({ minimum: 0 })),
            maxReplicas: Type.Optional(Type.Integer({ minimum: 1 })),
            serviceAccountName: Type.Optional(Type.String()),
            model: Type.Object(
              {
                modelFormat: Type.Object(
                  { name: Type.String(), version: Type.Optional(Type.String()) },
                  CLOSED,
                ),
                runtime: Type.String(),
                protocolVersion: ProtocolVersion,
                storageUri: Type.String({ pattern: '^(s3|gs|pvc|hf|https?|hdfs)://' }),
              },
              CLOSED,
            ),
          },
          CLOSED,
        ),
      },
      CLOSED,
    ),
  },
  CLOSED,
)
