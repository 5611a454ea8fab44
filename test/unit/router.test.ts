// Which route a method and a path are.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Method, Route } from '../../runtime/contracts/contract.ts'
import { Router } from '../../runtime/http/router.ts'

function route(method: Method, path: string): Route {
  return { method, path, body: 'none', handle: () => ({ status: 200, headers: {}, body: path }) }
}

const ROUTES = [
  route('GET', '/score'),
  route('POST', '/score'),
  route('GET', '/v2/models/stats'),
  route('GET', '/v2/models/{model}'),
  route('POST', '/v2/models/{model}/versions/{version}/infer'),
]
const router = new Router([{ name: 'test', routes: ROUTES }])

test('a path is found with its method, and one without parameters before one with', () => {
  assert.equal(router.find('POST', '/score').route, ROUTES[1])
  assert.equal(router.find('GET', '/v2/models/stats').route, ROUTES[2])
  assert.equal(router.find('GET', '/v2/models/statistics').route, ROUTES[3])
})

test('parameters come by name, decoded', () => {
  const { params } = router.find('POST', '/v2/models/a%20b%2Fc.d/versions/3/infer')
  assert.deepEqual(params, { model: 'a b/c.d', version: '3' })
})

test('another path is not found, also with a slash too many or a parameter that is empty', () => {
  for (const path of ['/', '/score/', '/v2/models', '/v2/models/', '/v2/models/a/', '/v2/models/a/b'])
    assert.throws(() => router.find('GET', path), { code: 'ERR_NOT_FOUND' }, path)
})

test('a method that a path does not take is told with those that it takes', () => {
  const expected = { code: 'ERR_METHOD', message: '/score does not take PUT; it takes GET, POST.' }
  assert.throws(() => router.find('PUT', '/score'), expected)
  assert.deepEqual(router.methods('/score'), ['GET', 'POST'])
  assert.deepEqual(router.methods('/v2/models/a'), ['GET'])
  assert.deepEqual(router.methods('/nowhere'), [])
})

test('a parameter that cannot be decoded is malformed', () => {
  assert.throws(() => router.find('GET', '/v2/models/%ff'), { code: 'ERR_INPUT_MALFORMED' })
})
