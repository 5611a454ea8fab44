// Numbers out of JSON, against JSON.parse and BigInt.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJsonTensor } from '../../runtime/json-tensor.ts'
import type { TensorData } from '../../runtime/tensor.ts'
import { LABEL, malformed, read } from '../support/read-json-tensor.ts'

/** Compares bits, so that -0 is not 0. */
function assertSameBits(actual: TensorData, expected: Float32Array | Float64Array, text: string): void {
  assert(actual instanceof Float32Array || actual instanceof Float64Array)
  const differs = expected.findIndex((value, index) => !Object.is(value, actual[index]))
  if (differs >= 0)
    assert.fail(`element ${differs} of ${text}: ${actual[differs]}, expected ${expected[differs]}`)
}

/** As JSON.parse reads them, and as a Float32Array rounds that. */
function assertReadsAsJsonParse(numbers: readonly string[], separator = ','): void {
  const text = `[${numbers.join(separator)}]`
  const expected: number[] = JSON.parse(text)
  assertSameBits(read(text, 'FP64', [numbers.length]), Float64Array.from(expected), text)
  assertSameBits(read(text, 'FP32', [numbers.length]), Float32Array.from(expected), text)
}

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength })

/** Everything that the grammar of JSON calls a number. */
const jsonNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      fc
        .tuple(fc.constantFrom(...'123456789'), fc.oneof(digits(0, 3), digits(0, 25)))
        .map(([first, rest]) => first + rest),
    ),
    fc.oneof(fc.constant(''), digits(1, 8).map(dotted), digits(1, 30).map(dotted)),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      fc
        .tuple(
          fc.constantFrom('e', 'E', 'e+', 'E-', 'e-'),
          fc.oneof(fc.nat(30), fc.nat(400)),
          fc.constantFrom('', '00'),
        )
        .map(([e, power, zeros]) => e + zeros + power),
    ),
  )
  .map(parts => parts.join(''))

function dotted(fraction: string): string {
  return `.${fraction}`
}

test('every number is read as JSON.parse reads it, bit for bit', () => {
  fc.assert(
    fc.property(
      fc.array(jsonNumber, { minLength: 1, maxLength: 100 }),
      fc.constantFrom(',', ', ', ' ,\n'),
      assertReadsAsJsonParse,
    ),
    { numRuns: 300 },
  )
})

test('every double and every float comes back from its shortest text', () => {
  fc.assert(
    fc.property(
      fc.float64Array({ minLength: 1, maxLength: 300, noNaN: true, noDefaultInfinity: true }),
      values => assertReadsAsJsonParse(Array.from(values, value => JSON.stringify(value))),
    ),
  )
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 1, maxLength: 300, noNaN: true, noDefaultInfinity: true }),
      values => assertReadsAsJsonParse(Array.from(values, value => JSON.stringify(value))),
    ),
  )
})

test('uniform numbers of every length, as models are fed with, are read as JSON.parse reads them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -300, max: 300, noNaN: true }), fc.integer({ min: 1, max: 20 })), {
        minLength: 1,
        maxLength: 200,
      }),
      pairs => assertReadsAsJsonParse(pairs.map(([value, places]) => value.toFixed(places))),
    ),
  )
})

test('a number in the very middle of two doubles, and its neighbours, are rounded as JSON.parse rounds them', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 59n }),
      fc.integer({ min: 0, max: 17 }),
      (middle, places) => {
        const around = [middle - 1n, middle, middle + 1n].flatMap(value => {
          const text = String(value)
          const point = text.length - places
          return point > 0
            ? [`${text}`, `${text.slice(0, point)}.${text.slice(point)}0`, `${text}e-${places}`]
            : [text]
        })
        assertReadsAsJsonParse(around)
      },
    ),
    { numRuns: 500 },
  )
})

test('a number in the very middle of two floats, and its neighbours, are rounded as Float32Array rounds them', () => {
  const float = new Float32Array(1)
  const bits = new Uint32Array(float.buffer)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0x7f7ffffe }), pattern => {
      bits[0] = pattern
      const below = float[0] ?? 0
      bits[0] = pattern + 1
      const middle = (below + (float[0] ?? 0)) / 2
      const around = [middle * (1 - 2 ** -52), middle, middle * (1 + 2 ** -52)]
      assertReadsAsJsonParse(around.map(String).map(text => text.replace('e+', 'e')))
      assertReadsAsJsonParse(around.filter(value => value < 1e20).map(value => value.toFixed(18)))
    }),
    { numRuns: 500 },
  )
})

test('huge, tiny and denormal numbers, zeros of either sign and long runs of digits are read as JSON.parse reads them', () => {
  assertReadsAsJsonParse([
    '0', '-0', '-0.0', '0e5', '-0E-400', '0.000', '1e400', '-1e400', '1e-400', '5e-324', '2.4703282292062327e-324',
    '2.4703282292062328e-324', '1.7976931348623157e308', '1.7976931348623159e308', '3.4028235677973366e38',
    '3.4028235677973362e38', '1.401298464324817e-45', '7.006492321624085e-46', '9007199254740993',
    '9007199254740993e-6',
    `0.${'0'.repeat(80)}1e120`,
    `0.${'0'.repeat(1e6)}1e1000020`,
    '4294967296',
    '42949672960.5', '9007199254740992.5',
    '123456789012345678', '1234567890123456789', '0.1', '100000000000000000000000', '1e23', '8.5e22', '1e22', '1e-22',
    `0.${'0'.repeat(400)}1e400`, `1${'0'.repeat(400)}e-400`, '9'.repeat(500), `0.${'9'.repeat(500)}`, '1E+2', '1e-0',
    '999999999', '9999999999', '0.999999999', '0.9999999999', '99999999.99999999', '123456789.123456789',
  ]) // biome-ignore format: a list
})

const FILLING = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'[],0123456789.-+eE "NaIt\\u/ \n'), maxLength: 12 }),
  fc.json({ maxDepth: 2 }),
  fc.array(jsonNumber, { maxLength: 4 }).map(numbers => numbers.join(',')),
)

test('what JSON.parse refuses is refused, and what it reads is read', () => {
  fc.assert(
    fc.property(FILLING, filling => {
      const text = `[${filling}]`
      fc.pre(!/NaN|Infinity/.test(text))
      const flat = flatNumbers(parsed(text))
      let actual: TensorData | null
      try {
        const { data, end } = readJsonTensor(Buffer.from(text), 0, 'FP64', [flat?.length ?? 1], LABEL)
        actual = end === text.length ? data : null
      } catch {
        actual = null
      }
      assert.deepEqual(actual, flat === null ? null : Float64Array.from(flat), text)
    }),
    { numRuns: 3000 },
  )
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Null where there is anything but numbers in it. */
function flatNumbers(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null
  const flat: unknown[] = value.flat(Number.POSITIVE_INFINITY)
  return flat.every(one => typeof one === 'number') ? flat : null
}

test('NaN, Infinity and -Infinity are read as bare literals where the datatype is floating', () => {
  const expected = [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  const text = '[NaN, 1,Infinity,-Infinity , NaN]'
  assert.deepEqual(read(text, 'FP32', [5]), Float32Array.from(expected))
  assert.deepEqual(read(text, 'FP64', [5]), Float64Array.from(expected))
  for (const literal of ['-NaN', 'nan', 'Inf', 'infinity', '+1', '+Infinity', 'null', 'true', '"1"'])
    assert.throws(
      () => read(`[1,${literal}]`, 'FP32', [2]),
      malformed(`element 1 must be a number, found ${literal} at byte 3`),
    )
  assert.throws(
    () => read('[NaN]', 'INT8', [1]),
    malformed('element 0 must be an integer from -128 to 127, found NaN'),
  )
  assert.throws(
    () => read('[NaN]', 'INT64', [1]),
    malformed('element 0 must be an integer from -2^63 to 2^63-1, found NaN at byte 1'),
  )
})

const SIXTY_FOUR = [
  { datatype: 'INT64', min: -(2n ** 63n), max: 2n ** 63n - 1n },
  { datatype: 'UINT64', min: 0n, max: 2n ** 64n - 1n },
] as const

for (const { datatype, min, max } of SIXTY_FOUR)
  test(`${datatype} keeps every bit, and refuses what it cannot hold`, () => {
    const near = fc.bigInt({ min: min - 1000n, max: max + 1000n })
    const small = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n })
    fc.assert(
      fc.property(fc.array(fc.oneof(near, small), { minLength: 1 }), values => {
        const text = `[${values.join(', ')}]`
        const outside = values.findIndex(value => value < min || value > max)
        if (outside < 0) assert.deepEqual([...read(text, datatype, [values.length])], values)
        else
          assert.throws(() => read(text, datatype, [values.length]), {
            code: 'ERR_INPUT_MALFORMED',
            message: new RegExp(
              `^input 'x': element ${outside} must be an integer from .*, found ${values[outside]} at byte`,
            ),
          })
      }),
      { numRuns: 300 },
    )
    const edges = [min, min + 1n, max - 1n, max]
    assert.deepEqual([...read(`[${edges}]`, datatype, [4])], edges)
  })

test('an integer may be written with a fraction of zeros or a power, and is exact', () => {
  const text =
    '[1.0, 1e2, 1.5e1, 900719925474099.3e1, 9.223372036854775807e18, 0e99999999999, -0, 100e-2, 0.00, 20.0e-1]'
  const expected = [1n, 100n, 15n, 9007199254740993n, 2n ** 63n - 1n, 0n, 0n, 1n, 0n, 2n]
  assert.deepEqual([...read(text, 'INT64', [10])], expected)
  assert.deepEqual([...read(text, 'UINT64', [10])], expected)
  assert.deepEqual(read('[1.0,1e2,-0,12700e-2]', 'INT8', [4]), Int8Array.of(1, 100, 0, 127))
  for (const wrong of [
    '1.5',
    '1e-1',
    '1e20',
    '1e99999999999',
    '01',
    '1.',
    '.5',
    '-',
    '1e',
    '0x1',
    '--1',
    '1.0.0',
  ])
    assert.throws(() => read(`[${wrong}]`, 'INT64', [1]), { code: 'ERR_INPUT_MALFORMED' }, wrong)
})

const SMALL = [
  ['UINT8', 0, 255],
  ['UINT16', 0, 65535],
  ['UINT32', 0, 4294967295],
  ['INT8', -128, 127],
  ['INT16', -32768, 32767],
  ['INT32', -2147483648, 2147483647],
] as const

for (const [datatype, least, most] of SMALL)
  test(`${datatype} takes whole numbers from ${least} to ${most} and no others`, () => {
    assert.deepEqual([...read(`[${least},[${most}]]`, datatype, [2])], [least, most])
    for (const wrong of [least - 1, most + 1, 1.5, least - 1e10])
      assert.throws(
        () => read(`[0,1,${wrong}]`, datatype, [3]),
        malformed(`element 2 must be an integer from ${least} to ${most}, found ${wrong}`),
      )
  })
