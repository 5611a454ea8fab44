// Requests of the V2 protocol, by themselves: what is read, and what is refused with which words.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeBinaryTensor } from '../../runtime/binary-tensor.ts'
import { type InferRequest, parseInferRequest } from '../../runtime/contracts/v2-request.ts'
import { nest, type Tensor } from '../../runtime/tensor.ts'
import { tensorAsJson } from '../../runtime/tensor-json.ts'
import { ALL_DATATYPES, anyTensor } from '../support/any-tensor.ts'

function parse(request: unknown, headerLength: number | null = null): InferRequest {
  return parseInferRequest(
    Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)),
    headerLength,
  )
}

/** A request of JSON with binary tensors behind it. */
function parseBinary(request: unknown, ...tensors: readonly Buffer[]): InferRequest {
  const header = Buffer.from(JSON.stringify(request))
  return parseInferRequest(Buffer.concat([header, ...tensors]), header.length)
}

const ONE = { name: 'x', shape: [1], datatype: 'FP32', data: [1] }
const { data: _, ...NO_DATA } = ONE

test('a request is read whole, and its unknown fields are ignored', () => {
  const request = parse({
    id: 'a',
    parameters: { priority: 1, who: 'me', trace: true, unset: null },
    model: { name: [1] },
    inputs: [
      { ...ONE, parameters: { k: 'v' }, extra: { data: [5] } },
      { name: 'y', shape: [1, 2], datatype: 'INT64', data: [[1, 2]] },
    ],
    outputs: [
      { name: 'p', parameters: { classification: 3 } },
      { name: 'q', data: [1] },
    ],
  })
  assert.deepEqual(request, {
    id: 'a',
    parameters: { priority: 1, who: 'me', trace: true },
    inputs: [
      {
        name: 'x',
        tensor: { datatype: 'FP32', shape: [1], data: Float32Array.of(1) },
        parameters: { k: 'v' },
      },
      {
        name: 'y',
        tensor: { datatype: 'INT64', shape: [1, 2], data: BigInt64Array.of(1n, 2n) },
        parameters: {},
      },
    ],
    outputs: [
      { name: 'p', parameters: { classification: 3 }, binary: false, classification: 3 },
      { name: 'q', parameters: {}, binary: false, classification: 0 },
    ],
    binaryOutput: false,
  })
})

test('requests with the same JSON each have their own binary tensors, and one that is wrong stays wrong', () => {
  const json = { inputs: [{ ...NO_DATA, parameters: { binary_data_size: 4 } }] }
  for (const value of [1, 2, 3]) {
    const [input] = parseBinary(json, Buffer.from(Float32Array.of(value).buffer)).inputs
    assert.deepEqual(input?.tensor, { datatype: 'FP32', shape: [1], data: Float32Array.of(value) })
  }
  for (const _ of [1, 2]) assert.throws(() => parseInferRequest(Buffer.from('{"inputs'), 8), /JSON|key/)
})

test('null is as good as absent where a field may be absent, and no outputs are all of them', () => {
  const bare = parse({ inputs: [ONE] })
  assert.equal(bare.outputs, null)
  assert.equal(bare.id, null)
  const input = { ...ONE, parameters: null }
  assert.deepEqual(parse({ id: null, parameters: null, inputs: [input], outputs: null }), bare)
  assert.deepEqual(parse({ inputs: [ONE], outputs: [] }), bare)
})

const IN_JSON = ALL_DATATYPES.filter(datatype => datatype !== 'FP16')
const KEYS = ['name', 'shape', 'datatype', 'parameters', 'data'] as const

/** Of finite numbers that a double holds, so that JSON.stringify can nest them. */
function nested({ datatype, shape, data }: Tensor): string {
  const json = datatype === 'BOOL' ? Array.from(data, Boolean) : data
  const text = JSON.stringify(nest(json, shape), (_key, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
  return text.replaceAll(/"(-?\d+)n"/g, '$1')
}

test('a tensor in JSON comes back, flat or nested, its keys in any order', () => {
  fc.assert(
    fc.property(
      anyTensor(IN_JSON),
      fc.shuffledSubarray([...KEYS], { minLength: KEYS.length }),
      fc.constantFrom('', ' ', '\n'),
      fc.boolean(),
      (tensor, keys, space, flat) => {
        const { datatype, shape, data } = tensor
        const isPlain =
          datatype === 'BYTES' ||
          Array.from<unknown>(data).every(one => Number.isFinite(Number(one)) && !Object.is(one, -0))
        fc.pre(flat || (isPlain && shape.length > 0))
        const members = {
          name: '"x"',
          shape: JSON.stringify(shape),
          datatype: JSON.stringify(datatype),
          parameters: '{"a":"]}"}',
          data: flat ? tensorAsJson(tensor, 'x') : nested(tensor),
        }
        const input = keys.map(key => `${space}"${key}"${space}:${space}${members[key]}`).join(`${space},`)
        const { inputs } = parse(`{"inputs":[{${input}${space}}]}`)
        assert.deepEqual(inputs, [{ name: 'x', tensor, parameters: { a: ']}' } }])
      },
    ),
    { numRuns: 500 },
  )
})

test('binary tensors follow the JSON in order, at any alignment, beside others in JSON', () => {
  const input = fc.record({ tensor: anyTensor(), binary: fc.boolean() })
  fc.assert(
    fc.property(fc.array(input, { maxLength: 5 }), fc.string({ maxLength: 9 }), (inputs, id) => {
      const binary = inputs.map(one => one.binary || one.tensor.datatype === 'FP16')
      const tensors = inputs.map(({ tensor }) => encodeBinaryTensor(tensor))
      const texts = inputs.map(({ tensor }, index) => {
        const [datatype, shape] = [JSON.stringify(tensor.datatype), JSON.stringify(tensor.shape)]
        const content = binary[index]
          ? `"parameters":{"binary_data_size":${tensors[index]?.length}}`
          : `"data":${tensorAsJson(tensor, 'x')}`
        return `{"name":"${index}","datatype":${datatype},"shape":${shape},${content}}`
      })
      const header = Buffer.from(`{"id":${JSON.stringify(id)},"inputs":[${texts}]}`)
      const body = Buffer.concat([header, ...tensors.filter((_one, index) => binary[index])])
      assert.deepEqual(
        parseInferRequest(body, header.length).inputs.map(one => one.tensor),
        inputs.map(({ tensor }) => tensor),
      )
    }),
    { numRuns: 300 },
  )
})

test('an output is binary if it says so, else if the request does', () => {
  const outputs = [
    { name: 'a' },
    { name: 'b', parameters: { binary_data: true } },
    { name: 'c', parameters: { binary_data: false } },
  ]
  const binaryOf = (parameters: object) => {
    const request = parse({ inputs: [ONE], outputs, parameters })
    return [request.binaryOutput, ...(request.outputs ?? []).map(({ binary }) => binary)]
  }
  assert.deepEqual(binaryOf({}), [false, false, true, false])
  assert.deepEqual(binaryOf({ binary_data_output: true }), [true, true, true, false])
})

const BINARY = { ...NO_DATA, parameters: { binary_data_size: 4 } }

test('Inference-Header-Content-Length is a number within the body', () => {
  const text = JSON.stringify({ inputs: [ONE] })
  for (const length of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])
    assert.throws(() => parse(text, length), {
      code: 'ERR_INPUT_MALFORMED',
      message: `Inference-Header-Content-Length must be a whole number of bytes, found ${length}`,
    })
  assert.throws(() => parse(text, text.length + 1), {
    code: 'ERR_INPUT_MALFORMED',
    message: `Inference-Header-Content-Length is ${text.length + 1}, but the body has ${text.length} bytes`,
  })
  assert.throws(() => parse(text, text.length - 1), { code: 'ERR_INPUT_MALFORMED' })
  assert.throws(() => parse(text, 0), {
    code: 'ERR_INPUT_MALFORMED',
    message: 'the inference request is empty',
  })
  assert.equal(parse(text, text.length).inputs.length, 1)
})

test('binary data that is cut short, too long, or where there can be none is refused', () => {
  const refused = (message: string) => ({ code: 'ERR_INPUT_MALFORMED', message })
  assert.throws(
    () => parseBinary({ inputs: [BINARY] }, Buffer.alloc(3)),
    refused("input 'x': binary_data_size is 4, but 3 bytes of the body are left"),
  )
  assert.throws(
    () => parseBinary({ inputs: [BINARY] }, Buffer.alloc(5)),
    refused("the body has 1 bytes more than its JSON and its inputs' binary data"),
  )
  assert.throws(
    () => parseBinary({ inputs: [ONE] }, Buffer.from(' ')),
    refused("the body has 1 bytes more than its JSON and its inputs' binary data"),
  )
  assert.throws(
    () => parse({ inputs: [BINARY] }),
    refused("input 'x' has binary_data_size, but the request has no Inference-Header-Content-Length"),
  )
})

test('a claim of a gigabyte with ten bytes behind it is refused without room for it', () => {
  const before = process.memoryUsage().arrayBuffers
  const huge = { name: 'x', shape: [2 ** 28], datatype: 'FP32', parameters: { binary_data_size: 2 ** 30 } }
  for (const request of [
    () => parseBinary({ inputs: [huge] }, Buffer.alloc(10)),
    () => parseBinary({ inputs: [{ ...huge, parameters: { binary_data_size: 10 } }] }, Buffer.alloc(10)),
    () => parse({ inputs: [{ ...ONE, shape: [2 ** 28] }] }),
    () => parse({ inputs: [{ ...ONE, datatype: 'BYTES', shape: [2 ** 52], data: ['a'] }] }),
  ])
    assert.throws(request, { code: /^ERR_INPUT_(MALFORMED|SHAPE)$/ })
  assert(process.memoryUsage().arrayBuffers - before < 1e6)
})

test('any bytes at all are read or refused with a code, and never anything else', () => {
  const valid = Buffer.from(
    JSON.stringify({ id: 'a', inputs: [ONE, { ...ONE, name: 'y', datatype: 'BYTES', data: ['b'] }] }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(valid.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(...'{}[]":,\\0')))),
      fc.option(fc.nat(valid.length)),
      (changes, headerLength) => {
        const body = Buffer.from(valid)
        for (const [at, change] of changes)
          body[at] = typeof change === 'string' ? change.charCodeAt(0) : change
        try {
          parseInferRequest(body, headerLength)
        } catch (thrown) {
          assert.match(
            String(Object(thrown).code),
            /^ERR_INPUT_(MALFORMED|SHAPE)$/,
            String(Object(thrown).stack),
          )
        }
      },
    ),
    { numRuns: 2000 },
  )
})
