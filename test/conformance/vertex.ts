// Vertex AI: instances in, predictions out, at the paths that it names.

import { error, rowsOf } from './platform-row.ts'
import type { Table } from './table.ts'

const { get, post, send } = rowsOf(
  'vertex',
  'https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements',
  'platforms',
)
const PREDICT = '/v1/endpoints/7/deployedModels/8:predict'
const HEALTH = '/v1/endpoints/7/deployedModels/8'
const VERTEX_ENV = {
  AIP_MODE: 'PREDICTION',
  AIP_HEALTH_ROUTE: HEALTH,
  AIP_PREDICT_ROUTE: PREDICT,
  AIP_STORAGE_URI: '',
}
const echo = (value: unknown) => ({ do: 'echo', value })

export const VERTEX: Table = {
  name: 'vertex',
  module: 'platforms',
  port: 8080,
  settings: { ...VERTEX_ENV, WORKER_COUNT: '1' },
  rows: [
    get('the health route is exactly 200', HEALTH, { status: 200 }),
    post(
      'an instance is an input of run(), its result a prediction',
      PREDICT,
      { instances: [echo(1), echo({ a: [2] })] },
      { status: 200, text: '{"predictions":[1,{"a":[2]}]}', headers: { 'content-type': 'application/json' } },
    ),
    post(
      'predictions keep the order of many instances',
      PREDICT,
      { instances: Array.from({ length: 500 }, (_, index) => echo(index)) },
      { status: 200, text: `{"predictions":[${Array.from({ length: 500 }, (_, index) => index)}]}` },
    ),
    post(
      'parameters are in the context',
      PREDICT,
      { instances: [{ do: 'place' }], parameters: { top: 3 } },
      { status: 200, text: `{"predictions":[{"method":"POST","path":"${PREDICT}","parameters":{"top":3}}]}` },
    ),
    post(
      'no instances, no predictions',
      PREDICT,
      { instances: [] },
      { status: 200, text: '{"predictions":[]}' },
    ),
    post(
      'nothing is a prediction too',
      PREDICT,
      { instances: [{ do: 'nothing' }] },
      { status: 200, text: '{"predictions":[{}]}' },
    ),
    post(
      'bytes are base64',
      PREDICT,
      { instances: [{ do: 'bytes' }] },
      { status: 200, text: '{"predictions":[{"b64":"AP8="}]}' },
    ),
    post(
      'an instance that fails fails the request',
      PREDICT,
      { instances: [echo(1), { do: 'throw' }] },
      { ...error(502, 'ERR_RUN_FAILED', /failed/), without: ['a secret'] },
    ),
    post(
      'a status that run() chose for an instance is the answer',
      PREDICT,
      { instances: [{ do: 'reply', status: 422, body: 'no' }] },
      { status: 422, text: '"no"' },
    ),
    post(
      'a body without instances',
      PREDICT,
      { inputs: [1] },
      {
        ...error(400, 'ERR_INPUT_SHAPE', /instances/),
        json: { errors: [{ path: '/instances', message: 'must be an array' }] },
      },
    ),
    send(
      'a body that is no JSON',
      'POST',
      PREDICT,
      error(400, 'ERR_INPUT_MALFORMED', /not JSON/),
      {},
      '{"instances":',
    ),
    send(
      'a body that is called something else',
      'POST',
      PREDICT,
      error(415, 'ERR_INPUT_UNSUPPORTED', /text\/csv/),
      { 'content-type': 'text/csv' },
      '1',
    ),
    get('the predict route takes POST alone', PREDICT, error(405, 'ERR_METHOD', /GET/)),
  ],
}

const whole = rowsOf(
  'vertex',
  'https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#request_requirements',
  'platforms',
)

/** With SCOREHOST_INSTANCES=whole, and a route that OCI's contract has for itself. */
export const VERTEX_WHOLE: Table = {
  name: 'vertex-whole',
  module: 'platforms',
  port: 8080,
  settings: {
    ...VERTEX_ENV,
    AIP_PREDICT_ROUTE: '/predict',
    AIP_HEALTH_ROUTE: '/health',
    SCOREHOST_INSTANCES: 'whole',
    WORKER_COUNT: '1',
  },
  rows: [
    whole.post(
      'run() is given the whole body',
      '/predict',
      { instances: [{ value: 2 }, { value: 3 }], parameters: { factor: 10 } },
      { status: 200, text: '{"predictions":[20,30]}' },
    ),
    whole.post(
      'predictions that it made itself are left as they are',
      '/predict',
      { instances: [], do: 'echo', value: 1, parameters: {} },
      { status: 200, text: '{"predictions":[]}' },
    ),
    whole.get('a health route that is also that of another contract', '/health', { status: 200 }),
  ],
}
