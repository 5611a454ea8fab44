// Inference by the V2 protocol: tensors in and out as JSON and as bytes, of every datatype and with every bit.

import type { Row } from './row.ts'
import { binaryAnswer, bytesOf, infer, inferBinary, inferPath, post, refused, texts, x } from './v2-call.ts'

const A = { name: 'a', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] }
const B = { name: 'b', datatype: 'FP32', shape: [1, 3], data: [10, 20, 30] }
const SUM = { name: 'sum', datatype: 'FP32', shape: [1, 3], data: [11, 22, 33] }
const DIFFERENCE = { name: 'difference', datatype: 'FP32', shape: [1, 3], data: [-9, -18, -27] }
const ADD = { inputs: [A, B] }
const ADDED = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  json: { model_name: 'add', model_version: '1', outputs: [SUM, DIFFERENCE] },
}

/** What goes into an identity model comes out again, as the text that it was. */
function keeps(name: string, datatype: string, data: string): Row {
  const body = `{"inputs":[{"name":"x","datatype":"${datatype}","shape":[1,3],"data":${data}}]}`
  const model = `identity_${datatype.toLowerCase()}`
  return infer('rest', name, model, body, {
    status: 200,
    text: `{"model_name":"${model}","model_version":"1","outputs":[{"name":"y","datatype":"${datatype}","shape":[1,3],"data":${data}}]}`,
  })
}

/** The same as bytes, there and back. */
function keepsBytes(datatype: string, bytes: Uint8Array, shape: readonly number[] = [1, 3]): Row {
  const model = `identity_${datatype.toLowerCase()}`
  const input = { name: 'x', datatype, shape, parameters: { binary_data_size: bytes.length } }
  return inferBinary(
    `${datatype} as bytes, there and back`,
    model,
    { inputs: [input], outputs: [{ name: 'y', parameters: { binary_data: true } }] },
    [bytes],
    binaryAnswer(
      model,
      [{ name: 'y', datatype, shape, parameters: { binary_data_size: bytes.length } }],
      bytes,
    ),
  )
}

const FLOATS = bytesOf(Float32Array.of(1.5, -0, Number.NaN))
const BINARY_OUT = { parameters: { binary_data_output: true } }
const FLOAT_OUT = { name: 'y', datatype: 'FP32', shape: [1, 3], parameters: { binary_data_size: 12 } }
const NO_LENGTH = { 'inference-header-content-length': '0' }

export const V2_INFER: readonly Row[] = [
  infer('rest', 'every output of a model', 'add', ADD, ADDED),
  infer('rest', 'inputs in another order', 'add', { inputs: [B, A] }, ADDED),
  infer(
    'rest',
    'data that is nested',
    'add',
    {
      inputs: [
        { ...A, data: [[1, 2, 3]] },
        { ...B, data: [[[10], [20], [30]]] },
      ],
    },
    ADDED,
  ),
  infer(
    'rest',
    'the id comes back',
    'add',
    { id: 'größe "1"', ...ADD },
    { status: 200, json: { id: 'größe "1"' } },
  ),
  infer(
    'rest',
    'an output of choice',
    'add',
    { ...ADD, outputs: [{ name: 'difference' }] },
    {
      status: 200,
      json: { outputs: [DIFFERENCE] },
    },
  ),
  infer(
    'rest',
    'outputs in the order that was asked for',
    'add',
    { ...ADD, outputs: [{ name: 'difference' }, { name: 'sum' }] },
    { status: 200, json: { outputs: [DIFFERENCE, SUM] } },
  ),
  infer('rest', 'an empty list asks for every output', 'add', { ...ADD, outputs: [] }, ADDED),
  infer(
    'rest',
    'unknown fields and parameters are ignored',
    'add',
    { ...ADD, more: { a: [1] }, parameters: { mine: 'x' }, inputs: [{ ...A, extra: 1 }, B] },
    ADDED,
  ),
  infer('rest', 'curl with its form type', 'add', ADD, ADDED, {
    'content-type': 'application/x-www-form-urlencoded',
  }),
  infer('rest', 'any other content type', 'add', ADD, ADDED, { 'content-type': 'text/plain' }),
  infer('rest', 'several rows', 'versions', x('FP32', [2, 2], [1, 2, 3, 4]), {
    status: 200,
    json: {
      model_version: '2',
      outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], data: [3, 4, 5, 6] }],
    },
  }),
  ...['1', '2'].map(version =>
    post(
      'rest',
      `version ${version} of a model`,
      `/v2/models/versions/versions/${version}/infer`,
      JSON.stringify(x('FP32', [1, 2], [1, 2])),
      {
        status: 200,
        json: {
          model_version: version,
          outputs: [
            { name: 'y', datatype: 'FP32', shape: [1, 2], data: [1 + Number(version), 2 + Number(version)] },
          ],
        },
      },
    ),
  ),
  infer('rest', 'a model without a batch dimension', 'fixed', x('FP32', [2, 2], [1, 2, 3, 4]), {
    status: 200,
    json: { outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] }] },
  }),
  infer(
    'rest',
    'a run that fails',
    'lookup',
    { inputs: [{ name: 'index', datatype: 'INT64', shape: [1, 1], data: [7] }] },
    refused(502, "The model 'lookup' failed on this input."),
  ),

  keeps('BOOL', 'BOOL', '[true,false,true]'),
  keeps('UINT8 to its ends', 'UINT8', '[0,1,255]'),
  keeps('UINT16 to its ends', 'UINT16', '[0,1,65535]'),
  keeps('UINT32 to its ends', 'UINT32', '[0,1,4294967295]'),
  keeps('UINT64 with every bit', 'UINT64', '[0,9007199254740993,18446744073709551615]'),
  keeps('INT8 to its ends', 'INT8', '[-128,0,127]'),
  keeps('INT16 to its ends', 'INT16', '[-32768,0,32767]'),
  keeps('INT32 to its ends', 'INT32', '[-2147483648,0,2147483647]'),
  keeps('INT64 with every bit', 'INT64', '[-9223372036854775808,9007199254740993,9223372036854775807]'),
  keeps('FP32 and what JSON has no number for', 'FP32', '[NaN,Infinity,-Infinity]'),
  keeps('FP64 with every bit', 'FP64', '[5e-324,1.7976931348623157e+308,-0]'),
  keeps('FP64 and what JSON has no number for', 'FP64', '[NaN,Infinity,-Infinity]'),
  keeps('BYTES', 'BYTES', '["","größe\\n","😀"]'),
  infer(
    'rest',
    'FP16 does not travel as JSON',
    'identity_fp16',
    x('FP16', [1, 1], [1]),
    refused(400, "input 'x': FP16 travels as binary data only, not as JSON"),
  ),
  inferBinary(
    'FP16 does not come back as JSON',
    'identity_fp16',
    { inputs: [{ name: 'x', datatype: 'FP16', shape: [1, 1], parameters: { binary_data_size: 2 } }] },
    [Uint8Array.of(0, 0x3c)],
    refused(400, /FP16 travels as binary data only/),
  ),
  infer('rest', 'BYTES with a NUL', 'identity_bytes', x('BYTES', [1, 1], ['a\0b']), refused(400, /NUL/)),

  keepsBytes('BOOL', Uint8Array.of(1, 0, 1)),
  keepsBytes('UINT8', Uint8Array.of(0, 1, 255)),
  keepsBytes('UINT16', bytesOf(Uint16Array.of(0, 1, 65535))),
  keepsBytes('UINT32', bytesOf(Uint32Array.of(0, 1, 4294967295))),
  keepsBytes('UINT64', bytesOf(BigUint64Array.of(0n, 1n, 2n ** 64n - 1n))),
  keepsBytes('INT8', bytesOf(Int8Array.of(-128, 0, 127))),
  keepsBytes('INT16', bytesOf(Int16Array.of(-32768, 0, 32767))),
  keepsBytes('INT32', bytesOf(Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1))),
  keepsBytes('INT64', bytesOf(BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n, 2n ** 63n - 1n))),
  keepsBytes('FP16', bytesOf(Uint16Array.of(0x3c00, 0x7e01, 0xfc00))),
  keepsBytes('FP32', FLOATS),
  keepsBytes('FP64', bytesOf(Float64Array.of(Math.PI, -0, Number.NaN))),
  keepsBytes('BYTES', texts('', 'größe', '😀')),
  keepsBytes('BYTES', texts('x'.repeat(300)), [1, 1]),

  infer(
    'binary',
    'bytes for every output',
    'identity_fp32',
    { ...x('FP32', [1, 3], [1, 2, 3]), ...BINARY_OUT },
    binaryAnswer('identity_fp32', [FLOAT_OUT], bytesOf(Float32Array.of(1, 2, 3))),
  ),
  infer(
    'binary',
    "an output's own word is stronger",
    'add',
    {
      ...ADD,
      ...BINARY_OUT,
      outputs: [{ name: 'sum', parameters: { binary_data: false } }, { name: 'difference' }],
    },
    binaryAnswer(
      'add',
      [SUM, { ...DIFFERENCE, data: undefined, parameters: { binary_data_size: 12 } }],
      bytesOf(Float32Array.of(-9, -18, -27)),
    ),
  ),
  inferBinary(
    'bytes and JSON in one request, the bytes in the order of the inputs',
    'add',
    {
      inputs: [
        { ...B, data: undefined, parameters: { binary_data_size: 12 } },
        { ...A, data: undefined, parameters: { binary_data_size: 12 } },
      ],
    },
    [bytesOf(Float32Array.of(10, 20, 30)), bytesOf(Float32Array.of(1, 2, 3))],
    ADDED,
  ),
  inferBinary('a header of the whole length', 'add', ADD, [], ADDED),

  post(
    'binary',
    'a raw request',
    inferPath('identity_fp32'),
    FLOATS,
    binaryAnswer('identity_fp32', [FLOAT_OUT], FLOATS),
    NO_LENGTH,
  ),
  post(
    'binary',
    'a raw request of one text',
    inferPath('identity_bytes'),
    'größe',
    binaryAnswer(
      'identity_bytes',
      [{ name: 'y', datatype: 'BYTES', shape: [1, 1], parameters: { binary_data_size: 11 } }],
      texts('größe'),
    ),
    NO_LENGTH,
  ),
  post(
    'binary',
    'a raw request to a model with two inputs',
    inferPath('add'),
    FLOATS,
    refused(400, /Raw request must only have 1 input/),
    NO_LENGTH,
  ),
  post(
    'binary',
    'a raw request of half an element',
    inferPath('identity_fp32'),
    FLOATS.subarray(0, 6),
    refused(400, /6 bytes/),
    NO_LENGTH,
  ),
]
