// An error in the envelope of the contract that its path belongs to.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorAnswer } from '../../runtime/error-answer.ts'
import { ERRORS, type ErrorCode, ScorehostError } from '../../runtime/errors.ts'

const SHAPE = new ScorehostError('ERR_INPUT_SHAPE', 'wrong', { details: [{ path: '/x', message: 'no' }] })

function answer(path: string, error: ScorehostError, detail: string | null = null) {
  const { status, body } = errorAnswer(path, error, 'request-1', { detail })
  return { status, body: JSON.parse(body) }
}

test('on paths of the V2 protocol the message is `error`', () => {
  for (const path of ['/v2', '/v2/', '/v2/models/m/infer', '/v2/nothing'])
    assert.deepEqual(answer(path, SHAPE), {
      status: 400,
      body: { error: 'wrong', code: 'ERR_INPUT_SHAPE', requestId: 'request-1' },
    })
})

test('on every other path it is `message`, with the faults one by one', () => {
  for (const path of ['/score', '/', '/v20', '/V2', '/v2x/models', '/a/v2/'])
    assert.deepEqual(answer(path, SHAPE), {
      status: 400,
      body: {
        code: 'ERR_INPUT_SHAPE',
        message: 'wrong',
        requestId: 'request-1',
        errors: [{ path: '/x', message: 'no' }],
      },
    })
})

test('what is unsupported is 501 in the V2 protocol and 415 elsewhere', () => {
  const error = new ScorehostError('ERR_INPUT_UNSUPPORTED')
  assert.equal(answer('/v2/models/m/infer', error).status, 501)
  assert.equal(answer('/score', error).status, 415)
})

test('every other code has its own status on every path; what has none is 500', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    // true: the keys of the table
    if (code === 'ERR_INPUT_UNSUPPORTED') continue
    for (const path of ['/v2/models/m', '/score'])
      assert.equal(answer(path, new ScorehostError(code)).status, ERRORS[code].status ?? 500)
  }
})

test('the detail is there only where it is asked for', () => {
  for (const path of ['/v2/models/m', '/score']) {
    assert.equal(answer(path, SHAPE, 'a stack').body.detail, 'a stack')
    assert.ok(!('detail' in answer(path, SHAPE).body))
  }
})
