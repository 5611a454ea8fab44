// Requests of the V2 protocol that are wrong: each is a 4xx with the words that clients look for.

import { gzipSync } from 'node:zlib'
import type { Row } from './row.ts'
import { bytesOf, infer, inferBinary, inferPath, post, refused, texts, x } from './v2-call.ts'

const A = { name: 'a', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] }
const B = { ...A, name: 'b' }
const ADD = { inputs: [A, B] }
const DEEP = 10_000
const GIGABYTE = 2 ** 30

function wrong(name: string, model: string, request: unknown, error: string | RegExp): Row {
  return infer('rest', name, model, request, refused(400, error))
}

/** `bytes` where the request says that there are `claimed` of them. */
function wrongBytes(name: string, claimed: number, bytes: Uint8Array, error: RegExp, shape = [1, 3]): Row {
  const input = { name: 'x', datatype: 'FP32', shape, parameters: { binary_data_size: claimed } }
  return inferBinary(name, 'identity_fp32', { inputs: [input] }, [bytes], refused(400, error))
}

function wrongLength(length: string, error: RegExp): Row {
  const headers = { 'inference-header-content-length': length }
  const body = JSON.stringify(ADD)
  return post('binary', `a header length of ${length}`, inferPath('add'), body, refused(400, error), headers)
}

export const V2_REFUSED: readonly Row[] = [
  infer(
    'rest',
    'an unknown model',
    'nobody',
    ADD,
    refused(404, "Request for unknown model: 'nobody' is not found"),
  ),
  post(
    'rest',
    'an unknown version',
    '/v2/models/add/versions/2/infer',
    JSON.stringify(ADD),
    refused(404, /'add' version 2 is not found/),
  ),

  wrong('no body', 'add', '', /is empty/),
  wrong('a body that is no JSON', 'add', '{"inputs":', /inference request/),
  wrong('a body that is no object', 'add', [1], 'the inference request must be an object, found an array'),
  post(
    'rest',
    'a body that is no UTF-8',
    inferPath('add'),
    Uint8Array.of(0x7b, 0xff),
    refused(400, /not UTF-8 at offset 1/),
  ),
  wrong('no inputs', 'add', {}, 'inputs must be an array, found nothing'),

  wrong(
    'a wrong shape',
    'add',
    { inputs: [{ ...A, shape: [3, 1] }, B] },
    "unexpected shape for input 'a' for model 'add'. Expected [-1,3], got [3,1]",
  ),
  wrong(
    'a wrong number of dimensions',
    'add',
    { inputs: [{ ...A, shape: [3] }, B] },
    "unexpected shape for input 'a' for model 'add'. Expected [-1,3], got [3]",
  ),
  wrong(
    'a wrong fixed shape',
    'fixed',
    x('FP32', [1, 4], [1, 2, 3, 4]),
    "unexpected shape for input 'x' for model 'fixed'. Expected [2,2], got [1,4]",
  ),
  wrong(
    'a negative dimension',
    'add',
    { inputs: [{ ...A, shape: [-1, 3] }, B] },
    /shape\[0\] must be a whole number/,
  ),
  wrong(
    'a wrong datatype',
    'add',
    { inputs: [{ ...A, datatype: 'INT64' }, B] },
    "inference input 'a' data-type is 'INT64', but model 'add' expects 'FP32'",
  ),
  wrong(
    'an unknown datatype',
    'add',
    { inputs: [{ ...A, datatype: 'FLOAT' }, B] },
    /datatype must be one of/,
  ),
  wrong(
    'BF16',
    'add',
    { inputs: [{ ...A, datatype: 'BF16' }, B] },
    "input 'a': datatype BF16 is not supported",
  ),
  wrong('an input too few', 'add', { inputs: [A] }, /^expected 2 inputs but got 1 inputs for model 'add'/),
  wrong(
    'an input too many',
    'add',
    { inputs: [A, B, { ...A, name: 'c' }] },
    /^expected 2 inputs but got 3 inputs for model 'add'/,
  ),
  wrong('no input', 'add', { inputs: [] }, /^expected 2 inputs but got 0 inputs for model 'add'/),
  wrong(
    'a wrong name',
    'add',
    { inputs: [A, { ...B, name: 'c' }] },
    "unexpected inference input 'c' for model 'add'",
  ),
  wrong('an input twice', 'add', { inputs: [A, A] }, "input 'a' already exists in request"),
  wrong(
    'an unknown output',
    'add',
    { ...ADD, outputs: [{ name: 'y' }] },
    "unexpected inference output 'y' for model 'add'",
  ),
  wrong(
    'an output twice',
    'add',
    { ...ADD, outputs: [{ name: 'sum' }, { name: 'sum' }] },
    "output 'sum' already exists in request",
  ),
  wrong(
    'too large a batch',
    'labelled',
    x('FP32', [5, 3], new Array(15).fill(0)),
    /^inference request batch-size must be <= 4 for 'labelled'/,
  ),
  wrong(
    'inputs that disagree on the batch, where the configuration speaks of one',
    'pair',
    { inputs: [A, { ...B, shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }] },
    /batch size does not match other inputs for 'pair'/,
  ),

  wrong(
    'data too short',
    'add',
    { inputs: [{ ...A, data: [1, 2] }, B] },
    "input 'a': data has 2 elements, its shape [1,3] has 3",
  ),
  wrong(
    'data too long',
    'add',
    { inputs: [{ ...A, data: [1, 2, 3, 4] }, B] },
    "input 'a': data has more elements than the 3 of its shape [1,3]",
  ),
  wrong(
    'no data',
    'add',
    { inputs: [{ ...A, data: undefined }, B] },
    "input 'a' has neither data nor binary_data_size",
  ),
  wrong(
    'texts for numbers',
    'add',
    { inputs: [{ ...A, data: ['1', '2', '3'] }, B] },
    /element 0 must be a number/,
  ),
  wrong('a number that is too large', 'identity_uint8', x('UINT8', [1, 1], [256]), /element 0/),
  wrong('a fraction for a whole number', 'identity_int64', x('INT64', [1, 1], [0.5]), /element 0/),
  wrong(
    'NaN for a whole number',
    'identity_int32',
    '{"inputs":[{"name":"x","datatype":"INT32","shape":[1,1],"data":[NaN]}]}',
    /element 0/,
  ),
  wrong('a number for a boolean', 'identity_bool', x('BOOL', [1, 1], [2]), /element 0/),
  wrong(
    'data nested 10,000 deep',
    'add',
    `{"inputs":[{"name":"a","datatype":"FP32","shape":[1],"data":${'['.repeat(DEEP)}1${']'.repeat(DEEP)}}]}`,
    /nested more than 100 levels/,
  ),
  wrong(
    'parameters nested 10,000 deep',
    'add',
    `{"parameters":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)},"inputs":[]}`,
    /nested more than 100 levels/,
  ),
  wrong(
    'a claim of a gigabyte with ten bytes',
    'identity_fp32',
    x('FP32', [1, GIGABYTE / 4], [1, 2, 3, 4, 5]),
    /data has 5 elements/,
  ),
  wrong(
    'a claim beyond any number',
    'identity_fp32',
    x('FP32', [2 ** 52, 2 ** 52], []),
    /claims more elements/,
  ),
  wrong(
    'a priority that is no number',
    'add',
    { ...ADD, parameters: { priority: 'high' } },
    "the parameter 'priority' must be a whole number from 0 on",
  ),
  wrong(
    'a timeout that is negative',
    'add',
    { ...ADD, parameters: { timeout: -1 } },
    "the parameter 'timeout' must be a whole number from 0 on",
  ),
  wrong('an id that is no text', 'add', { ...ADD, id: 5 }, 'id must be a string, found 5'),

  wrongBytes(
    'bytes that break off',
    12,
    new Uint8Array(11),
    /binary_data_size is 12, but 11 bytes of the body are left/,
  ),
  wrongBytes('bytes too many', 12, new Uint8Array(13), /1 bytes more than its JSON/),
  wrongBytes(
    'bytes that are not what the shape takes',
    8,
    new Uint8Array(8),
    /8 bytes, its shape \[1,3\] of FP32 takes 12/,
  ),
  wrongBytes('a claim of a gigabyte with ten of its bytes', GIGABYTE, new Uint8Array(10), /but 10 bytes/, [
    1,
    GIGABYTE / 4,
  ]),
  inferBinary(
    'data and bytes',
    'add',
    { inputs: [{ ...A, parameters: { binary_data_size: 12 } }, B] },
    [new Uint8Array(12)],
    refused(400, "input 'a' has both data and binary_data_size"),
  ),
  inferBinary(
    'a boolean of 2',
    'identity_bool',
    { inputs: [{ name: 'x', datatype: 'BOOL', shape: [1, 1], parameters: { binary_data_size: 1 } }] },
    [Uint8Array.of(2)],
    refused(400, /must be a byte of 0 or 1, found 2/),
  ),
  inferBinary(
    'a text that is longer than the bytes',
    'identity_bytes',
    { inputs: [{ name: 'x', datatype: 'BYTES', shape: [1, 1], parameters: { binary_data_size: 5 } }] },
    [texts('ab').subarray(0, 5)],
    refused(400, /element 0 goes to byte 6/),
  ),
  inferBinary(
    'a text that is no UTF-8',
    'identity_bytes',
    { inputs: [{ name: 'x', datatype: 'BYTES', shape: [1, 1], parameters: { binary_data_size: 5 } }] },
    [Uint8Array.of(1, 0, 0, 0, 0xff)],
    refused(400, /not UTF-8/),
  ),
  infer(
    'binary',
    'bytes without a header length',
    'identity_fp32',
    { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], parameters: { binary_data_size: 4 } }] },
    refused(400, /no Inference-Header-Content-Length/),
  ),
  wrongLength('99999', /is 99999, but the body has \d+ bytes/),
  wrongLength('10', /inference request/),
  wrongLength('-1', /whole number of bytes/),
  wrongLength('1e1', /whole number of bytes/),
  wrongLength('ten', /whole number of bytes/),
  wrongLength('99999999999999999999', /whole number of bytes|but the body/),
  post(
    'rest',
    'a small body that unpacks to a large one',
    inferPath('identity_fp32'),
    gzipSync(Buffer.alloc(150_000_000)),
    refused(413, /larger than \d+ bytes/),
    { 'content-encoding': 'gzip' },
  ),
  post(
    'rest',
    'a raw request that is empty',
    inferPath('labelled'),
    bytesOf(new Float32Array()),
    refused(400, /0 bytes/),
    { 'inference-header-content-length': '0' },
  ),
  post(
    'rest',
    'a body that says that it is too large',
    inferPath('add'),
    '{}',
    refused(413, /larger than \d+ bytes/),
    { 'content-length': '1000000000' },
  ),
  post('rest', 'a request id that is too long', inferPath('add'), '{}', refused(431, /x-request-id/), {
    'x-request-id': 'x'.repeat(101),
  }),
]
