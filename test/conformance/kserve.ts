// KServe's V1 protocol, for a score module and for models without code.

import { rowsOf } from './platform-row.ts'
import type { Row } from './row.ts'
import type { Table } from './table.ts'

const SOURCE = 'https://kserve.github.io/website/latest/modelserving/data_plane/v1_protocol/'
const { get, post, send } = rowsOf('kserve', SOURCE, 'models')
const predict = (model: string) => `/v1/models/${model}:predict`

function refused(status: number, message: RegExp): Row['expect'] {
  return { status, json: { error: message, code: /^ERR_/, requestId: /./ } }
}

export const KSERVE: Table = {
  name: 'kserve',
  module: 'models',
  port: 8080,
  settings: { K_SERVICE: 'iris', WORKER_COUNT: '1' },
  rows: [
    get('the models', '/v1/models', { status: 200, json: { models: /add,.*pair/ } }),
    get('a model is ready', '/v1/models/add', { status: 200, text: '{"name":"add","ready":true}' }),
    get('a model that there is not', '/v1/models/nobody', refused(404, /nobody/)),
    post(
      'instances of the only input',
      predict('identity_fp32'),
      {
        instances: [
          [1, 2],
          [3, 4],
        ],
      },
      { status: 200, text: '{"predictions":[[1,2],[3,4]]}' },
    ),
    post(
      'instances of several inputs, predictions of several outputs',
      predict('add'),
      {
        instances: [
          { a: [1, 2, 3], b: [1, 1, 1] },
          { a: [0, 0, 0], b: [1, 1, 1] },
        ],
      },
      {
        status: 200,
        text: '{"predictions":[{"sum":[2,3,4],"difference":[0,1,2]},{"sum":[1,1,1],"difference":[-1,-1,-1]}]}',
      },
    ),
    post(
      'no instances, no predictions',
      predict('add'),
      { instances: [] },
      { status: 200, text: '{"predictions":[]}' },
    ),
    post('a body without instances', predict('add'), { inputs: [] }, refused(400, /instances/)),
    post(
      'an instance of a wrong shape',
      predict('add'),
      { instances: [{ a: [1], b: [1, 1, 1] }] },
      refused(400, /'a'/),
    ),
    post(
      'an input that the model refuses',
      predict('lookup'),
      { instances: [[9]] },
      { ...refused(502, /failed on this input/), without: ['Gather'] },
    ),
    post(
      'inference by a model that there is not',
      predict('nobody'),
      { instances: [] },
      refused(404, /nobody/),
    ),
    get('a wrong method', predict('add'), { ...refused(405, /GET/), headers: { allow: 'POST' } }),
    send('a body that is no JSON', 'POST', predict('add'), refused(400, /not JSON/), {}, '{'),
    get('the readiness of a pod', '/readyz', { status: 200, text: 'ok' }),
    get('the liveness of a pod', '/livez', { status: 200, text: 'ok' }),
  ],
}

const module = rowsOf('kserve', SOURCE, 'platforms')

export const KSERVE_MODULE: Table = {
  name: 'kserve-module',
  module: 'platforms',
  port: 8080,
  settings: { K_SERVICE: 'iris', SCOREHOST_MODEL_NAME: 'iris', WORKER_COUNT: '1' },
  rows: [
    module.get('a score module is a model', '/v1/models', { status: 200, text: '{"models":["iris"]}' }),
    module.get('and ready', '/v1/models/iris', { status: 200, text: '{"name":"iris","ready":true}' }),
    module.post(
      'an instance is an input of run()',
      predict('iris'),
      { instances: [{ do: 'echo', value: 5 }] },
      { status: 200, text: '{"predictions":[5]}' },
    ),
    module.post(
      'a run that fails',
      predict('iris'),
      { instances: [{ do: 'throw' }] },
      { ...refused(502, /failed/), without: ['a secret'] },
    ),
  ],
}
