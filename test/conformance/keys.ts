// Keys: what asks for one, in which envelope it is refused, and what is open to everybody.

import { error, rowsOf, UUID } from './platform-row.ts'
import type { Row } from './row.ts'
import type { Table } from './table.ts'

const SOURCE = 'https://www.rfc-editor.org/rfc/rfc6750'
const MODULE = 'platforms'
const { get, post, send } = rowsOf('keys', SOURCE, MODULE)

const FIRST = 'first-key-0123456789'
const SECOND = 'second-key-0123456789'
const ECHO = { do: 'echo', value: 1 }
const ORIGIN = { origin: 'https://a.example' }

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

const BEARER = 'Bearer realm="scorehost"'
const EITHER = `Basic realm="scorehost", charset="UTF-8", ${BEARER}`

/** A refusal, as most paths have it. */
function refused(challenge = BEARER): Row['expect'] {
  const expected = error(401, 'ERR_UNAUTHORIZED', /key/)
  return { ...expected, headers: { ...expected.headers, 'www-authenticate': challenge } }
}

/** A refusal below `/v2` and `/v1/models`. */
const REFUSED_V: Row['expect'] = {
  status: 401,
  json: { error: /key/, code: 'ERR_UNAUTHORIZED', requestId: UUID },
  headers: { 'content-type': 'application/json', 'www-authenticate': BEARER },
}

const OPEN: readonly Row[] = [
  '/',
  '/livez',
  '/readyz',
  '/health',
  '/ping',
  '/v2/health/live',
  '/v2/health/ready',
].map(path => get(`${path} asks for no key`, path, { status: 200 }))

const SCORING: readonly Row[] = ['/score', '/predict', '/invocations', '/'].flatMap(path => [
  post(`POST ${path} without a key`, path, ECHO, refused()),
  post(`POST ${path} with a key`, path, ECHO, { status: 200, text: '1' }, bearer(FIRST)),
])

/** Of the workers, and of the supervisor. */
const PAGES: readonly Row[] = [
  '/docs/',
  '/docs/swagger-ui.css',
  '/swagger.json',
  '/metrics',
  '/metrics/nv',
  '/dashboard/',
  '/dashboard/data',
].flatMap(path => [
  get(`${path} without a key asks the browser for a password`, path, refused(EITHER)),
  get(`${path} with a key`, path, { status: 200 }, bearer(FIRST)),
  get(`${path} with a key as the password of anybody`, path, { status: 200 }, basic(`anybody:${SECOND}`)),
  get(`${path} with another password`, path, refused(EITHER), basic('anybody:anything-0123456789')),
])

export const KEYS: Table = {
  name: 'keys',
  module: MODULE,
  settings: {
    WORKER_COUNT: '1',
    SCOREHOST_AUTH_KEYS: `${FIRST},${SECOND}`,
    AML_CORS_ORIGINS: ORIGIN.origin,
    SCOREHOST_DASHBOARD: 'on',
  },
  rows: [
    ...OPEN,
    ...SCORING,
    ...PAGES,
    post('the second key is as good', '/score', ECHO, { status: 200, text: '1' }, bearer(SECOND)),
    post('both keys at once are none', '/score', ECHO, refused(), bearer(`${FIRST},${SECOND}`)),
    post(
      'the case of the scheme does not matter',
      '/score',
      ECHO,
      { status: 200 },
      {
        authorization: `bEARER ${FIRST}`,
      },
    ),
    post('another key', '/score', ECHO, refused(), bearer('another-key-0123456789')),
    post('the key without its scheme', '/score', ECHO, refused(), { authorization: FIRST }),
    post('a password scores nothing', '/score', ECHO, refused(), basic(`anybody:${FIRST}`)),
    post('a request without a key is not run', '/score', { do: 'die' }, refused()),
    send('nor is its body read', 'POST', '/score', refused(), { 'content-encoding': 'lzw' }, '{'),
    get('GET scores as little', '/score?do=echo&value=1', refused()),
    get('a path that is not there is not told from one that is', '/nowhere', refused()),
    get('with a key it is', '/nowhere', error(404, 'ERR_NOT_FOUND', /nowhere/), bearer(FIRST)),
    get('/v2 without a key', '/v2', REFUSED_V),
    get('/v2 with a key', '/v2', { status: 200, json: { name: 'scorehost' } }, bearer(FIRST)),
    get('/v2/models/… without a key', '/v2/models/nobody', REFUSED_V),
    send('POST /v2/repository/index without a key', 'POST', '/v2/repository/index', REFUSED_V),
    get('/v1/models without a key', '/v1/models', REFUSED_V),
    get(
      '/v1/models with a key',
      '/v1/models',
      { status: 200, json: { models: ['scorehost'] } },
      bearer(FIRST),
    ),
    post('instances without a key', '/v1/models/scorehost:predict', { instances: [ECHO] }, REFUSED_V),
    get('GET /models without a key', '/models', refused()),
    get('GET /execution-parameters without a key', '/execution-parameters', refused()),
    send('OPTIONS asks for none', 'OPTIONS', '/score', {
      status: 200,
      headers: { allow: 'GET, POST, OPTIONS' },
    }),
    send(
      'a preflight asks for none, and lets the header pass',
      'OPTIONS',
      '/score',
      {
        status: 200,
        headers: {
          'access-control-allow-origin': ORIGIN.origin,
          'access-control-allow-headers': 'authorization',
        },
      },
      {
        ...ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    ),
    post(
      'a page of a listed origin may read the refusal, and it has the ids',
      '/score',
      ECHO,
      {
        status: 401,
        json: { requestId: 'mine' },
        headers: {
          'access-control-allow-origin': ORIGIN.origin,
          'x-request-id': 'mine',
          'x-ms-request-id': 'theirs',
        },
      },
      { ...ORIGIN, 'x-request-id': 'mine', 'x-ms-request-id': 'theirs' },
    ),
    post(
      'run() does not see the key',
      '/score',
      { do: 'seen', header: 'authorization' },
      { status: 200, text: 'null' },
      bearer(FIRST),
    ),
    post(
      'but every other header',
      '/score',
      { do: 'seen', header: 'x-mine' },
      { status: 200, text: '"yes"' },
      { ...bearer(FIRST), 'x-mine': 'yes' },
    ),
    get(
      'the description says in 2.0 how a key is shown',
      '/swagger.json?version=2',
      {
        status: 200,
        json: { securityDefinitions: { Bearer: { type: 'apiKey', name: 'Authorization', in: 'header' } } },
      },
      bearer(FIRST),
    ),
    get(
      'and in 3',
      '/swagger.json?version=3',
      {
        status: 200,
        json: { components: { securitySchemes: { Bearer: { type: 'http', scheme: 'bearer' } } } },
      },
      bearer(FIRST),
    ),
  ],
}
