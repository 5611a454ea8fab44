// The V2 protocol's extensions of inference: compression, classification, priorities and timeouts.

import { deflateSync, gzipSync } from 'node:zlib'
import type { Row } from './row.ts'
import { binaryAnswer, bytesOf, infer, inferPath, post, refused, texts, x } from './v2-call.ts'

const ADD = {
  inputs: ['a', 'b'].map(name => ({ name, datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] })),
}
const ADDED = { status: 200, json: { model_name: 'add', model_version: '1' } }
const FLOATS = bytesOf(Float32Array.of(1.5, -0, Number.NaN))
const FLOAT_OUT = { name: 'y', datatype: 'FP32', shape: [1, 3], parameters: { binary_data_size: 12 } }
const NO_LENGTH = { 'inference-header-content-length': '0' }
/** More than fits one packet. */
const WIDE = x('FP32', [1, 600], new Array(600).fill(0.25))
const WIDE_TEXT = JSON.stringify({
  model_name: 'identity_fp32',
  model_version: '1',
  outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 600], data: new Array(600).fill(0.25) }],
})

export const V2_EXTENSIONS: readonly Row[] = [
  post('rest', 'a request in gzip', inferPath('add'), gzipSync(JSON.stringify(ADD)), ADDED, {
    'content-encoding': 'gzip',
  }),
  post('rest', 'a request in deflate', inferPath('add'), deflateSync(JSON.stringify(ADD)), ADDED, {
    'content-encoding': 'deflate',
  }),
  post(
    'rest',
    'a raw request in gzip',
    inferPath('identity_fp32'),
    gzipSync(FLOATS),
    binaryAnswer('identity_fp32', [FLOAT_OUT], FLOATS),
    { ...NO_LENGTH, 'content-encoding': 'gzip' },
  ),
  ...['br', 'zstd', 'compress', 'gzip, gzip'].map(encoding =>
    post(
      'rest',
      `a request in ${encoding}`,
      inferPath('add'),
      'x',
      refused(501, /encoding .* is not supported; gzip, x-gzip, deflate are/),
      { 'content-encoding': encoding },
    ),
  ),
  post('rest', 'what is not what its encoding says', inferPath('add'), 'x', refused(400, /not gzip/), {
    'content-encoding': 'gzip',
  }),
  infer(
    'rest',
    'a reply in gzip',
    'identity_fp32',
    WIDE,
    {
      status: 200,
      headers: { 'content-encoding': 'gzip', vary: /accept-encoding/i },
      bytes: Uint8Array.from(gzipSync(WIDE_TEXT)),
    },
    { 'accept-encoding': 'br;q=1, gzip;q=0.5, deflate;q=0.1' },
  ),
  infer(
    'rest',
    'a reply in deflate',
    'identity_fp32',
    WIDE,
    {
      status: 200,
      headers: { 'content-encoding': 'deflate' },
      bytes: Uint8Array.from(deflateSync(WIDE_TEXT)),
    },
    { 'accept-encoding': 'deflate' },
  ),
  infer(
    'rest',
    'a reply as it is',
    'identity_fp32',
    WIDE,
    {
      status: 200,
      headers: { 'content-encoding': 'undefined' },
      text: WIDE_TEXT,
    },
    { 'accept-encoding': 'gzip;q=0, br' },
  ),

  ...classified(),
  infer(
    'schedule',
    'a priority and a timeout',
    'add',
    { ...ADD, parameters: { priority: 1, timeout: 5_000_000 } },
    ADDED,
  ),
  infer(
    'schedule',
    'a timeout longer than any timer',
    'add',
    { ...ADD, parameters: { timeout: 9_000_000_000_000_000 } },
    ADDED,
  ),
]

function classified(): readonly Row[] {
  const scores = x('FP32', [2, 3], [0.25, 0.5, 2, 3, 1, 2])
  const asked = (count: number, name = 'y') => ({
    outputs: [{ name, parameters: { classification: count } }],
  })
  const answered = (shape: readonly number[], ...data: readonly string[]): Row['expect'] => ({
    status: 200,
    json: { outputs: [{ name: 'y', datatype: 'BYTES', shape, data }] },
  })
  return [
    infer(
      'classification',
      'the best class of each row',
      'labelled',
      { ...scores, ...asked(1) },
      answered([2, 1], '2.000000:2', '3.000000:0:cat'),
    ),
    infer(
      'classification',
      'more classes than there are',
      'labelled',
      { ...scores, ...asked(9) },
      answered(
        [2, 3],
        '2.000000:2',
        '0.500000:1:dog',
        '0.250000:0:cat',
        '3.000000:0:cat',
        '2.000000:2',
        '1.000000:1:dog',
      ),
    ),
    infer(
      'classification',
      'without labels',
      'identity_int32',
      { ...x('INT32', [1, 2], [-4, 7]), ...asked(2) },
      answered([1, 2], '7.000000:1', '-4.000000:0'),
    ),
    infer(
      'classification',
      'of texts there is none',
      'identity_bytes',
      { ...x('BYTES', [1, 1], ['a']), ...asked(1) },
      refused(400, /class result not available for output 'y'/),
    ),
    infer(
      'classification',
      'as bytes',
      'labelled',
      {
        ...x('FP32', [1, 3], [1, 0, 0]),
        outputs: [{ name: 'y', parameters: { classification: 1, binary_data: true } }],
      },
      binaryAnswer(
        'labelled',
        [{ name: 'y', datatype: 'BYTES', shape: [1, 1], parameters: { binary_data_size: 18 } }],
        texts('1.000000:0:cat'),
      ),
    ),
  ]
}
