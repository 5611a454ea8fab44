// What EAS takes as the JSON of a service in an image of one's own, as far as it is documented: no npm package has its schema.
// https://www.alibabacloud.com/help/en/pai/user-guide/parameters-of-model-services
// https://www.alibabacloud.com/help/en/pai/advanced-configuration-health-check
// https://www.alibabacloud.com/help/en/pai/scrolling-updates-with-graceful-exit

import { Type } from 'typebox'

const CLOSED = { additionalProperties: false }
const Count = Type.Integer({ minimum: 1 })

/** 8080 and 9090 are the platform's own in the same network namespace. */
const Port = Type.Integer({ minimum: 1, maximum: 65_535, not: { enum: [8080, 9090] } })

const Probe = Type.Object(
  {
    http_get: Type.Object({ path: Type.String({ pattern: '^/' }), port: Port }, CLOSED),
    initial_delay_seconds: Type.Optional(Type.Integer({ minimum: 0 })),
    period_seconds: Type.Optional(Count),
    timeout_seconds: Type.Optional(Count),
    success_threshold: Type.Optional(Count),
    failure_threshold: Type.Optional(Count),
  },
  CLOSED,
)

const Container = Type.Object(
  {
    image: Type.String(),
    port: Port,
    // run without a shell and with one
    command: Type.Optional(Type.String()),
    script: Type.Optional(Type.String()),
    env: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, CLOSED)),
    startup_check: Probe,
    health_check: Probe,
  },
  CLOSED,
)

export const EasService = Type.Object(
  {
    metadata: Type.Object(
      {
        name: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
        instance: Count,
        workspace_id: Type.Optional(Type.String()),
        resource: Type.Optional(Type.String()),
        rpc: Type.Object(
          {
            /** Milliseconds that one request may take; 5000 where it is not set. */
            keepalive: Count,
            /** Without it a replica gets no SIGTERM. */
            enable_sigterm: Type.Literal(true),
            max_queue_size: Type.Optional(Count),
          },
          CLOSED,
        ),
        /** Seconds. */
        eas: Type.Object({ termination_grace_period: Count }, CLOSED),
      },
      CLOSED,
    ),
    cloud: Type.Object(
      {
        computing: Type.Object(
          { instances: Type.Array(Type.Object({ type: Type.String() }, CLOSED)) },
          CLOSED,
        ),
      },
      CLOSED,
    ),
    containers: Type.Tuple([Container]),
    storage: Type.Tuple([
      Type.Object(
        {
          mount_path: Type.String({ pattern: '^/' }),
          oss: Type.Object(
            { path: Type.String({ pattern: '^oss://' }), readOnly: Type.Optional(Type.Boolean()) },
            CLOSED,
          ),
        },
        CLOSED,
      ),
    ]),
  },
  CLOSED,
)
