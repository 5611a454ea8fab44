// Answers to inference requests of the V2 protocol, and what a client reads out of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseInferRequest } from '../../runtime/contracts/v2-request.ts'
import { type EncodedInferResponse, encodeInferResponse } from '../../runtime/contracts/v2-response.ts'
import type { Tensor } from '../../runtime/tensor.ts'
import { ALL_DATATYPES, anyTensor } from '../support/any-tensor.ts'

const MODEL = { modelName: 'm', modelVersion: '1', id: null, parameters: {} } as const
const IN_JSON = ALL_DATATYPES.filter(datatype => datatype !== 'FP16')

/** The outputs of an answer are written as the inputs of a request are, so reading them is too. */
function readBack({ headers, body }: EncodedInferResponse): Tensor[] {
  const json = headers['inference-header-content-length']
  const length = json === undefined ? null : Number(json)
  const bytes = Buffer.from(body)
  const header = bytes.toString('utf8', 0, length ?? bytes.length)
  const asInputs = Buffer.from(header.replace('"outputs":', '"inputs":'))
  const whole = Buffer.concat([asInputs, bytes.subarray(length ?? bytes.length)])
  return parseInferRequest(whole, length === null ? null : asInputs.length).inputs.map(({ tensor }) => tensor)
}

const anyOutputs = fc.array(
  fc.oneof(
    anyTensor().map(tensor => ({ tensor, binary: true })),
    anyTensor(IN_JSON).map(tensor => ({ tensor, binary: false })),
  ),
  { minLength: 1, maxLength: 4 },
)

test('every tensor comes back, in JSON and in binary, mixed in any order', () => {
  fc.assert(
    fc.property(anyOutputs, fc.string(), (outputs, modelName) => {
      const named = outputs.map((output, index) => ({ ...output, name: `${modelName}${index}` }))
      const encoded = encodeInferResponse({ ...MODEL, modelName: 'm', outputs: named })
      assert.deepEqual(
        readBack(encoded),
        outputs.map(({ tensor }) => tensor),
      )
    }),
    { numRuns: 500 },
  )
})

test('JSON alone has data flat, and the fields of the protocol', () => {
  const { headers, body } = encodeInferResponse({
    modelName: 'iris "1"',
    modelVersion: '1',
    id: 'a',
    parameters: { sequence: 5 },
    outputs: [
      {
        name: 'x',
        tensor: { datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 0.5, -2, 0.1) },
        binary: false,
      },
      {
        name: 'y',
        tensor: { datatype: 'BYTES', shape: [1], data: ['é"'] },
        binary: false,
        parameters: { k: true },
      },
    ],
  })
  assert.deepEqual(headers, { 'content-type': 'application/json' })
  assert.deepEqual(JSON.parse(body.toString()), {
    model_name: 'iris "1"',
    model_version: '1',
    id: 'a',
    parameters: { sequence: 5 },
    outputs: [
      { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 0.5, -2, 0.10000000149011612] },
      { name: 'y', datatype: 'BYTES', shape: [1], parameters: { k: true }, data: ['é"'] },
    ],
  })
})

function dataOf(tensor: Tensor): string {
  const { body } = encodeInferResponse({ ...MODEL, outputs: [{ name: 'y', tensor, binary: false }] })
  return /"data":(\[[^\]]*\])/.exec(body.toString())?.[1] ?? ''
}

test('numbers are written as JSON.stringify writes them, and what JSON has no number for as bare literals', () => {
  fc.assert(
    fc.property(fc.float64Array({ noNaN: true, noDefaultInfinity: true }), data => {
      fc.pre(!data.some(value => Object.is(value, -0)))
      assert.equal(dataOf({ datatype: 'FP64', shape: [data.length], data }), JSON.stringify([...data]))
    }),
  )
  assert.equal(dataOf({ datatype: 'FP64', shape: [2], data: Float64Array.of(-0, 0) }), '[-0,0]')
  const strange = Float32Array.of(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e21,
    1e-7,
  )
  assert.equal(
    dataOf({ datatype: 'FP32', shape: [6], data: strange }),
    '[NaN,Infinity,-Infinity,-0,1.0000000200408773e+21,1.0000000116860974e-7]',
  )
  const data = BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n))
  assert.equal(dataOf({ datatype: 'INT64', shape: [2], data }), '[9223372036854775807,-9223372036854775808]')
  assert.equal(dataOf({ datatype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) }), '[true,false,true]')
  assert.equal(dataOf({ datatype: 'BOOL', shape: [0], data: new Uint8Array(0) }), '[]')
})

test('FP16 that is asked for as JSON is refused, for it travels as binary', () => {
  const tensor: Tensor = { datatype: 'FP16', shape: [1], data: Uint16Array.of(0x3c00) }
  assert.throws(() => dataOf(tensor), {
    code: 'ERR_INPUT_MALFORMED',
    message: "output 'y': FP16 travels as binary data only; ask for it with the parameter binary_data",
  })
})

test('binary tensors follow the JSON, whose length a header has', () => {
  const { headers, body } = encodeInferResponse({
    ...MODEL,
    outputs: [
      { name: 'ü', tensor: { datatype: 'INT16', shape: [2], data: Int16Array.of(1, 2) }, binary: true },
      { name: 'j', tensor: { datatype: 'INT8', shape: [1], data: Int8Array.of(7) }, binary: false },
      { name: 't', tensor: { datatype: 'BYTES', shape: [1], data: ['hi'] }, binary: true },
    ],
  })
  const json =
    '{"model_name":"m","model_version":"1","outputs":[' +
    '{"name":"ü","datatype":"INT16","shape":[2],"parameters":{"binary_data_size":4}},' +
    '{"name":"j","datatype":"INT8","shape":[1],"data":[7]},' +
    '{"name":"t","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":6}}]}'
  assert.deepEqual(headers, {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(Buffer.byteLength(json)),
  })
  assert.deepEqual(
    Buffer.from(body),
    Buffer.concat([Buffer.from(json), Buffer.from('01000200020000006869', 'hex')]),
  )
})
