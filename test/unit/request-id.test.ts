// AzureML's rule for the ids of a request: which come back under which name.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_REQUEST_ID_LENGTH, requestIds } from '../../runtime/request-id.ts'

type Ids = readonly [request: string | null, server: string | null, client: string | null]

function headers([request, server, client]: Ids): Record<string, string> {
  return {
    ...(request === null ? {} : { 'x-request-id': request }),
    ...(server === null ? {} : { 'x-ms-request-id': server }),
    ...(client === null ? {} : { 'x-ms-client-request-id': client }),
  }
}

/** What comes in, what goes out; `new` is an id that was generated. */
const ROWS: readonly { readonly came: Ids; readonly goes: Ids }[] = [
  { came: [null, null, null], goes: ['new', 'new', null] },
  { came: ['A', null, null], goes: ['A', 'A', null] },
  { came: [null, 'B', null], goes: ['new', 'B', 'B'] },
  { came: [null, null, 'C'], goes: ['new', 'C', 'C'] },
  { came: ['A', 'B', null], goes: ['A', 'B', 'B'] },
  { came: [null, 'B', 'C'], goes: ['new', 'B', 'C'] },
  { came: ['A', null, 'C'], goes: ['A', 'C', 'C'] },
  { came: ['A', 'B', 'C'], goes: ['A', 'B', 'C'] },
]

for (const { came, goes } of ROWS) {
  test(`ids ${came.map(id => id ?? '–').join(' ')} are answered with ${goes.map(id => id ?? '–').join(' ')}`, () => {
    const { requestId, echo, tooLong } = requestIds(headers(came))
    const named = goes.map(id => (id === 'new' ? requestId : id)) as unknown as Ids // true: map keeps the length
    assert.deepEqual(echo, headers(named))
    assert.equal(requestId, echo['x-request-id'])
    assert.equal(tooLong, null)
  })
}

test('a generated id is a UUID, and another one for each request', () => {
  const first = requestIds({}).requestId
  assert.match(first, /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
  assert.notEqual(requestIds({}).requestId, first)
})

test('an empty id counts as absent', () => {
  const { requestId, echo } = requestIds(headers(['', '', '']))
  assert.notEqual(requestId, '')
  assert.deepEqual(echo, headers([requestId, requestId, null]))
  assert.deepEqual(requestIds(headers(['A', '', 'C'])).echo, headers(['A', 'C', 'C']))
})

test('an id of 100 characters is taken, one of 101 is named, whichever header it is in', () => {
  assert.equal(MAX_REQUEST_ID_LENGTH, 100)
  for (const name of ['x-request-id', 'x-ms-request-id', 'x-ms-client-request-id']) {
    assert.equal(requestIds({ [name]: 'x'.repeat(100) }).tooLong, null)
    assert.equal(requestIds({ [name]: 'x'.repeat(101) }).tooLong, name)
  }
})
