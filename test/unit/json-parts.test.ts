// Values cut out of a JSON text, and the rest parsed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ANY, cutJson } from '../../runtime/json-parts.ts'

const PATH = ['inputs', ANY, 'data']

/** The rest with each part put back as JSON.parse reads it. */
function putBack(json: Buffer): unknown {
  const { rest, starts, ends } = cutJson(json, PATH, 'the request')
  const { inputs } = Object(rest)
  if (!Array.isArray(inputs)) return rest
  for (const input of inputs)
    if (typeof input?.data === 'number')
      input.data = JSON.parse(json.toString('utf8', starts[input.data], ends[input.data]))
  return rest
}

function partsOf(text: string): string[] {
  const { starts, ends } = cutJson(Buffer.from(text), PATH, 'the request')
  return starts.map((start, index) => text.slice(start, ends[index]))
}

const name = fc.oneof(fc.constantFrom('data', 'inputs', 'a', '', 'd\u0061ta"', 'é'), fc.string())
const value = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.oneof(fc.double({ noNaN: true }), fc.array(fc.integer()))) },
  fc.jsonValue({ maxDepth: 3 }),
)
const document = fc.oneof(
  fc.record(
    { inputs: fc.array(fc.dictionary(name, value)), id: fc.string(), other: fc.jsonValue({ maxDepth: 3 }) },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)

test('what is cut out and what is left make the whole', () => {
  fc.assert(
    fc.property(document, fc.constantFrom(undefined, 1, '\t'), (one, space) => {
      const text = JSON.stringify(one, null, space)
      fc.pre(!text.includes('__proto__') && !text.includes('constructor'))
      assert.deepEqual(putBack(Buffer.from(text)), JSON.parse(text), text)
    }),
    { numRuns: 1000 },
  )
})

const soup = fc.string({
  unit: fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '"inputs"',
    '"data"',
    '1',
    ' ',
    '{"inputs":[{"data":[',
    ']}]}',
  ),
  maxLength: 30,
})

test('a text whose rest and parts are JSON is JSON, however broken it looks', () => {
  fc.assert(
    fc.property(soup, text => {
      let whole: unknown
      try {
        whole = putBack(Buffer.from(text))
      } catch {
        assert.throws(() => JSON.parse(text), text)
        return
      }
      assert.deepEqual(whole, JSON.parse(text), text)
    }),
    { numRuns: 5000 },
  )
})

test('every data of an input is a part, wherever it stands, and nothing else is', () => {
  assert.deepEqual(
    partsOf('{"data":[0],"inputs":[{"data":[1],"name":"a"},{"name":"b" , "data" : [[2],\n3] }]}'),
    ['[1]', '[[2],\n3]'],
  )
  assert.deepEqual(
    partsOf('{"inputs":[{"d\\u0061ta":["}","]"],"x":{"data":[0]}}, {"data":5}, {"data":"a\\"b"}]}'),
    ['["}","]"]', '5', '"a\\"b"'],
  )
  assert.deepEqual(partsOf('{"inputs":[{"data":[[],"a"]},{"data":[ ]},{"data":null}]}'), ['[[],"a"]', '[ ]'])
  assert.deepEqual(partsOf('{"inputs":{"a":{"data":[1]}},"outputs":[{"data":[0]}]}'), ['[1]'])
  assert.deepEqual(partsOf('[{"data":[0]}]'), [])
})

test('parts may hold what is no JSON, for those who read them', () => {
  assert.deepEqual(partsOf('{"inputs":[{"data":[NaN, -Infinity],"a":1},{"data":[1,,]}]}'), [
    '[NaN, -Infinity]',
    '[1,,]',
  ])
})

test('a byte order mark is dropped, and what only begins like one is not', () => {
  assert.deepEqual(cutJson(Buffer.from('\ufeff{"a":1}'), PATH, 'the request').rest, { a: 1 })
  assert.throws(() => cutJson(Buffer.from('\uff01{"a":1}'), PATH, 'the request'), {
    code: 'ERR_INPUT_MALFORMED',
  })
})

test('keys that could change a prototype are dropped', () => {
  const { rest } = cutJson(Buffer.from('{"a":{"__proto__":{"admin":true},"b":1}}'), PATH, 'the request')
  assert.deepEqual(rest, { a: { b: 1 } })
})

test('what is wrong is named, with its place, whatever stands in the parts', () => {
  const cases: readonly (readonly [string | Buffer, RegExp])[] = [
    ['', /^the request is empty$/],
    ['{', /^the request: expected a key, found the end of the text$/],
    ['{"a"}', /^the request: expected a colon, found } at byte 4$/],
    ['{a:1}', /^the request: expected a key, found a at byte 1$/],
    ['{"a":1', /^the request: expected , or }, found the end of the text$/],
    ['{"a":[1', /^the request: it ends too early$/],
    ['{"a":["b', /^the request: it ends within a string$/],
    ['{"inputs":[1 2]}', /^the request: expected , or \], found 2 at byte 13$/],
    ['{"inputs":[{"data":[NaN,2,3],"a":tru}]}', /^the request is not JSON: Unexpected token '}'/],
    ['{"inputs":[{"data":[1]5}]}', /^the request: expected , or }, found 5 at byte 22$/],
    [Buffer.from([0x22, 0xff, 0x22]), /^the request is not UTF-8 at offset 1 \(0xff22\)$/],
    [`{"a":${'['.repeat(101)}`, /^the request: it is nested more than 100 levels deep$/],
  ]
  for (const [text, message] of cases)
    assert.throws(() => cutJson(Buffer.from(text), PATH, 'the request'), {
      code: 'ERR_INPUT_MALFORMED',
      message,
    })
})

test('nesting of any depth leaves the stack alone', () => {
  for (const open of ['[', '{"a":', '{"inputs":[{"data":', '{"inputs":[{"data":['])
    assert.throws(() => cutJson(Buffer.from(open.repeat(100_000)), PATH, 'the request'), {
      code: 'ERR_INPUT_MALFORMED',
    })
})

test('the time that a text takes grows with its length, and no faster', () => {
  const inputs = Array.from({ length: 50_000 }, () => '{"data":[1],"n":"\\\\"}')
  for (const text of [
    `{"inputs":[${inputs}]}`,
    `{"inputs":[${'{"data":['.repeat(50_000)}`,
    `{"a":"${'\\'.repeat(1e6)}"}`,
  ]) {
    const start = performance.now()
    try {
      cutJson(Buffer.from(text), PATH, 'the request')
    } catch {}
    assert(performance.now() - start < 5000)
  }
})
