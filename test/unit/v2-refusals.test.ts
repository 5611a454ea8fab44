// Requests of the V2 protocol that are refused for themselves, and the words with which they are.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseInferRequest } from '../../runtime/contracts/v2-request.ts'

const ONE = { name: 'x', shape: [1], datatype: 'FP32', data: [1] }
const { data: _, ...NO_DATA } = ONE
const BINARY = { ...NO_DATA, parameters: { binary_data_size: 4 } }

const REFUSED: readonly (readonly [unknown, string])[] = [
  [[], 'the inference request must be an object, found an array'],
  ['5', 'the inference request must be an object, found 5'],
  [{}, 'inputs must be an array, found nothing'],
  [{ inputs: {} }, 'inputs must be an array, found an object'],
  [{ inputs: [5] }, 'inputs[0] must be an object, found 5'],
  [{ id: 5, inputs: [] }, 'id must be a string, found 5'],
  [{ parameters: [], inputs: [] }, 'the inference request: parameters must be an object'],
  [
    { parameters: { a: {} }, inputs: [] },
    "the inference request: parameter 'a' must be a string, a number or a boolean",
  ],
  [
    { parameters: { binary_data_output: 1 }, inputs: [] },
    "the inference request: parameter 'binary_data_output' must be true or false, found 1",
  ],
  [{ inputs: [ONE, { ...ONE, name: undefined }] }, 'inputs[1]: name must be a string, found nothing'],
  [{ inputs: [{ ...ONE, name: 7 }] }, 'inputs[0]: name must be a string, found 7'],
  [{ inputs: [ONE, ONE] }, "input 'x' already exists in request"],
  [{ inputs: [{ ...ONE, datatype: undefined }] }, "input 'x': datatype must be a string, found nothing"],
  [{ inputs: [{ ...ONE, datatype: 'BF16' }] }, "input 'x': datatype BF16 is not supported"],
  [
    { inputs: [{ ...ONE, datatype: 'float32' }] },
    'input \'x\': datatype must be one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BYTES, found "float32"',
  ],
  [{ inputs: [{ ...ONE, shape: undefined }] }, "input 'x': shape must be an array of numbers, found nothing"],
  [{ inputs: [{ ...ONE, shape: '1' }] }, 'input \'x\': shape must be an array of numbers, found "1"'],
  [
    { inputs: [{ ...ONE, shape: [1, -1] }] },
    "input 'x': shape[1] must be a whole number that is not negative, found -1",
  ],
  [
    { inputs: [{ ...ONE, shape: [0.5] }] },
    "input 'x': shape[0] must be a whole number that is not negative, found 0.5",
  ],
  [
    { inputs: [{ ...ONE, shape: ['1'] }] },
    'input \'x\': shape[0] must be a whole number that is not negative, found "1"',
  ],
  [
    { inputs: [{ ...ONE, shape: [1e300] }] },
    "input 'x': shape[0] must be a whole number that is not negative, found 1e+300",
  ],
  [
    { inputs: [{ ...ONE, shape: [2 ** 40, 2 ** 40] }] },
    "input 'x': shape [1099511627776,1099511627776] claims more elements than a request can have",
  ],
  [
    { inputs: [{ ...ONE, shape: new Array(101).fill(1) }] },
    "input 'x': shape has 101 dimensions, at most 100 are read",
  ],
  [{ inputs: [{ ...ONE, parameters: 'a' }] }, "input 'x': parameters must be an object"],
  [{ inputs: [NO_DATA] }, "input 'x' has neither data nor binary_data_size"],
  [{ inputs: [{ ...ONE, data: null }] }, "input 'x' has neither data nor binary_data_size"],
  [{ inputs: [{ ...BINARY, data: [1] }] }, "input 'x' has both data and binary_data_size"],
  [
    { inputs: [{ ...ONE, parameters: { binary_data_size: -4 } }] },
    "input 'x': parameter 'binary_data_size' must be a whole number that is not negative, found -4",
  ],
  [
    { inputs: [{ ...ONE, parameters: { binary_data_size: '4' } }] },
    "input 'x': parameter 'binary_data_size' must be a whole number that is not negative, found \"4\"",
  ],
  [
    { inputs: [{ ...ONE, data: [1, 'a'], shape: [2] }] },
    'input \'x\': element 1 must be a number, found "a" at byte 63',
  ],
  [{ inputs: [{ ...ONE, shape: [2] }] }, "input 'x': data has 1 elements, its shape [2] has 2"],
  [{ inputs: [{ ...ONE, data: 'a' }] }, 'input \'x\': data must be an array, found "a" at byte 60'],
  [{ inputs: [{ ...ONE, datatype: 'FP16' }] }, "input 'x': FP16 travels as binary data only, not as JSON"],
  [
    '{"inputs":[{"data":[1],"name":"x","shape":[1],"datatype":"FP32","data":[2]}]}',
    'inputs, or the data of an input, is given more than once',
  ],
  [
    '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1],[2]}]}',
    "input 'x': its data does not end where its array does, at byte 63",
  ],
  [
    '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1][2]}]}',
    "input 'x': its data does not end where its array does, at byte 63",
  ],
  [{ inputs: [], outputs: {} }, 'outputs must be an array, found an object'],
  [{ inputs: [], outputs: [null] }, 'outputs[0] must be an object, found null'],
  [{ inputs: [], outputs: [{}] }, 'outputs[0]: name must be a string, found nothing'],
  [{ inputs: [], outputs: [{ name: 'y' }, { name: 'y' }] }, "output 'y' already exists in request"],
  [
    { inputs: [], outputs: [{ name: 'y', parameters: { binary_data: 'yes' } }] },
    "output 'y': parameter 'binary_data' must be true or false, found \"yes\"",
  ],
  [
    { inputs: [], outputs: [{ name: 'y', parameters: { classification: 1.5 } }] },
    "output 'y': parameter 'classification' must be a whole number that is not negative, found 1.5",
  ],
]

for (const [request, message] of REFUSED)
  test(`refused: ${message}`, () => {
    const body = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request))
    assert.throws(() => parseInferRequest(body, null), { code: /^ERR_INPUT_(MALFORMED|SHAPE)$/, message })
  })
