// What /score takes for a model that is served as it is: all the envelopes that clients use.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelInfo, TensorSpec } from '../../runtime/model-info.ts'
import { ModelInput } from '../../runtime/model-input.ts'
import type { TensorInput } from '../../runtime/tensor-request.ts'

function model(...inputs: readonly TensorSpec[]): ModelInput {
  const info: ModelInfo = {
    name: 'm',
    version: '1',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs,
    outputs: [],
    maxBatchSize: 8,
    labels: {},
    config: {},
  }
  return new ModelInput(info)
}

const X: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 2] }
const ID: TensorSpec = { name: 'id', datatype: 'INT64', shape: [-1, 1] }
const WORD: TensorSpec = { name: 'word', datatype: 'BYTES', shape: [-1, -1] }
const one = model(X)
const two = model(X, ID)

/** The tensors of a body, as plain arrays by name. */
function read(input: ModelInput, body: unknown, contentType: string | null = 'application/json') {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return plain(input.ofBody(contentType, Buffer.from(text)))
}

function plain({ tensors, rows }: TensorInput) {
  const shapes = [...tensors].map(([name, { shape, data }]) => [name, shape, ...data])
  return { rows, tensors: shapes }
}

const ROWS = [
  [1, 2],
  [3, 4],
]
const OF_ROWS = { rows: 2, tensors: [['x', [2, 2], 1, 2, 3, 4]] }

const ENVELOPES: readonly (readonly [string, unknown])[] = [
  ['its name', { x: ROWS }],
  ['"data"', { data: ROWS }],
  ['"inputs"', { inputs: ROWS }],
  ['"instances"', { instances: ROWS }],
  ['its name below "inputs"', { inputs: { x: ROWS } }],
  ['its name below "data"', { data: { x: ROWS } }],
  ['an object for each row below "instances"', { instances: [{ x: [1, 2] }, { x: [3, 4] }] }],
  ['an object for each row below "inputs"', { inputs: [{ x: [1, 2] }, { x: [3, 4] }] }],
  ['an object for each row', [{ x: [1, 2] }, { x: [3, 4] }]],
  ['nothing', ROWS],
]

for (const [name, body] of ENVELOPES)
  test(`the only input is found below ${name}`, () => {
    assert.deepEqual(read(one, body), OF_ROWS)
    assert.deepEqual(read(one, `\ufeff \n${JSON.stringify(body, null, 1)} `), OF_ROWS)
  })

const OF_TWO = {
  rows: 2,
  tensors: [
    ['x', [2, 2], 1, 2, 3, 4],
    ['id', [2, 1], 9007199254740993n, -1n],
  ],
}

test('several inputs go by their names, in whatever order, with every bit of their integers', () => {
  const ids = '[[9007199254740993],[-1]]'
  const rows = JSON.stringify(ROWS)
  assert.deepEqual(read(two, `{"id":${ids},"x":${rows}}`), OF_TWO)
  assert.deepEqual(read(two, `{"inputs":{"x":${rows},"id":${ids}}}`), OF_TWO)
  const instances = '[{"x":[1,2],"id":[9007199254740993]},{"id":[-1],"x":[3,4]}]'
  assert.deepEqual(read(two, `{"instances":${instances}}`), OF_TWO)
  assert.deepEqual(read(two, instances), OF_TWO)
})

test('an input that is called as an envelope is called is that input', () => {
  for (const name of ['data', 'inputs', 'instances']) {
    const input = model({ ...X, name })
    assert.deepEqual(read(input, { [name]: ROWS }), { rows: 2, tensors: [[name, [2, 2], 1, 2, 3, 4]] })
  }
})

test('members that are no input of the model are left alone', () => {
  assert.deepEqual(read(one, { id: 'a', x: ROWS, parameters: { a: [{}] }, data: null }), OF_ROWS)
})

test('NaN and infinities are read', () => {
  assert.deepEqual(read(one, '{"x":[[NaN,-Infinity]]}').tensors, [
    ['x', [1, 2], Number.NaN, Number.NEGATIVE_INFINITY],
  ])
})

test('texts are read, whatever is in them', () => {
  const body = { word: [['"]}', '[{', 'größe\n', '😀']] }
  assert.deepEqual(read(model(WORD), body), { rows: 1, tensors: [['word', [1, 4], ...(body.word[0] ?? [])]] })
})

test('JSON by any of its names, curl’s form type and no type at all are read', () => {
  for (const type of [
    null,
    '',
    'application/json; charset=utf-8',
    'application/vnd.a+json',
    'application/x-www-form-urlencoded',
  ])
    assert.deepEqual(read(one, { data: ROWS }, type), OF_ROWS)
})

test('the query of a GET is read as JSON', () => {
  assert.deepEqual(plain(one.ofQuery({ data: ROWS })), OF_ROWS)
  assert.deepEqual(plain(two.ofQuery({ x: ROWS, id: [[1], [2]] })).rows, 2)
  assert.throws(() => one.ofQuery({}), { code: 'ERR_INPUT_SHAPE' })
})

const TAKES = 'The model m takes an object with "x", or the same below "inputs", "instances" or "data"'
const TAKES_TWO =
  'The model m takes an object with "x", "id", or the same below "inputs", "instances" or "data"'

const REFUSED: readonly (readonly [ModelInput, unknown, string | RegExp])[] = [
  [one, '', `${TAKES}, or an array for its only input; it is neither an object nor an array.`],
  [one, '5', `${TAKES}, or an array for its only input; it is neither an object nor an array.`],
  [one, {}, `${TAKES}, or an array for its only input; it has nothing.`],
  [one, { y: 1, z: 2 }, `${TAKES}, or an array for its only input; it has y, z.`],
  [two, ROWS, `${TAKES_TWO}; it is an array without names.`],
  [two, { data: ROWS }, `${TAKES_TWO}; it is an array without names.`],
  [two, { x: ROWS }, "expected 2 inputs but got 1 inputs for model 'm'; missing 'id'"],
  [two, { x: ROWS, id: [[1]] }, "input 'id' batch size does not match other inputs for 'm': 1 and 2"],
  [two, [{ x: [1, 2], id: [1] }, { x: [1, 2] }], 'instance 1 has no input "id"'],
  [one, [{ x: [1, 2] }, null], 'instance 1 has no input "x"'],
  [one, [{ x: [1, 2] }, 5], 'instance 1 has no input "x"'],
  [one, [{ x: [1, 2] }, [1, 2]], 'instance 1 has no input "x"'],
  [one, [{ x: null }], 'instance 0 has no input "x"'],
  [model({ ...X, name: 'length' }), [{ length: [1, 2] }, [1, 2]], 'instance 1 has no input "length"'],
  [one, [[1, 2], [3]], /^input 'x': \[1\] has 1 elements, where the others of its depth have 2$/],
  [one, [1, 2], "unexpected shape for input 'x' for model 'm'. Expected [-1,2], got [2]"],
  [one, { data: 5 }, "unexpected shape for input 'x' for model 'm'. Expected [-1,2], got []"],
  [one, { data: 'text' }, /^input 'x': element 0 must be a number, found "text"/],
  [one, { data: '[{' }, /^input 'x': element 0 must be a number, found "\[\{"/],
  [one, [['1', '2']], /^input 'x': element 0 must be a number, found "1"/],
  [one, '[[1,2]', /^input 'x'/],
  [one, '[[1,2]] and more', /^input 'x': .*found and/],
  [one, '[[1,2]]]', /^input 'x': .*found \]/],
  [one, '{"x":[[1,2]],', /^the body/],
  [one, '{"x":[[1,2]]} and more', /^the body is not JSON/],
  [one, '{"x":[[1,2]][3]}', /^input 'x': .*found an array/],
  [one, '{"x":[[1,2]] 5,"y":1}', /^the body: .*found 5/],
  [one, '[{"x":[1,2] 5}]', /^(input 'x'|the body)/],
  [one, `{"x":${'['.repeat(10_000)}1${']'.repeat(10_000)}}`, /nested more than 100 levels/],
  [one, `${'['.repeat(10_000)}1${']'.repeat(10_000)}`, /nested more than 100 levels/],
  [model({ ...X, datatype: 'FP16' }), [[1, 2]], /FP16 travels as binary data only/],
  [one, new Array(9).fill([1, 2]), "inference request batch-size must be <= 8 for 'm', got 9"],
]

for (const [input, body, message] of REFUSED) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  test(`refused: ${text.slice(0, 60)}`, () => {
    assert.throws(() => read(input, text), { code: /^ERR_INPUT_(SHAPE|MALFORMED)$/, message })
  })
}

test('what is no UTF-8 is refused, with or without an envelope', () => {
  const bytes = Buffer.from('[["?"]]')
  bytes[3] = 0xff
  for (const body of [bytes, Buffer.concat([Buffer.from('{"word":'), bytes, Buffer.from('}')])])
    assert.throws(() => model(WORD).ofBody(null, body), {
      code: 'ERR_INPUT_MALFORMED',
      message: /^the body is not UTF-8 at offset \d+ \(0xff/,
    })
})

test('JSON lines and CSV are rows of the only input', () => {
  const csv = one.ofBody('text/csv; charset=utf-8', Buffer.from('1,2\r\n3, 4\n\n'))
  const lines = one.ofBody('application/jsonlines', Buffer.from('[1,2]\n\n[3,4]\n'))
  for (const { tensors, rows } of [csv, lines]) {
    assert.deepEqual(tensors.get('x')?.data, new Float32Array([1, 2, 3, 4]))
    assert.equal(rows, 2)
  }
})

test('what is broken in JSON lines and CSV is named', () => {
  const refused = (type: string, text: string, message: RegExp) =>
    assert.throws(() => one.ofBody(type, Buffer.from(text)), { code: 'ERR_INPUT_MALFORMED', message })
  refused('application/jsonlines', '[1,2\n3,4]', /^Line 1 of the body is not JSON/)
  refused('text/csv', '1,2\n"3,4\n', /^The body is not CSV: .*quoted/i)
  refused('text/csv', 'a,b\n1,2\n', /^input 'x': element 0 must be a number, found "a"/)
})

test('what is neither JSON, JSON lines nor CSV by its type is refused', () => {
  for (const type of ['text/plain', 'application/octet-stream', 'multipart/form-data; boundary=x'])
    assert.throws(() => read(one, { data: ROWS }, type), {
      code: 'ERR_INPUT_UNSUPPORTED',
      message: `A model takes JSON, JSON lines or CSV, not ${type}.`,
    })
})
