// The routes of the V2 protocol but for inference: what a service tells of itself and of its models.

import type { Row } from './row.ts'
import { get, post, refused, row } from './v2-call.ts'

export const V2_SETTINGS = { WORKER_COUNT: '2' }

const DURATION = '\\{"count":\\d+,"ns":\\d+\\}'
const MEASURES = ['success', 'fail', 'queue', 'compute_input', 'compute_infer', 'compute_output']
const INFERENCE_STATS = `"inference_stats":\\{${MEASURES.map(name => `"${name}":${DURATION}`).join(',')}\\}`

function statsOf(model: string, version: string): RegExp {
  return new RegExp(
    `^\\{"model_stats":\\[\\{"name":"${model}","version":"${version}","last_inference":\\d+,` +
      `"inference_count":\\d+,"execution_count":\\d+,${INFERENCE_STATS},"batch_stats":\\[.*\\],"batch_releases":\\{.*\\}\\}\\]\\}$`,
  )
}

const UNKNOWN = refused(404, "Request for unknown model: 'nobody' is not found")

export const V2: readonly Row[] = [
  get('rest', 'live', '/v2/health/live', { status: 200, json: { live: true } }),
  get('rest', 'ready', '/v2/health/ready', { status: 200, json: { ready: true } }),
  ...['/v2', '/v2/'].map(path =>
    get('rest', `the server at ${path}`, path, {
      status: 200,
      headers: { 'content-type': 'application/json' },
      json: {
        name: 'scorehost',
        version: /^\d+\.\d+\.\d+/,
        extensions: [
          'binary_tensor_data',
          'classification',
          'model_configuration',
          'model_repository',
          'parameters',
          'schedule_policy',
          'statistics',
        ],
      },
    }),
  ),

  get('rest', 'the metadata of a model', '/v2/models/add', {
    status: 200,
    json: {
      name: 'add',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'a', datatype: 'FP32', shape: [-1, 3] },
        { name: 'b', datatype: 'FP32', shape: [-1, 3] },
      ],
      outputs: [
        { name: 'sum', datatype: 'FP32', shape: [-1, 3] },
        { name: 'difference', datatype: 'FP32', shape: [-1, 3] },
      ],
    },
  }),
  get('rest', 'the metadata of a model without a batch dimension', '/v2/models/fixed', {
    status: 200,
    json: { inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 2] }] },
  }),
  get('rest', 'the metadata of one version names all of them', '/v2/models/versions/versions/1', {
    status: 200,
    json: { name: 'versions', versions: ['1', '2'] },
  }),
  get('rest', 'a name with a percent sign', '/v2/models/%61dd', { status: 200, json: { name: 'add' } }),
  get('rest', 'the metadata of an unknown model', '/v2/models/nobody', UNKNOWN),
  get(
    'rest',
    'the metadata of an unknown version',
    '/v2/models/versions/versions/3',
    refused(404, "Request for unknown model: 'versions' version 3 is not found"),
  ),

  get('rest', 'a model is ready', '/v2/models/add/ready', {
    status: 200,
    json: { name: 'add', ready: true },
  }),
  get('rest', 'a version is ready', '/v2/models/versions/versions/1/ready', {
    status: 200,
    json: { name: 'versions', ready: true },
  }),
  get('rest', 'an unknown model is not ready', '/v2/models/nobody/ready', UNKNOWN),

  get('configuration', 'the configuration of a model that has one', '/v2/models/labelled/config', {
    status: 200,
    json: {
      name: 'labelled',
      platform: 'onnxruntime_onnx',
      backend: 'onnxruntime',
      max_batch_size: 4,
      input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [3], optional: false }],
      output: [{ name: 'y', data_type: 'TYPE_FP32', dims: [3], label_filename: 'labels.txt' }],
    },
  }),
  get('configuration', 'the configuration of a model that has none', '/v2/models/fixed/versions/1/config', {
    status: 200,
    json: { name: 'fixed', max_batch_size: 0, default_model_filename: 'model.onnx' },
  }),
  get('configuration', 'the configuration of an unknown model', '/v2/models/nobody/config', UNKNOWN),

  get('statistics', 'the statistics of all models', '/v2/models/stats', {
    status: 200,
    text: /^\{"model_stats":\[\{"name":"add","version":"1",.*"name":"versions","version":"2",/,
  }),
  get('statistics', 'the statistics of a model', '/v2/models/fixed/stats', {
    status: 200,
    text: statsOf('fixed', '1'),
  }),
  get('statistics', 'the statistics of every version of a model', '/v2/models/versions/stats', {
    status: 200,
    text: /^\{"model_stats":\[\{"name":"versions","version":"1",.*\},\{"name":"versions","version":"2",.*\}\]\}$/,
  }),
  get('statistics', 'the statistics of a version', '/v2/models/versions/versions/2/stats', {
    status: 200,
    text: statsOf('versions', '2'),
  }),
  get('statistics', 'the statistics of an unknown model', '/v2/models/nobody/stats', UNKNOWN),

  ...['', '{}', '{"ready":true}', '{"ready":false}'].map(body =>
    post('repository', `the index, asked with ${body || 'no body'}`, '/v2/repository/index', body, {
      status: 200,
      text: /^\[\{"name":"add","version":"1","state":"READY","reason":""\},.*\{"name":"versions","version":"2","state":"READY","reason":""\}\]$/,
    }),
  ),
  post('repository', 'the index, asked with no JSON', '/v2/repository/index', '{', refused(400, /not JSON/)),
  post(
    'repository',
    'the index, asked with a list',
    '/v2/repository/index',
    '[]',
    refused(400, /JSON object/),
  ),
  ...['load', 'unload'].map(what =>
    post(
      'repository',
      `${what} where models are not loaded by request`,
      `/v2/repository/models/add/${what}`,
      '',
      { ...refused(503, /SCOREHOST_MODEL_CONTROL/), headers: { 'retry-after': '1' } },
    ),
  ),

  ...[
    ['POST', '/v2', 'GET'],
    ['GET', '/v2/models/add/infer', 'POST'],
    ['PUT', '/v2/models/add/versions/1/infer', 'POST'],
    ['POST', '/v2/models/add', 'GET'],
    ['POST', '/v2/models/add/ready', 'GET'],
    ['DELETE', '/v2/models/add/config', 'GET'],
    ['POST', '/v2/models/stats', 'GET'],
    ['GET', '/v2/repository/index', 'POST'],
    ['GET', '/v2/repository/models/add/load', 'POST'],
    ['POST', '/v2/health/live', 'GET, HEAD'],
    ['POST', '/v2/health/ready', 'GET, HEAD'],
  ].map(([method = '', path = '', allow = '']) =>
    row(
      'rest',
      `${method} ${path} is not taken`,
      { method, path },
      { status: 405, headers: { allow }, json: { error: /does not take/ } },
    ),
  ),
  get('rest', 'a path that there is not', '/v2/models/add/nothing', refused(404, /There is no path/)),
  get('rest', 'a path with a slash too many', '/v2/models/add/', refused(404, /There is no path/)),
  get('rest', 'a name that is no UTF-8', '/v2/models/%ff', refused(400, /percent sign/)),
]
