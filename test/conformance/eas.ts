// PAI-EAS: the bare endpoint scores, and so do paths of the user's own.

import { error, rowsOf } from './platform-row.ts'
import type { Table } from './table.ts'

const MODULE = 'platforms'
const { get, post, send } = rowsOf(
  'eas',
  'https://www.alibabacloud.com/help/en/pai/user-guide/deploy-a-custom-image',
  MODULE,
)
const PLACE = { do: 'place' }

export const EAS: Table = {
  name: 'eas',
  module: MODULE,
  settings: {
    WORKER_COUNT: '2',
    SCOREHOST_PROFILE: 'eas',
    SCOREHOST_SCORE_PATHS: '/hello/model, /api/*',
    SCOREHOST_HEALTH_PATHS: '/alive',
  },
  rows: [
    post('POST / scores', '/', PLACE, { status: 200, json: { method: 'POST', path: '/' } }),
    get('GET / is health', '/', { status: 200, text: 'Healthyroot' }),
    get('a health path of the user', '/alive', { status: 200, text: 'ok' }),
    post('a custom path scores', '/hello/model', PLACE, { status: 200, json: { path: '/hello/model' } }),
    get('a custom path scores by GET too', '/hello/model?do=place', { status: 200, json: { method: 'GET' } }),
    post('so does all below a path with a star', '/api/v1/any:thing', PLACE, {
      status: 200,
      json: { path: '/api/v1/any:thing' },
    }),
    post('but not the path itself', '/api', PLACE, error(404, 'ERR_NOT_FOUND', /\/api/)),
    post('nor one beside it', '/hello/model/', PLACE, error(404, 'ERR_NOT_FOUND', /\/hello\/model\//)),
    send('a wrong method', 'DELETE', '/', {
      ...error(405, 'ERR_METHOD', /DELETE/),
      headers: { allow: 'GET, POST, OPTIONS' },
    }),
    send('OPTIONS of the bare endpoint', 'OPTIONS', '/', {
      status: 200,
      headers: { allow: 'GET, POST, OPTIONS' },
    }),
    post(
      'an empty answer: nothing is passed on',
      '/',
      { do: 'empty' },
      { status: 200, text: '', headers: { 'content-length': '0' } },
    ),
    post(
      'an empty answer with a status of its own',
      '/',
      { do: 'reply', status: 204 },
      { status: 204, text: '' },
    ),
    post("the token is the gateway's to check", '/', PLACE, { status: 200 }, { authorization: 'whatever' }),
  ],
}
