// Which pages may call from a browser.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CrossOrigin } from '../../runtime/cross-origin.ts'

const LIST = new CrossOrigin({ corsOrigins: 'https://a.example , http://[::1]:3000' })
const PREFLIGHT = { origin: 'https://a.example', 'access-control-request-method': 'POST' }

test('without the setting nothing is said, and a preflight is an OPTIONS as any', () => {
  const none = new CrossOrigin({ corsOrigins: null })
  assert.deepEqual(none.headersFor({ origin: 'https://a.example' }), {})
  assert.equal(none.preflight('OPTIONS', PREFLIGHT), null)
})

test('an origin of the list is named, another is not, and caches are told that it depends', () => {
  assert.equal(
    LIST.headersFor({ origin: 'http://[::1]:3000' })['access-control-allow-origin'],
    'http://[::1]:3000',
  )
  for (const origin of ['https://a.example.evil', 'http://a.example', 'HTTPS://A.EXAMPLE', 'null', undefined])
    assert.deepEqual(LIST.headersFor(origin === undefined ? {} : { origin }), { vary: 'Origin' }, origin)
})

test('a preflight is an OPTIONS with a method that is asked for', () => {
  assert.equal(LIST.preflight('OPTIONS', PREFLIGHT)?.['access-control-allow-methods'], 'GET, POST, OPTIONS')
  assert.equal(LIST.preflight('POST', PREFLIGHT), null)
  assert.equal(LIST.preflight('OPTIONS', { origin: 'https://a.example' }), null)
})

test('what no browser would send as its origin is refused', () => {
  for (const corsOrigins of [
    'a.example',
    'https://a.example/',
    'https://a.example/x',
    'https://*.example',
    '"',
  ])
    assert.throws(
      () => new CrossOrigin({ corsOrigins }),
      { code: 'ERR_CONFIG_INVALID', message: /is no origin/ },
      corsOrigins,
    )
})
