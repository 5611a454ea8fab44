// The lines that nginx writes of the errors that it answered itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOwnError } from '../../supervisor/front/nginx-own-error.ts'

test('a line has code, status, id, duration, size, method and path', () => {
  const error = readOwnError(
    'scorehost-own ERR_INPUT_TOO_LARGE 413 id-1 0.250 156 00-a-b-01 POST /score?a=1 HTTP/1.1',
  )
  assert.ok(error !== null)
  const { startedAtMs, ...others } = error
  assert.deepEqual(others, {
    code: 'ERR_INPUT_TOO_LARGE',
    status: 413,
    requestId: 'id-1',
    method: 'POST',
    path: '/score',
    durationMs: 250,
    bytesOut: 156,
    traceparent: '00-a-b-01',
  })
  assert.ok(Math.abs(Date.now() - 250 - startedAtMs) < 1000)
})

test('what was no HTTP has neither method nor path, and another line is none of ours', () => {
  const error = readOwnError('scorehost-own ERR_INPUT_MALFORMED 400 id 0.000 10 - \\x16\\x03')
  assert.deepEqual([error?.code, error?.path, error?.traceparent], ['ERR_INPUT_MALFORMED', '/', null])
  for (const line of [
    '',
    'upstream timed out',
    'scorehost-own',
    'scorehost-own ERR_MADE_UP 500 id 0.1 1 - GET / HTTP/1.1',
  ])
    assert.equal(readOwnError(line), null, line)
})
