// What the supervisor answers on the health paths, by state.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerHealth as answerWith, type ServiceState } from '../../supervisor/health.ts'

const FURTHER = ['/further']

function answerHealth(state: ServiceState, method: string, path: string, requestId: string) {
  return answerWith(state, FURTHER, method, path, requestId)
}

const STATES: readonly ServiceState[] = ['starting', 'ready', 'unavailable', 'draining']

function statuses(path: string): (number | undefined)[] {
  return STATES.map(state => answerHealth(state, 'GET', path, 'id')?.status)
}

test('the process is alive in every state', () => {
  for (const path of ['/livez', '/v2/health/live'])
    assert.deepEqual(statuses(path), [200, 200, 200, 200], path)
})

test('the service is ready only when it is', () => {
  for (const path of ['/readyz', '/v2/health/ready', '/health', '/ping', '/further'])
    assert.deepEqual(statuses(path), [503, 200, 503, 503], path)
})

test('the V2 protocol has a body for what is so, and its own envelope for what is not', () => {
  const bodies = (['ready', 'draining'] as const).map(state =>
    ['live', 'ready'].map(what =>
      JSON.parse(answerHealth(state, 'GET', `/v2/health/${what}`, 'id')?.body ?? ''),
    ),
  )
  assert.deepEqual(bodies, [
    [{ live: true }, { ready: true }],
    [{ live: true }, { error: 'The service is draining.', code: 'ERR_DRAINING', requestId: 'id' }],
  ])
})

test('the root path is 502 until the service is ready, and 503 once it drains', () => {
  assert.deepEqual(statuses('/'), [502, 200, 502, 503])
})

test('a ready root path says what the clients of AzureML compare with', () => {
  assert.deepEqual(answerHealth('ready', 'GET', '/', 'id'), {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'Healthyroot',
  })
})

test('HEAD is answered as GET is', () => {
  for (const path of ['/', '/livez', '/readyz', '/v2/health/live', '/v2/health/ready'])
    for (const state of STATES)
      assert.deepEqual(answerHealth(state, 'HEAD', path, 'id'), answerHealth(state, 'GET', path, 'id'))
})

test('a service that is not ready says why, for which request and when to try again', () => {
  const answer = answerHealth('unavailable', 'GET', '/readyz', 'request-1')
  assert.equal(answer?.headers['retry-after'], '1')
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(answer.body), {
    code: 'ERR_NO_WORKER',
    message: 'The service is unavailable.',
    requestId: 'request-1',
  })
})

test('a draining service has a code of its own', () => {
  for (const path of ['/', '/readyz']) {
    const answer = answerHealth('draining', 'GET', path, 'id')
    assert.equal(JSON.parse(answer?.body ?? '').code, 'ERR_DRAINING')
  }
})

test('the probes take no other method, and name those they take', () => {
  for (const path of ['/livez', '/readyz', '/v2/health/live', '/v2/health/ready', '/health', '/ping']) {
    const answer = answerHealth('ready', 'POST', path, 'id')
    assert.equal(answer?.status, 405)
    assert.equal(answer.headers['allow'], 'GET, HEAD')
    assert.equal(JSON.parse(answer.body).code, 'ERR_METHOD')
  }
})

test('the root path with another method belongs to the workers', () => {
  for (const method of ['POST', 'OPTIONS', 'DELETE'])
    assert.equal(answerHealth('ready', method, '/', 'id'), null)
})

test("a path of the settings is health for GET and HEAD; for other methods it is the workers'", () => {
  assert.equal(answerHealth('ready', 'HEAD', '/further', 'id')?.status, 200)
  assert.equal(answerHealth('ready', 'POST', '/further', 'id'), null)
})

test('a ping of SageMaker is answered without a body', () => {
  assert.equal(answerHealth('ready', 'GET', '/ping', 'id')?.body, '')
})

test('every other path belongs to the workers, whatever it resembles', () => {
  for (const path of [
    '/score',
    '/livez/',
    '/Livez',
    '/readyz/x',
    '/health/',
    '/Ping',
    '/further/',
    '/v2/health',
    '/v2/health/live/',
    '',
  ])
    assert.equal(answerHealth('ready', 'GET', path, 'id'), null, path)
})
