// What a line of collected data says of the bodies of its request.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collectedLine } from '../../runtime/collected-line.ts'
import { type CollectedRequest, heldBytes, keep } from '../../runtime/data-collection.ts'

const BODY_BYTES = 1000
const ABOUT = {
  timeMs: Date.UTC(2026, 0, 31, 12, 30),
  requestId: 'id',
  method: 'POST',
  path: '/score',
  status: 200,
  error: null,
  runMs: 1.5,
}

interface Sent {
  readonly bodyBytes?: number
  readonly jsonBytes?: number | null
}

function requestOf(body: string | Uint8Array, contentType: string | null, more: Sent = {}): CollectedRequest {
  const { bodyBytes = BODY_BYTES, jsonBytes = null } = more
  return { ...ABOUT, input: keep(body, bodyBytes, { contentType, jsonBytes }), output: null }
}

const lineOf = (...sent: Parameters<typeof requestOf>) => collectedLine(requestOf(...sent), 3)
const inputOf = (...sent: Parameters<typeof requestOf>) => JSON.parse(lineOf(...sent)).input

test('a line says what was asked, by whom it was answered and how', () => {
  const output = keep('"b"', BODY_BYTES, { contentType: 'application/json', jsonBytes: null })
  const line = collectedLine({ ...requestOf('"a"', 'application/json'), output }, 3)
  assert.deepEqual(JSON.parse(line), {
    time: '2026-01-31T12:30:00.000Z',
    requestId: 'id',
    worker: 3,
    method: 'POST',
    path: '/score',
    status: 200,
    error: null,
    runMs: 1.5,
    input: { contentType: 'application/json', bytes: 3, json: 'a' },
    output: { contentType: 'application/json', bytes: 3, json: 'b' },
  })
})

test('a failure has its code and no output', () => {
  const line = collectedLine(
    { ...requestOf('1', null), status: 502, error: 'ERR_RUN_FAILED', runMs: null },
    0,
  )
  const { error, output, runMs } = JSON.parse(line)
  assert.deepEqual([error, output, runMs], ['ERR_RUN_FAILED', null, null])
})

test('JSON is the value, whatever JSON is called', () => {
  for (const type of [
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/cloudevents+json',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    '',
    null,
  ])
    assert.deepEqual(inputOf(Buffer.from('{"a":[1]}'), type).json, { a: [1] }, String(type))
})

test('JSON is written as it came, in one line', () => {
  const line = lineOf('{\r\n"id":\n 9007199254740993,"text":"a\\nb"}\n', 'application/json')
  assert(line.includes('{ "id":  9007199254740993,"text":"a\\nb"} '), line)
  assert.equal(line.indexOf('\n'), line.length - 1)
})

test('what is no JSON is text, and bytes are base64', () => {
  assert.deepEqual(inputOf('{"a":', 'application/json').text, '{"a":')
  assert.deepEqual(inputOf('{"a":1}', 'text/plain').text, '{"a":1}')
  assert.deepEqual(inputOf('a,b\n1,2\n', 'text/csv').text, 'a,b\n1,2\n')
  assert.deepEqual(inputOf('{"a":NaN}', 'application/json').text, '{"a":NaN}')
  assert.deepEqual(inputOf('{}\n{}\n', 'application/jsonlines').text, '{}\n{}\n')
  assert.deepEqual(inputOf(Buffer.of(0, 255), 'application/octet-stream').base64, 'AP8=')
  assert.deepEqual(inputOf(Buffer.of(0x7b, 255), 'application/octet-stream').base64, 'e/8=')
  assert.deepEqual(inputOf(Buffer.of(255), 'text/plain').base64, '/w==')
  assert.deepEqual(inputOf(Buffer.of(0x22, 255, 0x22), 'application/json').base64, 'Iv8i')
  assert.deepEqual(inputOf('', null), { contentType: null, bytes: 0, text: '' })
})

test('what is too long is cut between characters, with a marker and its size', () => {
  const cut = (body: string | Uint8Array, type: string, bodyBytes: number) =>
    inputOf(body, type, { bodyBytes })
  const json = { contentType: 'application/json', bytes: 7, truncated: true, text: '{"a"' }
  assert.deepEqual(cut('{"a":1}', 'application/json', 4), json)
  assert.deepEqual(cut(Buffer.from('{"a":1}'), 'application/json', 4), json)
  assert.equal(cut('{"a":1}', 'application/json', 7).truncated, undefined)
  assert.equal(cut(Buffer.of(1, 2, 3, 4), 'image/png', 3).base64, 'AQID')
  for (const text of ['äbc', 'a€bc', '😀bc'])
    for (const body of [text, Buffer.from(text)])
      for (let bodyBytes = 1; bodyBytes < Buffer.byteLength(text); bodyBytes++) {
        const shown = cut(body, 'text/plain', bodyBytes)
        assert.equal(shown.bytes, Buffer.byteLength(text))
        assert(text.startsWith(shown.text), `${bodyBytes}: ${shown.text}`)
        assert(Buffer.byteLength(shown.text) > bodyBytes - 4)
      }
})

test('what is cut holds no more memory than what is kept', () => {
  const long = Buffer.alloc(1_000_000, ' ')
  // a small buffer is a part of Node's pool, which is of 8 to 64 KiB by its version
  for (const body of [long, long.toString()])
    assert(heldBytes(requestOf(body, null, { bodyBytes: 100 })) <= long.length / 10)
})

const tensor = (name: string, datatype: string, shape: readonly number[], bytes: Uint8Array) => ({
  tensor: { name, datatype, shape, parameters: { binary_data_size: bytes.length } },
  bytes,
})
const bytesOf = (array: { readonly buffer: ArrayBufferLike }) => new Uint8Array(array.buffer)

function binary(name: 'inputs' | 'outputs', parts: readonly ReturnType<typeof tensor>[], more: object = {}) {
  const json = Buffer.from(JSON.stringify({ ...more, [name]: parts.map(part => part.tensor) }))
  const body = Buffer.concat([json, ...parts.map(part => part.bytes)])
  return inputOf(body, 'application/octet-stream', { jsonBytes: json.length })
}

test('binary tensors are JSON, of requests and of answers', () => {
  const parts = [
    tensor('x', 'FP32', [2, 2], bytesOf(Float32Array.of(1, 0.5, -0, Number.NaN))),
    tensor('i', 'INT64', [1], bytesOf(BigInt64Array.of(5n))),
    tensor('b', 'BOOL', [2], Uint8Array.of(1, 0)),
    tensor('t', 'BYTES', [1], Buffer.concat([Buffer.of(6, 0, 0, 0), Buffer.from('NaN "b')])),
  ]
  const requested = binary('inputs', parts, {
    id: '7',
    outputs: [{ name: 'y', parameters: { binary_data: true } }],
  })
  assert.deepEqual(requested.json, {
    id: '7',
    outputs: [{ name: 'y', parameters: { binary_data: true } }],
    inputs: [
      { name: 'x', datatype: 'FP32', shape: [2, 2], parameters: {}, data: [1, 0.5, -0, 'NaN'] },
      { name: 'i', datatype: 'INT64', shape: [1], parameters: {}, data: [5] },
      { name: 'b', datatype: 'BOOL', shape: [2], parameters: {}, data: [true, false] },
      { name: 't', datatype: 'BYTES', shape: [1], parameters: {}, data: ['NaN "b'] },
    ],
  })
  const answered = binary('outputs', [
    tensor('y', 'FP64', [1], bytesOf(Float64Array.of(Number.NEGATIVE_INFINITY))),
  ])
  assert.deepEqual(answered.json.outputs[0].data, ['-Infinity'])
})

test('a tensor that has its data in the JSON beside binary ones is left as it is', () => {
  const json = '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}'
  const input = inputOf(json, 'application/octet-stream', { jsonBytes: json.length })
  assert.deepEqual(input.json, JSON.parse(json))
})

test('what cannot be read as tensors, and FP16, stays bytes', () => {
  const fp16 = binary('inputs', [tensor('x', 'FP16', [1], Uint8Array.of(0, 1))])
  assert.equal(fp16.json, undefined)
  assert.equal(typeof fp16.base64, 'string')
  for (const jsonBytes of [0, 2, 1000, Number.NaN])
    assert.equal(inputOf(Buffer.of(1, 2, 3), 'application/octet-stream', { jsonBytes }).base64, 'AQID')
  const wrong = [tensor('x', 'FP99', [1], Uint8Array.of(1)), tensor('x', 'FP32', [9], Uint8Array.of(1))]
  for (const part of wrong) assert.equal(typeof binary('inputs', [part]).base64, 'string')
})

test('any body of any type is one line of JSON', () => {
  const body = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.json())
  const type = fc.oneof(
    fc.constantFrom(null, '', 'application/json', 'text/plain', 'application/octet-stream', 'image/png'),
    fc.string(),
  )
  const jsonBytes = fc.option(fc.integer({ min: -1, max: 50 }), { nil: null })
  fc.assert(
    fc.property(
      body,
      type,
      fc.integer({ min: 1, max: 40 }),
      jsonBytes,
      (sent, contentType, bodyBytes, length) => {
        const line = lineOf(sent, contentType, { bodyBytes, jsonBytes: length })
        assert.equal(line.indexOf('\n'), line.length - 1)
        const { input } = JSON.parse(line)
        assert.equal(input.bytes, typeof sent === 'string' ? Buffer.byteLength(sent) : sent.length)
        assert.equal(input.truncated === true, input.bytes > bodyBytes)
      },
    ),
  )
})
