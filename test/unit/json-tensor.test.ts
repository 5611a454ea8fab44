// Tensor data out of JSON: its nesting, its number of elements, and the datatypes that are not numbers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scanNested } from '../../runtime/json-tensor.ts'
import { LABEL, malformed, read } from '../support/read-json-tensor.ts'

function misshapen(message: string) {
  return { code: 'ERR_INPUT_SHAPE', message: `${LABEL}: ${message}` }
}

test('BOOL takes true, false, 1 and 0', () => {
  assert.deepEqual(read('[true,false, 1 ,0,1.0,[true]]', 'BOOL', [6]), Uint8Array.of(1, 0, 1, 0, 1, 1))
  for (const wrong of ['2', '-1', '0.5', '"true"', 'TRUE', 'null', 'yes'])
    assert.throws(
      () => read(`[1,${wrong}]`, 'BOOL', [2]),
      malformed(`element 1 must be true, false, 1 or 0, found ${wrong} at byte 3`),
    )
  assert.throws(
    () => read('[truer]', 'BOOL', [1]),
    malformed('expected , or ] behind element 0, found r at byte 5'),
  )
})

test('BYTES takes every string that JSON can write, with any escapes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.string({ unit: 'grapheme', maxLength: 100 }),
  )
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), fc.boolean(), (texts, escaped) => {
      const clean = texts.map(one => one.replaceAll('\0', ''))
      const json = JSON.stringify(clean)
      assert.deepEqual(read(escaped ? escapeAll(json) : json, 'BYTES', [clean.length]), clean)
    }),
  )
  assert.deepEqual(read(String.raw`["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "a\\"]`, 'BYTES', [2]), [
    '"\\/\b\f\n\r\té😀',
    'a\\',
  ])
  assert.deepEqual(read(`["${'a'.repeat(5000)}\\"","",""]`, 'BYTES', [3]), [`${'a'.repeat(5000)}"`, '', ''])
})

/** Every character of the strings that is not ASCII as an escape. */
function escapeAll(json: string): string {
  return json.replace(/[^ -~]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

test('BYTES refuses what is no string, and what ONNX Runtime or UTF-8 would alter', () => {
  for (const [text, message] of [
    ['["a",1]', 'element 1 must be a string, found 1 at byte 5'],
    [String.raw`["a\u0000b"]`, 'element 0 has a NUL character, which BYTES cannot carry'],
    [String.raw`["a","\ud800"]`, 'element 1 has half a surrogate pair, which UTF-8 cannot carry'],
    [String.raw`["\ude00\ud83d"]`, 'element 0 has half a surrogate pair, which UTF-8 cannot carry'],
    ['["a', 'element 0 is a string without an end'],
    [String.raw`["a\"]`, 'element 0 is a string without an end'],
    [String.raw`["\x"]`, String.raw`element 0 must be a string, found "\x" at byte 1`],
    ['["a\tb"]', 'element 0 must be a string, found "a\tb" at byte 1'],
    ['["a"b]', 'expected , or ] behind element 0, found b at byte 4'],
  ] as const)
    assert.throws(() => read(text, 'BYTES', [2]), malformed(message))
})

test('data is flattened whatever its nesting, and need not be rectangular', () => {
  for (const text of [
    '[1,2,3,4]',
    '[[1,2],[3,4]]',
    '[[[1],[2,3]],4]',
    '[ [ ] , [1,2,3,[4]] ]',
    '[[[[1,2,3,4]]],[]]',
  ])
    assert.deepEqual(read(text, 'FP32', [2, 2]), Float32Array.of(1, 2, 3, 4), text)
  assert.deepEqual(read('[]', 'FP32', [0, 4]), new Float32Array(0))
  assert.deepEqual(read('[7]', 'INT64', []), BigInt64Array.of(7n))
})

test('brackets and commas that JSON does not allow are refused', () => {
  for (const text of [
    '[1,]',
    '[,1]',
    '[1,,2]',
    '[1 2]',
    '[[1]',
    '[1',
    '[',
    '[1}',
    '[[1][2]]',
    '[1,]]',
    '[{}]',
    '[1,{"a":1}]',
  ])
    assert.throws(() => read(text, 'FP32', [2]), { code: 'ERR_INPUT_MALFORMED' }, text)
  assert.throws(
    () => read('[1 2]', 'FP32', [2]),
    malformed('expected , or ] behind element 0, found 2 at byte 3'),
  )
  assert.throws(
    () => read('[1,{"a":1}]', 'FP32', [2]),
    malformed('element 1 must be a number, found an object at byte 3'),
  )
  assert.throws(
    () => read('[1', 'FP32', [1]),
    malformed('expected , or ] behind element 0, found the end of the text'),
  )
})

test('data that is no array is refused', () => {
  assert.throws(() => read('5', 'FP32', [1]), malformed('data must be an array, found 5 at byte 0'))
  assert.throws(
    () => read('{"a":1}', 'FP32', [1]),
    malformed('data must be an array, found an object at byte 0'),
  )
})

test('more or fewer elements than the shape has are refused', () => {
  assert.throws(
    () => read('[1,2,3]', 'FP32', [2, 2]),
    misshapen('data has 3 elements, its shape [2,2] has 4'),
  )
  assert.throws(() => read('[[1,2],[3]]', 'BYTES', [1]), { code: 'ERR_INPUT_MALFORMED' })
  for (const datatype of ['FP32', 'FP64', 'INT8', 'INT64', 'BOOL'] as const)
    assert.throws(
      () => read('[1,1,1]', datatype, [2]),
      misshapen('data has more elements than the 2 of its shape [2]'),
    )
  assert.throws(
    () => read('[[1]]', 'FP32', [0]),
    misshapen('data has more elements than the 0 of its shape [0]'),
  )
})

test('a claim of a million million elements is refused without room for them', () => {
  const before = process.memoryUsage().arrayBuffers
  assert.throws(
    () => read('[1,2]', 'FP64', [1e6, 1e6]),
    misshapen('data has 2 elements, its shape [1000000,1000000] has 1000000000000'),
  )
  assert(process.memoryUsage().arrayBuffers - before < 1e6)
})

test('nesting up to 100 is read, and deeper is refused without a full stack', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`
  assert.deepEqual(read(nested(100), 'FP32', [1]), Float32Array.of(1))
  const message = 'its data is nested more than 100 levels deep'
  assert.throws(() => read(nested(101), 'FP32', [1]), malformed(message))
  assert.throws(() => read('['.repeat(10_000_000), 'FP32', [1]), malformed(message))
})

test('FP16 in JSON is refused, for it travels as binary', () => {
  assert.throws(() => read('[1]', 'FP16', [1]), malformed('FP16 travels as binary data only, not as JSON'))
})

const nestedArray = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain(shape =>
    fc
      .tuple(fc.constant(shape), fc.constantFrom('', ' ', '\n\t'))
      .map(([sizes, space]) => ({ sizes, space })),
  )

test('a nested array of unknown shape has the shape of its nesting', () => {
  fc.assert(
    fc.property(nestedArray, ({ sizes, space }) => {
      let next = 0
      const build = (depth: number): unknown =>
        depth === sizes.length ? next++ : Array.from({ length: sizes[depth] ?? 0 }, () => build(depth + 1))
      const text = JSON.stringify(build(0)).replaceAll(/([[\],])/g, `${space}$1${space}`)
      const { shape, data, end } = scanNested(Buffer.from(`${text}}`), 0, 'FP32')
      const known = sizes.includes(0) ? sizes.slice(0, sizes.indexOf(0) + 1) : sizes
      assert.deepEqual(shape, known)
      assert.deepEqual(
        data,
        Float32Array.from({ length: next }, (_, index) => index),
      )
      assert.equal(end, text.trimEnd().length)
    }),
  )
})

test('a nested array of any datatype grows to what it needs', () => {
  const many = Array.from({ length: 1000 }, (_, index) => index % 2)
  for (const datatype of ['FP32', 'FP64', 'INT64', 'UINT64', 'INT8', 'BOOL'] as const) {
    const { shape, data } = scanNested(Buffer.from(JSON.stringify([many])), 0, datatype)
    assert.deepEqual(shape, [1, 1000])
    assert.deepEqual(Array.from(data, Number), many, datatype)
  }
  const texts = many.map(String)
  assert.deepEqual(scanNested(Buffer.from(JSON.stringify(texts)), 0, 'BYTES').data, texts)
})

test('a nested array of unknown shape that is not rectangular is refused with its first irregular place', () => {
  for (const [text, message] of [
    ['[[1,2],[3]]', '[1] has 1 elements, where the others of its depth have 2'],
    ['[[1],[2,3]]', '[1] has 2 elements, where the others of its depth have 1'],
    ['[[[1],[2]],[[3]]]', '[1] has 1 elements, where the others of its depth have 2'],
    ['[[[1],[2]],[[3],[4,5]]]', '[1,1] has 2 elements, where the others of its depth have 1'],
    ['[1,2,[3]]', '[2] is an array, where the others of its depth are single values'],
    ['[[1,2],3]', '[1] is a single value, where the others of its depth are arrays'],
    ['[[],1]', '[1] is a single value, where the others of its depth are arrays'],
    ['[[],[1]]', '[1] has 1 elements, where the others of its depth have 0'],
    ['[[[]],[]]', '[1] has 0 elements, where the others of its depth have 1'],
    ['[[5],[6],[[7]]]', '[2,0] is an array, where the others of its depth are single values'],
  ] as const)
    assert.throws(() => scanNested(Buffer.from(text), 0, 'FP32', LABEL), misshapen(message), text)
})
