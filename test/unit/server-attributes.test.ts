import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ScorehostError } from '../../runtime/errors.ts'
import { answerAttributes, arrivalAttributes, spanName } from '../../runtime/traces/server-attributes.ts'
import { SCORED } from '../support/request-record.ts'

function arrival(headers: Readonly<Record<string, string>>, method = 'POST') {
  return arrivalAttributes({ method, path: '/score', headers, requestId: 'a', waitedMs: 0 })
}

describe('a request that comes', () => {
  const hosts: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['example.com', { 'server.address': 'example.com' }],
    ['example.com:8080', { 'server.address': 'example.com', 'server.port': 8080 }],
    ['[::1]:80', { 'server.address': '[::1]', 'server.port': 80 }],
    ['[::1]', { 'server.address': '[::1]' }],
    ['a:b:c', { 'server.address': 'a:b:c' }],
  ]
  for (const [host, expected] of hosts)
    it(`for ${host}`, () => {
      const { 'server.address': address, 'server.port': port } = arrival({ host })
      const found = { 'server.address': address, ...(port === undefined ? {} : { 'server.port': port }) }
      assert.deepEqual(found, expected)
    })

  it('without a host has no address', () => assert.ok(!('server.address' in arrival({}))))

  it('through proxies has the scheme that its client used', () => {
    assert.equal(arrival({ 'x-forwarded-proto': 'https, http' })['url.scheme'], 'https')
    assert.equal(arrival({ 'x-forwarded-proto': '' })['url.scheme'], 'http')
  })

  it('with a method that nobody knows does not name its span after it', () => {
    const attributes = arrival({}, 'BREW')
    assert.equal(attributes['http.request.method'], '_OTHER')
    assert.equal(attributes['http.request.method_original'], 'BREW')
    assert.equal(spanName('BREW', 'other'), 'HTTP')
    assert.equal(spanName('POST', '/v2/models/{model}/infer'), 'POST /v2/models/{model}/infer')
  })
})

describe('an answer', () => {
  it('of the score module with a status of 500 or above is an error by its status', () => {
    assert.equal(answerAttributes({ ...SCORED, status: 503 }, null)['error.type'], '503')
    assert.equal(answerAttributes({ ...SCORED, status: 422 }, null)['error.type'], undefined)
  })

  it('of ours is an error by its code', () => {
    const error = new ScorehostError('ERR_RUN_FAILED')
    assert.equal(answerAttributes({ ...SCORED, status: 502 }, error)['error.type'], 'ERR_RUN_FAILED')
  })

  it('to a client that has gone has no status; one that we cut has', () => {
    const gone = answerAttributes({ ...SCORED, aborted: true }, null)
    assert.deepEqual([gone['scorehost.aborted'], gone['http.response.status_code']], [true, undefined])
    const cut = answerAttributes({ ...SCORED, aborted: true }, new ScorehostError('ERR_RUN_FAILED'))
    assert.deepEqual([cut['scorehost.aborted'], cut['http.response.status_code']], [undefined, 200])
  })

  it('says how long it waited and ran, where it did', () => {
    const { 'scorehost.queue_ms': queueMs, 'scorehost.run_ms': runMs } = answerAttributes(
      { ...SCORED, timing: { queueMs: 1.5, runMs: null } },
      null,
    )
    assert.deepEqual([queueMs, runMs], [1.5, undefined])
  })
})
