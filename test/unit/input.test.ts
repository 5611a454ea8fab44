// From the bytes of a request to the input of run().

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeInput as decode, decodeQuery } from '../../runtime/input.ts'

const LIMITS = { maxFiles: 2, maxFileBytes: 100, maxFields: 3 }
const NOT_UTF8 = Buffer.from([0x22, 0xff, 0x22])
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

function decodeInput(contentType: string | null, body: Buffer): unknown {
  return decode(contentType, body, LIMITS)
}

function malformed(message: string | RegExp) {
  return { code: 'ERR_INPUT_MALFORMED', message }
}

test('any JSON value comes back as it was sent', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const text = JSON.stringify(value)
      fc.pre(!text.includes('__proto__'))
      assert.deepEqual(decodeInput('application/json', Buffer.from(text)), JSON.parse(text))
    }),
  )
})

test('JSON is known by its type in any case, with parameters, with a suffix, without a type, and by the form type', () => {
  for (const type of [
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/cloudevents+json',
    'application/x-www-form-urlencoded',
    '',
    null,
  ])
    assert.deepEqual(decodeInput(type, Buffer.from('{"a":1}')), { a: 1 }, String(type))
})

test('text of any kind is a string', () => {
  assert.equal(decodeInput('text/plain', Buffer.from('1')), '1')
  assert.equal(decodeInput('TEXT/CSV; header=present', Buffer.from('größe,1\n')), 'größe,1\n')
  assert.equal(decodeInput('text/plain', Buffer.alloc(0)), '')
})

test('any other body is the very bytes, whatever they are', () => {
  assert.equal(decodeInput('application/octet-stream', NOT_UTF8), NOT_UTF8)
  assert.equal(decodeInput('image/png', BOM), BOM)
  assert.equal(decodeInput('application/x-npy', NOT_UTF8), NOT_UTF8)
})

test('JSON lines are an array, and a line that is no JSON is named', () => {
  assert.deepEqual(decodeInput('application/jsonlines', Buffer.from('1\r\n\n{"a":[2]}\n')), [1, { a: [2] }])
  assert.deepEqual(decodeInput('application/x-ndjson', Buffer.alloc(0)), [])
  assert.throws(() => decodeInput('application/jsonl', Buffer.from('[1\n2]')), {
    code: 'ERR_INPUT_MALFORMED',
    message: /^Line 1 of the body is not JSON/,
  })
})

test('a byte order mark is dropped', () => {
  assert.deepEqual(decodeInput('application/json', Buffer.concat([BOM, Buffer.from('[1]')])), [1])
  assert.equal(decodeInput('text/plain', Buffer.concat([BOM, Buffer.from('a')])), 'a')
})

test('text and JSON that are not UTF-8 are refused', () => {
  for (const type of ['application/json', 'text/plain', null])
    assert.throws(() => decodeInput(type, NOT_UTF8), malformed(/ is not UTF-8 at offset 1 \(0xff22\)$/))
})

test('an empty body is refused where JSON is expected, and says so', () => {
  const why = 'The body (application/json) is not JSON: it is empty'
  assert.throws(() => decodeInput('application/json', Buffer.alloc(0)), malformed(why))
  assert.throws(() => decodeInput('application/json', BOM), malformed(why))
})

test('what is not JSON is refused with its type, or with the reason why it was taken for JSON', () => {
  assert.throws(
    () => decodeInput('application/json', Buffer.from('{a}')),
    malformed(/^The body \(application\/json\) is not JSON: /),
  )
  assert.throws(
    () => decodeInput(null, Buffer.from('a=1')),
    malformed(/^The body, taken for JSON because it has no content type, is not JSON: /),
  )
})

test('a charset other than UTF-8 is refused, and ASCII is UTF-8', () => {
  assert.deepEqual(decodeInput('application/json; charset="US-ASCII"', Buffer.from('[1]')), [1])
  for (const type of ['application/json; charset=latin1', 'text/plain;charset=utf-16'])
    assert.throws(() => decodeInput(type, Buffer.from('1')), { code: 'ERR_INPUT_UNSUPPORTED' })
})

test('keys that could change a prototype are dropped, however they are written and however deep', () => {
  for (const text of [
    '{"a":1,"__proto__":{"admin":true}}',
    '{"a":1,"\\u005f_proto__":{"admin":true}}',
    '{"a":1,"constructor":{"prototype":{"admin":true}}}',
  ]) {
    const input = decodeInput('application/json', Buffer.from(`[{"deep":${text}}]`))
    const [{ deep }] = input as [{ deep: object }] // true: it was just written so
    assert.deepEqual(Object.keys(deep), ['a'], text)
    assert.equal(Reflect.get(Object.assign({}, deep), 'admin'), undefined)
  }
})

function query(text: string): Record<string, unknown> {
  return { ...decodeQuery(text) }
}

test('a query parameter is its JSON value where it is JSON, else its text', () => {
  assert.deepEqual(query('n=5.1&list=[1,2]&yes=true&none=null&quoted="a"&word=a&empty='), {
    n: 5.1,
    list: [1, 2],
    yes: true,
    none: null,
    quoted: 'a',
    word: 'a',
    empty: '',
  })
})

test('a repeated parameter is an array in the order of the query', () => {
  assert.deepEqual(query('x=2&y=a&x=1&x=b'), { x: [2, 1, 'b'], y: 'a' })
  assert.deepEqual(query(''), {})
})

test('a parameter named __proto__ is dropped', () => {
  assert.deepEqual(query('__proto__={"admin":true}&a=1'), { a: 1 })
})
