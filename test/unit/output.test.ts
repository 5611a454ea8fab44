// From what run() returned to the bytes of an answer.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { encodeOutput, writeTypedArraysAsJsonArrays } from '../../runtime/output.ts'

const TYPED_ARRAY_PROTOTYPE: object = Object.getPrototypeOf(Uint8Array.prototype)

/** For one test only: the prototype is everybody's. */
function withTypedArrays(t: TestContext): void {
  writeTypedArraysAsJsonArrays()
  t.after(() => Reflect.deleteProperty(TYPED_ARRAY_PROTOTYPE, 'toJSON'))
}

function json(value: unknown): unknown {
  const { contentType, body } = encodeOutput(value)
  assert.equal(contentType, 'application/json')
  assert(typeof body === 'string')
  return JSON.parse(body)
}

test('any value that JSON carries goes out as JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => assert.deepEqual(json(value), JSON.parse(JSON.stringify(value)))),
  )
})

test('nothing returned is an empty object, and null is null', () => {
  assert.equal(encodeOutput(undefined).body, '{}')
  assert.equal(encodeOutput(null).body, 'null')
})

test('a string is JSON too', () => {
  assert.equal(encodeOutput('a"b').body, '"a\\"b"')
})

test('a Buffer and a Uint8Array go out as the very bytes', () => {
  for (const bytes of [Buffer.from([0, 255]), Uint8Array.of(0, 255), Buffer.alloc(0)]) {
    const { contentType, body } = encodeOutput(bytes)
    assert.equal(contentType, 'application/octet-stream')
    assert.equal(body, bytes)
  }
})

test('a value that JSON cannot carry is a failure of run(), with the reason as cause', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  for (const value of [{ id: 1n }, 1n, cycle, () => 1, Symbol('s'), { toJSON: () => undefined }])
    assert.throws(
      () => encodeOutput(value),
      (thrown: Error & { code?: unknown }) =>
        thrown.code === 'ERR_RUN_FAILED' && thrown.cause instanceof TypeError,
    )
})

test('what a toJSON of the user throws is the cause', () => {
  const cause = new Error('no')
  const value = {
    toJSON() {
      throw cause
    },
  }
  assert.throws(() => encodeOutput(value), { code: 'ERR_RUN_FAILED', cause })
})

test('typed arrays are written as arrays, also deep inside', t => {
  withTypedArrays(t)
  assert.deepEqual(json(Float32Array.of(0.5, -1)), [0.5, -1])
  assert.deepEqual(json({ a: [{ b: Int32Array.of(1, 2) }], c: new Float64Array(0) }), {
    a: [{ b: [1, 2] }],
    c: [],
  })
  assert.deepEqual(json({ bytes: Uint8Array.of(1, 2) }), { bytes: [1, 2] })
})

test('a Buffer inside a value keeps its own form', t => {
  const buffer = Buffer.from([1, 2])
  withTypedArrays(t)
  assert.deepEqual(json({ buffer }), { buffer: { type: 'Buffer', data: [1, 2] } })
})

test('writing typed arrays as arrays leaves nothing to be seen by a loop over their keys', t => {
  withTypedArrays(t)
  const keys: string[] = []
  for (const key in Uint8Array.of(7)) keys.push(key)
  assert.deepEqual(keys, ['0'])
})
