// AzureML: its headers, cross-origin requests, and the statuses of its Python server for those who migrate.

import { error, rowsOf, UUID } from './platform-row.ts'
import type { Row } from './row.ts'
import type { Table } from './table.ts'

const SOURCE = 'https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http'
const MODULE = 'platforms'
const { get, post, send } = rowsOf('azureml', SOURCE, MODULE)
const ECHO = { do: 'echo', value: 1 }
const A = 'id-a'
const B = 'id-b'
const C = 'id-c'

/** In and out: x-request-id, x-ms-request-id, x-ms-client-request-id. */
const IDS: readonly (readonly (string | null)[])[] = [
  [null, null, null, UUID.source, UUID.source, null],
  [A, null, null, A, A, null],
  [null, B, null, UUID.source, B, B],
  [null, null, C, UUID.source, C, C],
  [A, B, null, A, B, B],
  [null, B, C, UUID.source, B, C],
  [A, null, C, A, C, C],
  [A, B, C, A, B, C],
]
const ID_HEADERS = ['x-request-id', 'x-ms-request-id', 'x-ms-client-request-id']

/** Behind a path that a worker answers, and one that the front does. */
const ID_ROWS: readonly Row[] = IDS.flatMap(ids => {
  const given = ID_HEADERS.flatMap((name, index) => (ids[index] ? [[name, ids[index] ?? '']] : []))
  const expected = ID_HEADERS.map((name, index) => [name, new RegExp(ids[index + 3] ?? '^undefined$')])
  const headers = Object.fromEntries(expected)
  const name = `request ids: ${given.map(([header, id]) => `${header} ${id}`).join(', ') || 'none'}`
  return [
    post(name, '/score', ECHO, { status: 200, headers }, Object.fromEntries(given)),
    post(
      `${name}, of an answer of the front`,
      '/score',
      'x'.repeat(3000),
      { status: 413, headers },
      Object.fromEntries(given),
    ),
  ]
})

const LONG = 'x'.repeat(101)

const ORIGINS = 'https://a.example, http://localhost:3000'
const ALLOWED = { 'access-control-allow-origin': 'https://a.example', vary: 'Origin' }
const FOREIGN = { 'access-control-allow-origin': 'undefined' }
const PREFLIGHT = {
  origin: 'https://a.example',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,authorization',
}

const RUN = {
  'x-ms-run-function-failed': 'False',
  'x-ms-run-fn-exec-ms': /^\d+\.\d{3}$/,
  'x-ms-server-version': /^scorehost\/\d+\.\d+\.\d+/,
}

export const AZUREML: Table = {
  name: 'azureml',
  module: MODULE,
  settings: {
    WORKER_COUNT: '1',
    AML_CORS_ORIGINS: ORIGINS,
    SCOREHOST_MAX_BODY_BYTES: '2000',
    SCORING_TIMEOUT_MS: '1000',
  },
  rows: [
    get('GET / is the health of the service', '/', { status: 200, text: 'Healthyroot' }),
    get('the input of a GET is its query', '/score?do=echo&value=7', { status: 200, text: '7' }),
    get('swagger of the default version', '/swagger.json', { status: 200, json: { swagger: '2.0' } }),
    get('swagger 3', '/swagger.json?version=3', { status: 200, json: { openapi: /^3\.0/ } }),
    get('swagger 3.1', '/swagger.json?version=3.1', { status: 200, json: { openapi: /^3\.1/ } }),
    get('swagger of no version', '/swagger.json?version=4', error(404, 'ERR_NOT_FOUND', /2, 3, 3\.1/)),
    send('OPTIONS is 200', 'OPTIONS', '/score', { status: 200, headers: { allow: 'GET, POST, OPTIONS' } }),
    ...ID_ROWS,
    post(
      'TraceId comes back',
      '/score',
      ECHO,
      { status: 200, headers: { traceid: 'trace 1' } },
      { TraceId: 'trace 1' },
    ),
    ...[...ID_HEADERS, 'TraceId'].map(name =>
      post(
        `${name} of more than 100 characters`,
        '/score',
        ECHO,
        { status: 431, json: { code: 'ERR_HEADER_TOO_LONG', message: new RegExp(name, 'i') } },
        { [name]: LONG },
      ),
    ),
    post('a run says how long it took, and that it did not fail', '/score', ECHO, {
      status: 200,
      headers: RUN,
    }),
    post(
      'a run that fails says so',
      '/score',
      { do: 'throw' },
      {
        ...error(502, 'ERR_RUN_FAILED', /failed/),
        headers: { ...RUN, 'x-ms-run-function-failed': 'True' },
        without: ['a secret'],
      },
    ),
    post(
      'a run that is late says so',
      '/score',
      { do: 'sleep', ms: 20_000 },
      {
        ...error(504, 'ERR_SCORING_TIMEOUT', /1000 ms/),
        headers: { ...RUN, 'x-ms-run-function-failed': 'True' },
      },
    ),
    post(
      'a status that the module chose is a failure from 500 on',
      '/score',
      { do: 'reply', body: 'no', status: 503 },
      {
        status: 503,
        headers: { ...RUN, 'x-ms-run-function-failed': 'True' },
      },
    ),
    send(
      'an input that cannot be read has not run',
      'POST',
      '/score',
      {
        ...error(400, 'ERR_INPUT_MALFORMED', /not JSON/),
        headers: { 'x-ms-run-fn-exec-ms': 'undefined', 'x-ms-run-function-failed': 'undefined' },
      },
      {},
      '{',
    ),
    post(
      'a page of a listed origin may read the answer',
      '/score',
      ECHO,
      { status: 200, headers: { ...ALLOWED, 'access-control-expose-headers': /x-ms-request-id/ } },
      { origin: 'https://a.example' },
    ),
    post(
      'also the second of the list',
      '/score',
      ECHO,
      { status: 200, headers: { 'access-control-allow-origin': 'http://localhost:3000' } },
      { origin: 'http://localhost:3000' },
    ),
    post(
      'a page of another origin may not',
      '/score',
      ECHO,
      { status: 200, headers: FOREIGN },
      { origin: 'https://b.example' },
    ),
    post(
      'an error of a worker may be read too',
      '/score',
      { do: 'throw' },
      { status: 502, headers: ALLOWED },
      { origin: 'https://a.example' },
    ),
    post(
      'and one of the front',
      '/score',
      'x'.repeat(3000),
      { status: 413, headers: ALLOWED },
      { origin: 'https://a.example' },
    ),
    get('and health', '/', { status: 200, headers: ALLOWED }, { origin: 'https://a.example' }),
    send(
      'a preflight is answered without a run',
      'OPTIONS',
      '/score',
      {
        status: 200,
        text: '',
        headers: {
          ...ALLOWED,
          'access-control-allow-methods': 'GET, POST, OPTIONS',
          'access-control-allow-headers': 'content-type,authorization',
          'access-control-max-age': /^\d+$/,
        },
      },
      PREFLIGHT,
    ),
    send(
      'a preflight of another origin is allowed nothing',
      'OPTIONS',
      '/score',
      { status: 200, headers: FOREIGN },
      { ...PREFLIGHT, origin: 'https://b.example' },
    ),
    send('a preflight to no path', 'OPTIONS', '/nowhere', error(404, 'ERR_NOT_FOUND', /nowhere/), PREFLIGHT),
  ],
}

const python = rowsOf('azureml', 'https://github.com/microsoft/azureml-inference-server', MODULE)

/** With SCOREHOST_STATUS=azmlinfsrv. */
export const AZMLINFSRV: Table = {
  name: 'azmlinfsrv',
  module: MODULE,
  settings: { WORKER_COUNT: '1', SCOREHOST_STATUS: 'azmlinfsrv', SCORING_TIMEOUT_MS: '700' },
  rows: [
    python.post(
      'a run that fails is a 500',
      '/score',
      { do: 'throw' },
      {
        status: 500,
        text: '{"message":"An unexpected error occurred in scoring script. Check the logs for more info."}',
        headers: { 'x-ms-run-function-failed': 'True' },
      },
    ),
    python.post(
      'a run that is late is a 500',
      '/score',
      { do: 'sleep', ms: 20_000 },
      {
        status: 500,
        text: '{"message":"Scoring timeout after 700 ms"}',
        headers: { 'x-ms-run-function-failed': 'True' },
      },
    ),
    python.post(
      'the input is refused as ever',
      '/score',
      { do: 'echo' },
      error(415, 'ERR_INPUT_UNSUPPORTED', /lzw/),
      { 'content-encoding': 'lzw' },
    ),
    python.get('the protocols of KServe keep their statuses', '/v2/models/nobody', {
      status: 404,
      json: { error: /nobody/ },
    }),
    {
      ...python.post(
        'a worker that is lost is a 500',
        '/score',
        { do: 'die' },
        {
          status: 500,
          text: '{"message":"An unexpected error occurred in scoring script. Check the logs for more info."}',
          headers: { 'x-ms-run-function-failed': 'True' },
        },
      ),
      disturbs: true,
    },
  ],
}

/** With AML_CORS_ORIGINS=*. */
export const AZUREML_ANY_ORIGIN: Table = {
  name: 'azureml-any-origin',
  module: MODULE,
  settings: { WORKER_COUNT: '1', AML_CORS_ORIGINS: '*', SCOREHOST_MAX_BODY_BYTES: '2000' },
  rows: [
    post(
      'with * a page of any origin may read the answer',
      '/score',
      ECHO,
      { status: 200, headers: { 'access-control-allow-origin': '*', vary: 'undefined' } },
      { origin: 'https://b.example' },
    ),
    post(
      'with * also an answer of the front',
      '/score',
      'x'.repeat(3000),
      { status: 413, headers: { 'access-control-allow-origin': '*' } },
      { origin: 'https://b.example' },
    ),
  ],
}
