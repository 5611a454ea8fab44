// SageMaker's contract: `/invocations`, what a batch transform asks before it starts, and the models of a multi-model endpoint.
// Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html,
// https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html

import type { Core } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import { encodeInvocation } from './accepted-output.ts'
import type { Contract, HttpCall, HttpReply } from './contract.ts'
import { jsonReply } from './json-reply.ts'
import { modelRoutes } from './sagemaker-models.ts'
import { runCall } from './score-call.ts'

type SagemakerSettings = Pick<Settings, 'defaultAccept' | 'workerCount' | 'maxBodyBytes' | 'modelDir'>

const BYTES_PER_MIB = 1_048_576
/** What SageMaker takes where a container does not say. */
const USUAL_PAYLOAD_MIB = 6

/**
 * How a batch transform should send: one request for each worker at once, and records together.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
 */
function executionParameters({ workerCount, maxBodyBytes }: SagemakerSettings): HttpReply {
  const payloadMib = Math.max(1, Math.min(USUAL_PAYLOAD_MIB, Math.floor(maxBodyBytes / BYTES_PER_MIB)))
  const parameters = {
    MaxConcurrentTransforms: workerCount,
    BatchStrategy: 'MULTI_RECORD',
    MaxPayloadInMB: payloadMib,
  }
  return jsonReply(parameters)
}

export function sagemaker(settings: SagemakerSettings): Contract {
  const invoke = async (call: HttpCall, core: Core) =>
    encodeInvocation(call, await runCall(call, core), settings)
  return {
    name: 'sagemaker',
    routes: [
      { method: 'POST', path: '/invocations', body: 'raw', scores: true, handle: invoke },
      {
        method: 'GET',
        path: '/execution-parameters',
        body: 'none',
        handle: () => executionParameters(settings),
      },
      ...modelRoutes(settings),
    ],
  }
}
