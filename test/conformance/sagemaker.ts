// SageMaker: /ping, /invocations with the formats of its clients, and what a batch transform asks.

import { error, rowsOf } from './platform-row.ts'
import type { Table } from './table.ts'

const SOURCE = 'https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html'
const FORMATS = 'https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html'
const { get, post, send } = rowsOf('sagemaker', SOURCE, 'platforms')
const formats = rowsOf('sagemaker', FORMATS, 'platforms')
const INVOCATIONS = '/invocations'
const echo = (value: unknown) => ({ do: 'echo', value })
const CSV = { accept: 'text/csv' }
const LINES = { accept: 'application/jsonlines' }

export const SAGEMAKER: Table = {
  name: 'sagemaker',
  module: 'platforms',
  port: 8080,
  settings: { SCOREHOST_PROFILE: 'sagemaker', SAGEMAKER_MODEL_SERVER_WORKERS: '2', WORKER_COUNT: '2' },
  rows: [
    get('GET /ping is 200 with an empty body', '/ping', {
      status: 200,
      text: '',
      headers: { 'content-length': '0' },
    }),
    post('POST /invocations scores', INVOCATIONS, echo({ a: 1 }), { status: 200, text: '{"a":1}' }),
    get('GET /invocations is a wrong method', INVOCATIONS, {
      ...error(405, 'ERR_METHOD', /GET/),
      headers: { allow: 'POST' },
    }),
    get('what a batch transform asks', '/execution-parameters', {
      status: 200,
      text: '{"MaxConcurrentTransforms":2,"BatchStrategy":"MULTI_RECORD","MaxPayloadInMB":6}',
    }),
    post(
      'custom attributes go to the module and come from it',
      INVOCATIONS,
      { do: 'attributes' },
      { status: 200, headers: { 'x-amzn-sagemaker-custom-attributes': 'seen: trace=1' } },
      { 'x-amzn-sagemaker-custom-attributes': 'trace=1' },
    ),
    post('a run that fails', INVOCATIONS, { do: 'throw' }, error(502, 'ERR_RUN_FAILED', /failed/)),
    formats.send(
      'JSON lines are an array',
      'POST',
      INVOCATIONS,
      { status: 200, json: { input: [[1], { a: 2 }] } },
      { 'content-type': 'application/jsonlines' },
      '[1]\n{"a":2}\n',
    ),
    formats.send(
      'a line that is no JSON',
      'POST',
      INVOCATIONS,
      error(400, 'ERR_INPUT_MALFORMED', /^Line 2/),
      { 'content-type': 'application/jsonlines' },
      '[1]\n{"a":\n',
    ),
    formats.send(
      'CSV is a text',
      'POST',
      INVOCATIONS,
      { status: 200, json: { input: '1,2\n', contentType: 'text/csv' } },
      { 'content-type': 'text/csv' },
      '1,2\n',
    ),
    formats.post(
      'an answer as CSV: rows',
      INVOCATIONS,
      echo([
        [1, 'a,"b'],
        [2.5, null],
      ]),
      { status: 200, text: '1,"a,""b"\n2.5,\n', headers: { 'content-type': 'text/csv' } },
      CSV,
    ),
    formats.post(
      'an answer as CSV: columns',
      INVOCATIONS,
      echo({ class: ['x', 'y'], score: [0.5, 1] }),
      { status: 200, text: 'x,0.5\ny,1\n' },
      CSV,
    ),
    formats.post(
      'an answer as CSV: records',
      INVOCATIONS,
      echo([{ a: 1, b: true }]),
      { status: 200, text: '1,true\n' },
      CSV,
    ),
    formats.post(
      'what is no table cannot be CSV',
      INVOCATIONS,
      echo([[[1]]]),
      error(406, 'ERR_NOT_ACCEPTABLE', /no table/),
      CSV,
    ),
    formats.post(
      'an answer as JSON lines',
      INVOCATIONS,
      echo([{ a: 1 }, [2]]),
      { status: 200, text: '{"a":1}\n[2]\n', headers: { 'content-type': 'application/jsonlines' } },
      LINES,
    ),
    formats.post(
      'predictions as JSON lines',
      INVOCATIONS,
      echo({ predictions: [1, 2] }),
      { status: 200, text: '1\n2\n' },
      LINES,
    ),
    formats.post(
      'a client that accepts any gets JSON',
      INVOCATIONS,
      echo([1]),
      { status: 200, text: '[1]' },
      { accept: '*/*' },
    ),
    formats.post(
      'a client that prefers JSON gets it',
      INVOCATIONS,
      echo([1]),
      { status: 200, text: '[1]' },
      { accept: 'text/csv;q=0.5, application/json' },
    ),
    formats.post(
      'a format that there is not',
      INVOCATIONS,
      echo([1]),
      error(406, 'ERR_NOT_ACCEPTABLE', /x-npy/),
      { accept: 'application/x-npy' },
    ),
    formats.post(
      'bytes go out as they are',
      INVOCATIONS,
      { do: 'bytes' },
      { status: 200, bytes: Uint8Array.of(0, 255) },
      { accept: 'application/x-npy' },
    ),
    get('no model is loaded by name', '/models', { status: 200, text: '{"models":[]}' }),
    get('a model that is not there', '/models/nobody', error(404, 'ERR_MODEL_NOT_FOUND', /nobody/)),
    post(
      'a model is loaded from the folder of its name alone',
      '/models',
      { model_name: 'm', url: '/elsewhere/m/model' },
      error(400, 'ERR_INPUT_MALFORMED', /url of the model 'm'/),
    ),
    send(
      'an order that is none',
      'POST',
      '/models',
      error(400, 'ERR_INPUT_MALFORMED', /model_name/),
      { 'content-type': 'application/json' },
      '{}',
    ),
  ],
}

const models = rowsOf('sagemaker', FORMATS, 'models')

/** Models without code, and a default format. */
export const SAGEMAKER_MODELS: Table = {
  name: 'sagemaker-models',
  module: 'models',
  port: 8080,
  settings: {
    SCOREHOST_PROFILE: 'sagemaker',
    WORKER_COUNT: '1',
    SCOREHOST_DEFAULT_MODEL: 'identity_fp32',
    SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv',
  },
  rows: [
    models.send(
      'CSV in, CSV out',
      'POST',
      INVOCATIONS,
      { status: 200, text: '1,2.5\n-3,4\n', headers: { 'content-type': 'text/csv' } },
      { 'content-type': 'text/csv' },
      '1,2.5\n-3,4\n',
    ),
    models.send(
      'JSON lines in, JSON lines out',
      'POST',
      INVOCATIONS,
      { status: 200, text: '[1,2]\n[3,4]\n' },
      { 'content-type': 'application/jsonlines', ...LINES },
      '[1,2]\n[3,4]\n',
    ),
    models.send(
      'JSON where the client asks for it',
      'POST',
      INVOCATIONS,
      { status: 200, text: '{"y":[[1,2]]}' },
      { accept: 'application/json' },
      '{"instances":[[1,2]]}',
    ),
    models.send(
      'CSV that is none',
      'POST',
      INVOCATIONS,
      error(400, 'ERR_INPUT_MALFORMED', /CSV/),
      { 'content-type': 'text/csv' },
      '"1,2\n',
    ),
    models.send(
      'bytes are no input of a model',
      'POST',
      INVOCATIONS,
      error(415, 'ERR_INPUT_UNSUPPORTED', /JSON lines or CSV/),
      { 'content-type': 'application/x-npy' },
      'x',
    ),
    models.post(
      'a model is invoked by name',
      '/models/add/invoke',
      { a: [[1, 2, 3]], b: [[1, 1, 1]] },
      { status: 200, text: '{"sum":[[2,3,4]],"difference":[[0,1,2]]}' },
      { accept: 'application/json' },
    ),
    models.post(
      'several outputs as CSV are columns beside each other',
      '/models/add/invoke',
      { a: [[1, 2, 3]], b: [[1, 1, 1]] },
      { status: 200, text: '2,3,4,0,1,2\n' },
    ),
    models.post(
      'a model that is not loaded is a 404',
      '/models/nobody/invoke',
      {},
      error(404, 'ERR_MODEL_NOT_FOUND', /nobody/),
    ),
  ],
}
