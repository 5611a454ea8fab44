// Path and query of a request line.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitTarget } from '../../runtime/request-target.ts'

test('a path without a query has an empty query', () => {
  assert.deepEqual(splitTarget('/score'), { path: '/score', query: '' })
  assert.deepEqual(splitTarget('/score?'), { path: '/score', query: '' })
})

test('only the first question mark divides', () => {
  assert.deepEqual(splitTarget('/score?a=1?b=2'), { path: '/score', query: 'a=1?b=2' })
})

test('an empty target and a bare query are the root', () => {
  assert.deepEqual(splitTarget(''), { path: '/', query: '' })
  assert.deepEqual(splitTarget('?a=1'), { path: '/', query: 'a=1' })
})

test('an absolute target counts by its path', () => {
  assert.deepEqual(splitTarget('http://host:5001/score?a=1'), { path: '/score', query: 'a=1' })
  assert.deepEqual(splitTarget('HTTPS://HOST/a/b'), { path: '/a/b', query: '' })
})

test('an absolute target without a path is the root', () => {
  assert.deepEqual(splitTarget('http://host'), { path: '/', query: '' })
  assert.deepEqual(splitTarget('http://host?a=1'), { path: '/', query: 'a=1' })
})

test('an address inside a path or a query is left as it is', () => {
  assert.deepEqual(splitTarget('/proxy/http://host/x'), { path: '/proxy/http://host/x', query: '' })
  assert.deepEqual(splitTarget('/score?from=http://host/x'), { path: '/score', query: 'from=http://host/x' })
})

test('path and query, and the same behind a host, come back as they were joined', () => {
  const path = fc.stringMatching(/^\/[a-z:@/.%0-9-]*$/)
  const query = fc.stringMatching(/^[a-z=&?/:%0-9]*$/)
  fc.assert(
    fc.property(path, query, (left, right) => {
      const expected = { path: left, query: right }
      assert.deepEqual(splitTarget(`${left}?${right}`), expected)
      assert.deepEqual(splitTarget(`http://host:80${left}?${right}`), expected)
    }),
  )
})
