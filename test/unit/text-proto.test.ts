// The protobuf text format: what is written comes back, and what is not of the format is refused with its place.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTextProto, TextProtoIdentifier, type TextProtoValue } from '../../runtime/model/text-proto.ts'
import { TextProtoError } from '../../runtime/model/text-proto-scanner.ts'

/** With prototypes as literals have them, so that deepEqual compares contents. */
function plain(value: TextProtoValue | undefined): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value instanceof TextProtoIdentifier) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}

const read = (text: string) => plain(parseTextProto(text).root)
const word = (name: string) => new TextProtoIdentifier(name)

/** Texts and the value of their only field, `a`. */
const VALUES: readonly [string, unknown][] = [
  ['a: 10', 10],
  ['a: -10', -10],
  ['a: -\n# between\n 10', -10],
  ['a: 0', 0],
  ['a: -0', 0],
  ['a: 0x1F', 31],
  ['a: -0XfF', -255],
  ['a: 017', 15],
  ['a: 9007199254740991', 9007199254740991],
  ['a: 9007199254740993', 9007199254740993n],
  ['a: -9223372036854775808', -9223372036854775808n],
  ['a: 0xFFFFFFFFFFFFFFFF', 18446744073709551615n],
  ['a: 99999999999999999999999', 1e23],
  ['a: 1.5', 1.5],
  ['a: .5', 0.5],
  ['a: 2.', 2],
  ['a: 10f', 10],
  ['a: 1.5F', 1.5],
  ['a: 1e3', 1000],
  ['a: -2.5E-1', -0.25],
  ['a: inf', Infinity],
  ['a: -Infinity', -Infinity],
  ['a: NaN', Number.NaN],
  ['a: true', true],
  ['a: false', false],
  ['a: TYPE_FP32', word('TYPE_FP32')],
  ['a: True', word('True')],
  ['a: ""', ''],
  ['a: "x" \'y\'\n# and\n"z"', 'xyz'],
  ['a: "no # comment"', 'no # comment'],
  ['a: "\\a\\b\\f\\n\\r\\t\\v\\?\\\\\\\'\\""', '\x07\b\f\n\r\t\v?\\\'"'],
  ['a: "\\1234\\5Hello\\x213\\xAg"', 'S4\x05Hello!3\ng'],
  ['a: "caf\\303\\251"', 'café'],
  ['a: "caf\\303" "\\251"', 'café'],
  ['a: "\\u00e9\\U0001F600\\ud83d\\ude00"', 'é😀😀'],
  ['a: "größer"', 'größer'],
  ['a: [1, 2, 3]', [1, 2, 3]],
  ['a: []', []],
  ['a []', []],
  ['a: [ -1 ]', [-1]],
  ['a: ["x" "y", "z"]', ['xy', 'z']],
  ['a: 1 a: [2, 3] a: 4', [1, 2, 3, 4]],
  ['a {}', {}],
  ['a: {}', {}],
  ['a <>', {}],
  ['a: < b: 1 >', { b: 1 }],
  ['a [{ b: 1 }, < b: 2 >]', [{ b: 1 }, { b: 2 }]],
  ['a { b: 1 } a { b: 2 }', [{ b: 1 }, { b: 2 }]],
  ['a { key: "x" value: { c: 1 } }', { key: 'x', value: { c: 1 } }],
  ['a: 1,', 1],
  ['a: 1;', 1],
  ['\uFEFFa: 1', 1],
  ['# first\r\na: 1 # last', 1],
]

for (const [text, expected] of VALUES)
  test(`${JSON.stringify(text)} is read`, () => assert.deepEqual(read(text), { a: expected }))

test('fields are separated by white space, by commas, by semicolons, or by nothing where nothing is needed', () => {
  for (const text of ['a:1 b:2', 'a:1,b:2', 'a:1;b:2', 'a:1\n\t\v\f\rb:2', 'a:"x"b:2', 'a{}b:2', 'a:[1]b:2'])
    assert.deepEqual(Object.keys(parseTextProto(text).root), ['a', 'b'])
})

test('an empty text is an empty message', () => {
  for (const text of ['', ' \n', '# only this', '\uFEFF']) assert.deepEqual(read(text), {})
})

test('extensions and Any have their names in brackets', () => {
  assert.deepEqual(read('a: 10[com.foo.ext]: 20 [type.googleapis.com/com.foo.any] { b: 1 }'), {
    a: 10,
    '[com.foo.ext]': 20,
    '[type.googleapis.com/com.foo.any]': { b: 1 },
  })
})

test('a field may have the name of anything that objects inherit', () => {
  const { root } = parseTextProto('__proto__ { polluted: true } constructor: 1 toString: 2')
  assert.deepEqual(Object.keys(root), ['__proto__', 'constructor', 'toString'])
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('the place of a field is where it is first given', () => {
  const { root, placeOf } = parseTextProto('a: 1\n\n  b {\n    c: 2 c: 3\n  }\n')
  assert.deepEqual(placeOf(root, 'a'), { line: 1, column: 1 })
  assert.deepEqual(placeOf(root, 'b'), { line: 3, column: 3 })
  assert.deepEqual(placeOf(root['b'] as object, 'c'), { line: 4, column: 5 })
  assert.equal(placeOf(root, 'c'), null)
  assert.deepEqual(placeOf(root['b'] as object), { line: 4, column: 5 })
})

const REFUSED: readonly [string, string][] = [
  ['a', 'line 1, column 2: expected ":" or a message after a, found the end of the text'],
  ['a 1', 'line 1, column 3: expected ":" or a message after a, found "1"'],
  ['a [1]', 'line 1, column 4: expected a message, found "1"'],
  ['a:', 'line 1, column 3: expected a value, found the end of the text'],
  ['a: }', 'line 1, column 4: expected a value, found "}"'],
  ['a: 1 }', 'line 1, column 6: expected a field name, found "}"'],
  ['a {\n  b: 1\n', 'line 3, column 1: expected a field name or "}", found the end of the text'],
  ['a { b: 1 >', 'line 1, column 10: expected a field name or "}", found ">"'],
  ['a: 10bar: 20', 'line 1, column 4: expected a number, found "10bar"'],
  ['a: 08', 'line 1, column 4: expected a number, found "08"'],
  ['a: 1.2.3', 'line 1, column 4: expected a number, found "1.2.3"'],
  ['a: 0x', 'line 1, column 4: expected a number, found "0x"'],
  ['a: - x', 'line 1, column 6: expected a number after "-", found "x"'],
  ['a: -"x"', 'line 1, column 5: expected a number after "-", found "\\""'],
  ['a: +1', 'line 1, column 4: expected a value, found "+1"'],
  ['a: [1, ]', 'line 1, column 8: expected a value, found "]"'],
  ['a: [1 2]', 'line 1, column 7: expected "," or "]" in a list, found "2"'],
  ['a: [[1]]', 'line 1, column 5: expected a value, found "["'],
  ['a: 1,, b: 2', 'line 1, column 6: expected a field name, found ","'],
  ['1: 2', 'line 1, column 1: expected a field name, found "1"'],
  ['"a": 2', 'line 1, column 1: expected a field name, found "\\""'],
  ['[a b]: 1', 'line 1, column 4: expected "]" after the name of an extension, found "b"'],
  ['[]: 1', 'line 1, column 2: expected the name of an extension, found "]"'],
  ['a: "x', 'line 1, column 6: expected " at the end of the string'],
  ['a: "x\n"', 'line 1, column 6: expected " at the end of the string'],
  ['a: \'x"', "line 1, column 7: expected ' at the end of the string"],
  ['a: "\\q"', 'line 1, column 5: expected an escape such as \\n, \\x41, \\101 or \\u0041, found "\\\\q\\""'],
  [
    'a: "\\400"',
    'line 1, column 5: expected an escape such as \\n, \\x41, \\101 or \\u0041, found "\\\\400\\""',
  ],
  [
    'a: "\\ud83d"',
    'line 1, column 5: expected an escape such as \\n, \\x41, \\101 or \\u0041, found "\\\\ud83d"',
  ],
  ['\na: "\\xff"', 'line 2, column 4: expected a string whose escaped bytes are UTF-8'],
  ['a: ä', 'line 1, column 4: expected a value, found "ä"'],
  ['{"a": 1}', 'line 1, column 1: expected a field name, found "{"'],
]

for (const [text, message] of REFUSED)
  test(`${JSON.stringify(text)} is refused`, () =>
    assert.throws(() => parseTextProto(text), { name: 'TextProtoError', message }))

test('messages go a hundred deep and no deeper', () => {
  assert.doesNotThrow(() => parseTextProto('a{'.repeat(100) + '}'.repeat(100)))
  for (const open of ['a{', 'a<', 'a[{', 'a:{'])
    assert.throws(() => parseTextProto(open.repeat(10_000)), {
      name: 'TextProtoError',
      message: /expected at most 100 messages within each other/,
    })
})

test('a text without end is refused before it is read', () => {
  assert.throws(() => parseTextProto(' '.repeat(5 * 1024 ** 2)), {
    message: /expected at most 4194304 characters/,
  })
})

const identifier = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
  .filter(name => !/^(inf|infinity|nan|true|false)$/i.test(name))

type Written = { readonly text: string; readonly value: unknown }

const quoted = (text: string) =>
  `"${[...Buffer.from(text)].map(byte => (byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)).join('')}"`

const scalar: fc.Arbitrary<Written> = fc.oneof(
  fc.maxSafeInteger().map(value => ({ text: String(value), value: value === 0 ? 0 : value })),
  fc.maxSafeNat().map(value => ({ text: `0x${value.toString(16)}`, value })),
  fc.bigInt(2n ** 53n, 2n ** 64n - 1n).map(value => ({ text: String(value), value })),
  fc
    .double({ noDefaultInfinity: true, noNaN: true })
    .filter(value => !Number.isInteger(value))
    .map(value => ({ text: String(value), value })),
  fc.boolean().map(value => ({ text: String(value), value })),
  identifier.map(name => ({ text: name, value: word(name) })),
  fc.string({ unit: 'grapheme' }).map(value => ({ text: quoted(value), value })),
)

const gap = fc.constantFrom(' ', '\n', ' # why\n', ' , ', ';')

const { message } = fc.letrec<{ message: Written; value: Written }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar.map(({ text, value }) => ({ text: `: ${text}`, value })),
    fc.array(scalar, { maxLength: 4 }).map(list => ({
      text: `: [${list.map(one => one.text).join(', ')}]`,
      value: list.map(one => one.value),
    })),
    tie('message').map(({ text, value }) => ({ text: ` {${text}}`, value })),
    tie('message').map(({ text, value }) => ({ text: `: <${text}>`, value })),
    fc.array(tie('message'), { maxLength: 3 }).map(list => ({
      text: ` [${list.map(one => `{${one.text}}`).join(' , ')}]`,
      value: list.map(one => one.value),
    })),
  ),
  message: fc
    .uniqueArray(fc.tuple(identifier, tie('value'), gap), { maxLength: 4, selector: ([name]) => name })
    .map(fields => ({
      text: fields.map(([name, value, after]) => `${name}${value.text}${after}`).join(''),
      value: Object.fromEntries(fields.map(([name, value]) => [name, value.value])),
    })),
}))

test('any message that is written comes back', () => {
  fc.assert(fc.property(message, ({ text, value }) => assert.deepEqual(read(text), value)))
})

/** Parses, and lets nothing pass but the parser's own error, within the text. */
function survive(text: string): void {
  try {
    parseTextProto(text)
  } catch (thrown) {
    assert(thrown instanceof TextProtoError, `${JSON.stringify(text)} threw ${thrown}`)
    assert(thrown.line >= 1 && thrown.line <= text.split('\n').length)
    assert(thrown.column >= 1 && thrown.column <= text.length + 1)
  }
}

const token = fc.constantFrom(
  ...'{ } < > [ ] : , ; - # " \' \\ \n a b_1 1 0x 0x1 017 08 .5 1. 1e 1e5 f inf nan true \0 \uFEFF é \ud83d'.split(
    ' ',
  ),
  ...['"x"', '"\\x4', '\\u12', 'key:', 'value {', 'a: [', '# c\n', ' '],
)

test('nothing but its own error comes out of any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), survive), { numRuns: 2000 })
  fc.assert(
    fc.property(fc.array(token, { maxLength: 40 }), tokens => survive(tokens.join(''))),
    { numRuns: 5000 },
  )
})

test('nothing but its own error comes out of a message with a piece cut out or put in', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.nat(5), token, ({ text }, where, length, piece) => {
      const at = where % (text.length + 1)
      survive(text.slice(0, at) + piece + text.slice(at + length))
    }),
    { numRuns: 2000 },
  )
})

test('long texts take time with their length', { timeout: 20_000 }, () => {
  const count = 100_000
  for (const piece of ['a: 1\n', 'a {}', 'a: "x" ', '# c\n', '""', 'a: "\\u0041"', 'a: [1, 2] '])
    survive(piece.repeat(count))
  for (const piece of ['a', '1', '"', '-', '[', '{', '\\', 'a: "\\']) survive(piece.repeat(count))
})
