// OCI Data Science: /predict and /health, and the V2 protocol where the container calls itself Triton.

import { error, rowsOf } from './platform-row.ts'
import type { Table } from './table.ts'

const SOURCE = 'https://docs.oracle.com/en-us/iaas/Content/data-science/using/mod-dep-byoc.htm'
const { get, post, send } = rowsOf('oci', SOURCE, 'platforms')
const ECHO = { do: 'echo', value: [1] }

/** What the platform sets. */
const OCI_ENV = {
  MODEL_DEPLOYMENT_OCID: 'ocid1.datasciencemodeldeployment.oc1..x',
  TENANCY_OCID: 'ocid1.tenancy.oc1..x',
}

export const OCI: Table = {
  name: 'oci',
  module: 'platforms',
  port: 8080,
  settings: {
    ...OCI_ENV,
    WORKER_COUNT: '1',
    MODEL_DEPLOY_PREDICT_ENDPOINT: '/invoke',
    MODEL_DEPLOY_HEALTH_ENDPOINT: '/healthz',
  },
  rows: [
    post('POST /predict scores', '/predict', ECHO, { status: 200, text: '[1]' }),
    post(
      '/predict/ is another endpoint, and nothing redirects',
      '/predict/',
      ECHO,
      error(404, 'ERR_NOT_FOUND', /\/predict\//),
    ),
    get('GET /predict is a wrong method', '/predict', {
      ...error(405, 'ERR_METHOD', /GET/),
      headers: { allow: 'POST' },
    }),
    get('GET /health is exactly 200', '/health', { status: 200, json: { status: 'ok' } }),
    send('HEAD /health', 'HEAD', '/health', { status: 200, text: '' }),
    get('/health/ is none', '/health/', error(404, 'ERR_NOT_FOUND', /\/health\//)),
    post('POST /health is a wrong method', '/health', ECHO, {
      ...error(405, 'ERR_METHOD', /POST/),
      headers: { allow: 'GET, HEAD' },
    }),
    post('the path of MODEL_DEPLOY_PREDICT_ENDPOINT scores', '/invoke', ECHO, { status: 200, text: '[1]' }),
    get('that of MODEL_DEPLOY_HEALTH_ENDPOINT is health', '/healthz', { status: 200 }),
  ],
}

const triton = rowsOf('oci', SOURCE, 'models')

export const OCI_TRITON: Table = {
  name: 'oci-triton',
  module: 'models',
  port: 8080,
  settings: {
    ...OCI_ENV,
    WORKER_COUNT: '1',
    CONTAINER_TYPE: 'TRITON',
    MODEL_DEPLOY_PREDICT_ENDPOINT: '/v2/models/pair/infer',
    MODEL_DEPLOY_HEALTH_ENDPOINT: '/v2/health/ready',
  },
  rows: [
    triton.get('health of a container that is Triton', '/v2/health/ready', {
      status: 200,
      json: { ready: true },
    }),
    triton.get('metadata of a version', '/v2/models/pair/versions/1', {
      status: 200,
      json: { name: 'pair' },
    }),
    triton.post(
      'inference',
      '/v2/models/pair/versions/1/infer',
      {
        inputs: ['a', 'b'].map(name => ({ name, datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] })),
      },
      { status: 200, json: { model_name: 'pair' } },
    ),
  ],
}
