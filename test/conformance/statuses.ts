// Which situation has which status: the rows of the table in docs/errors.md that a request can cause.

import type { Row } from './row.ts'

/** The target must be started with these, so that the rows with limits can reach them. */
export const STATUSES_SETTINGS = {
  SCORING_TIMEOUT_MS: '1000',
  SCOREHOST_MAX_BODY_BYTES: '100000',
  WORKER_COUNT: '2',
}

const SOURCE = 'docs/errors.md'
const AZUREML = 'https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http'
const JSON_BODY = { 'content-type': 'application/json' }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function row(name: string, request: Row['request'], expect: Row['expect'], more: Partial<Row> = {}): Row {
  return { name, contract: 'azureml', source: SOURCE, module: 'behaviours', request, expect, ...more }
}

/** A row that asks the behaviours module for something. */
function scoring(name: string, input: unknown, expect: Row['expect'], more: Partial<Row> = {}): Row {
  const request = { method: 'POST', path: '/score', headers: JSON_BODY, body: JSON.stringify(input) }
  return row(name, request, expect, more)
}

function posting(name: string, contentType: string, body: string | Uint8Array, expect: Row['expect']): Row {
  return row(name, { method: 'POST', path: '/score', headers: { 'content-type': contentType }, body }, expect)
}

function error(status: number, code: string, message: RegExp): Row['expect'] {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': UUID },
    json: { code, message, requestId: UUID },
  }
}

const NO_SECRETS = ['a secret of the score module', 'score.mjs', '    at ']

export const STATUSES: readonly Row[] = [
  row(
    'ready: / answers Healthyroot',
    { method: 'GET', path: '/' },
    { status: 200, text: 'Healthyroot' },
    { source: AZUREML },
  ),
  row('HEAD / answers without a body', { method: 'HEAD', path: '/' }, { status: 200, text: '' }),
  row('ready: /readyz is 200', { method: 'GET', path: '/readyz' }, { status: 200 }),
  row('alive: /livez is 200', { method: 'GET', path: '/livez' }, { status: 200 }),
  row(
    'POST /livez is a wrong method',
    { method: 'POST', path: '/livez' },
    error(405, 'ERR_METHOD', /GET, HEAD/),
  ),

  scoring(
    'a value is answered as JSON',
    { do: 'echo', value: { a: [1, null, 'ü'] } },
    { status: 200, text: '{"a":[1,null,"ü"]}', headers: { 'content-type': 'application/json' } },
  ),
  scoring('undefined is answered as {}', { do: 'nothing' }, { status: 200, text: '{}' }),
  scoring(
    'a Buffer is answered as bytes',
    { do: 'bytes' },
    { status: 200, headers: { 'content-type': 'application/octet-stream', 'content-length': '4' } },
  ),
  scoring(
    'a typed array is answered as a JSON array',
    { do: 'floats' },
    { status: 200, text: '{"values":[0.5,1,2]}' },
  ),
  scoring(
    'a promise that takes a while is awaited',
    { do: 'sleep', ms: 100 },
    { status: 200, json: { slept: 100 } },
  ),
  scoring(
    'a rejection that nobody handles does not fail the request',
    { do: 'strayRejection' },
    { status: 200, text: '"fine"' },
  ),
  posting('text is a string', 'text/plain; charset=utf-8', 'hällo', {
    status: 200,
    json: { kind: 'string', length: 5 },
  }),
  posting('any other body is a Buffer', 'image/png', new Uint8Array(7), {
    status: 200,
    json: { kind: 'buffer', length: 7 },
  }),
  posting(
    "curl's default content type is read as JSON",
    'application/x-www-form-urlencoded',
    '{"do":"echo","value":1}',
    { status: 200, text: '1' },
  ),
  row(
    'the query is the input of a GET',
    { method: 'GET', path: '/score?do=echo&value=%5B1%2C2%5D' },
    { status: 200, text: '[1,2]' },
    { source: AZUREML },
  ),
  row(
    'OPTIONS /score is 200',
    { method: 'OPTIONS', path: '/score' },
    { status: 200, text: '', headers: { allow: 'GET, POST, OPTIONS' } },
    { source: AZUREML },
  ),
  row(
    'a request id is passed on and echoed',
    {
      method: 'POST',
      path: '/score',
      headers: { ...JSON_BODY, 'x-request-id': 'abc', 'x-ms-client-request-id': 'mine' },
      body: '{"do":"context"}',
    },
    {
      status: 200,
      json: { requestId: 'abc', forwardedFor: /\d/ },
      headers: { 'x-request-id': 'abc', 'x-ms-request-id': 'mine', 'x-ms-client-request-id': 'mine' },
    },
    { source: AZUREML },
  ),
  row(
    '/swagger.json is swagger 2.0 with the sample',
    { method: 'GET', path: '/swagger.json' },
    { status: 200, json: { swagger: '2.0', paths: { '/score': { post: { operationId: 'score' } } } } },
    { source: AZUREML },
  ),
  row(
    '/swagger.json?version=3.1 is OpenAPI 3.1',
    { method: 'GET', path: '/swagger.json?version=3.1' },
    { status: 200, json: { openapi: '3.1.0' } },
    { source: AZUREML },
  ),
  row(
    'an unknown swagger version lists the known ones',
    { method: 'GET', path: '/swagger.json?version=9' },
    error(404, 'ERR_NOT_FOUND', /2, 3, 3\.1/),
  ),

  posting(
    'a body that is not JSON',
    'application/json',
    '{"a":',
    error(400, 'ERR_INPUT_MALFORMED', /not JSON/),
  ),
  posting('an empty body', 'application/json', '', error(400, 'ERR_INPUT_MALFORMED', /empty/)),
  posting(
    'JSON that is not UTF-8',
    'application/json',
    Uint8Array.of(0x22, 0xff, 0x22),
    error(400, 'ERR_INPUT_MALFORMED', /not UTF-8 at offset 1/),
  ),
  row(
    'a content encoding that nobody knows',
    { method: 'POST', path: '/score', headers: { ...JSON_BODY, 'content-encoding': 'lzw' }, body: 'x' },
    error(415, 'ERR_INPUT_UNSUPPORTED', /lzw is not supported; gzip, x-gzip, deflate, br are/),
  ),
  row(
    'an absolute target counts by its path, whatever its host and port',
    { method: 'GET', path: 'http://elsewhere:99999/score?do=echo&value=1' },
    { status: 200, text: '1' },
  ),
  row('an unknown path', { method: 'GET', path: '/nowhere' }, error(404, 'ERR_NOT_FOUND', /\/nowhere/)),
  row(
    'a trailing slash is another path',
    { method: 'POST', path: '/score/', headers: JSON_BODY, body: '{}' },
    error(404, 'ERR_NOT_FOUND', /\/score\//),
  ),
  row(
    'a wrong method',
    { method: 'DELETE', path: '/score' },
    { ...error(405, 'ERR_METHOD', /DELETE/), headers: { allow: 'GET, POST, OPTIONS' } },
  ),
  row(
    'a body over the limit',
    {
      method: 'POST',
      path: '/score',
      headers: { ...JSON_BODY, 'content-length': 100_001 },
      body: `"${'x'.repeat(99_999)}"`,
    },
    error(413, 'ERR_INPUT_TOO_LARGE', /100000/),
  ),
  row(
    'a body over the limit that does not say its length',
    {
      method: 'POST',
      path: '/score',
      headers: { ...JSON_BODY, 'transfer-encoding': 'chunked' },
      body: `"${'x'.repeat(200_000)}"`,
    },
    error(413, 'ERR_INPUT_TOO_LARGE', /100000/),
  ),
  row(
    'a body of just the limit',
    { method: 'POST', path: '/score', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(100_000) },
    { status: 200, json: { length: 100_000 } },
  ),
  row(
    'a request id over 100 characters',
    {
      method: 'POST',
      path: '/score',
      headers: { ...JSON_BODY, 'x-ms-request-id': 'x'.repeat(101) },
      body: '{}',
    },
    { status: 431, json: { code: 'ERR_HEADER_TOO_LONG', message: /x-ms-request-id/ } },
    { source: AZUREML },
  ),
  row(
    'headers over 16 KiB',
    { method: 'GET', path: '/score', headers: { 'x-long': 'x'.repeat(20_000) } },
    error(431, 'ERR_HEADER_TOO_LONG', /16384/),
  ),

  scoring(
    'run() throws',
    { do: 'throw' },
    { ...error(502, 'ERR_RUN_FAILED', /failed/), without: NO_SECRETS },
  ),
  scoring(
    'run() rejects with what is no Error',
    { do: 'reject' },
    { ...error(502, 'ERR_RUN_FAILED', /failed/), without: ['only a string'] },
  ),
  scoring(
    'run() returns what JSON cannot carry',
    { do: 'bigint' },
    error(502, 'ERR_RUN_FAILED', /JSON cannot carry/),
  ),
  scoring('run() takes too long', { do: 'sleep', ms: 20_000 }, error(504, 'ERR_SCORING_TIMEOUT', /1000 ms/)),
  scoring('the worker is killed while it runs', { do: 'die' }, error(502, 'ERR_WORKER_LOST', /ended/), {
    disturbs: true,
  }),
  scoring('the score module ends the process', { do: 'exit' }, error(502, 'ERR_WORKER_LOST', /ended/), {
    disturbs: true,
  }),
  scoring('an exception that nobody catches', { do: 'stray' }, error(502, 'ERR_WORKER_LOST', /ended/), {
    disturbs: true,
  }),
  scoring('run() loops for ever', { do: 'loop' }, error(504, 'ERR_SCORING_TIMEOUT', /1000 ms/), {
    disturbs: true,
  }),
]
