// config.pbtxt and config.json: what they say, what they default to, and how they are refused.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  IDLE_FIELDS,
  isModelConfigJson,
  type ModelConfig,
  NO_CONFIG,
  parseModelConfig,
} from '../../runtime/model/model-config.ts'
import { ModelConfigError } from '../../runtime/model/model-config-error.ts'
import { CLASSIFIER, CLASSIFIER_JSON } from '../support/classifier-config.ts'

const FILE = '/models/m/config.pbtxt'
const JSON_FILE = '/models/m/config.json'

const PAGE = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8')

const read = (text: string) => parseModelConfig(FILE, text)
const readJson = (value: unknown) => parseModelConfig(JSON_FILE, JSON.stringify(value))

/** What two configurations have in common but for the file they are from. */
const contents = ({ file: _, ...rest }: ModelConfig) => rest

test('every field that is honoured is read', () => {
  assert.deepEqual(read(CLASSIFIER), {
    file: FILE,
    name: 'classifier',
    platform: null,
    backend: 'onnxruntime',
    maxBatchSize: 16,
    inputs: [{ name: 'image', datatype: 'FP32', dims: [3, 224, 224], reshape: null, optional: false }],
    outputs: [
      {
        name: 'probabilities',
        datatype: 'FP32',
        dims: [1000, 1, 1],
        reshape: [1000],
        optional: false,
        labelFilename: 'labels.txt',
      },
    ],
    dynamicBatching: {
      preferredBatchSizes: [4, 8],
      maxQueueDelayMicroseconds: 100,
      preserveOrdering: false,
      priorityLevels: 3,
      defaultPriorityLevel: 2,
      defaultQueuePolicy: {
        timeoutAction: 'delay',
        defaultTimeoutMicroseconds: 5000,
        allowTimeoutOverride: false,
        maxQueueSize: 0,
      },
      priorityQueuePolicy: new Map([
        [
          1,
          {
            timeoutAction: 'reject',
            defaultTimeoutMicroseconds: 0,
            allowTimeoutOverride: true,
            maxQueueSize: 32,
          },
        ],
      ]),
    },
    instanceCount: 3,
    versionPolicy: { kind: 'specific', versions: ['3', '1'] },
    warmup: [
      {
        name: 'zeros',
        batchSize: 4,
        count: 1,
        inputs: new Map([['image', { datatype: 'FP32', dims: [3, 224, 224], fill: 'zero' }]]),
      },
      {
        name: 'sample',
        batchSize: 1,
        count: 3,
        inputs: new Map([['image', { datatype: 'FP32', dims: [3, 224, 224], fill: { file: 'cat.raw' } }]]),
      },
    ],
    parameters: { intra_op_thread_count: '2', empty: '' },
    defaultModelFilename: 'net.onnx',
    unknownFields: [],
    idleFields: [{ field: 'input[0].format', reason: 'ONNX models have their layout in their shape' }],
  })
})

test('config.json says the same with the same field names', () => {
  assert.deepEqual(contents(readJson(CLASSIFIER_JSON)), contents(read(CLASSIFIER)))
})

test('an empty configuration is none, but that it serves the newest version alone, as in Triton', () => {
  for (const config of [read(''), readJson({}), readJson({ name: null, input: null, parameters: null })])
    assert.deepEqual(contents(config), {
      ...contents(NO_CONFIG),
      versionPolicy: { kind: 'latest', count: 1 },
    })
})

test('repeated fields may be given one by one, and one by itself', () => {
  const { inputs, dynamicBatching } = read(`
    max_batch_size: 8
    input { name: "a" dims: 3 dims: -1 }
    input { name: "b" data_type: TYPE_STRING dims: 1 reshape { shape: [] } }
    dynamic_batching { preferred_batch_size: 8 }`)
  assert.deepEqual(inputs, [
    { name: 'a', datatype: null, dims: [3, -1], reshape: null, optional: false },
    { name: 'b', datatype: 'BYTES', dims: [1], reshape: [], optional: false },
  ])
  assert.deepEqual(dynamicBatching?.preferredBatchSizes, [8])
})

test('dynamic_batching {} has the defaults of the protocol', () => {
  assert.deepEqual(read('dynamic_batching { }').dynamicBatching, {
    preferredBatchSizes: [],
    maxQueueDelayMicroseconds: 0,
    preserveOrdering: false,
    priorityLevels: 0,
    defaultPriorityLevel: 0,
    defaultQueuePolicy: {
      timeoutAction: 'reject',
      defaultTimeoutMicroseconds: 0,
      allowTimeoutOverride: false,
      maxQueueSize: 0,
    },
    priorityQueuePolicy: new Map(),
  })
})

test('version policies', () => {
  const policy = (text: string) => read(`version_policy ${text}`).versionPolicy
  assert.deepEqual(read('').versionPolicy, { kind: 'latest', count: 1 })
  assert.deepEqual(policy('{}'), { kind: 'latest', count: 1 })
  assert.deepEqual(policy('{ latest {} }'), { kind: 'latest', count: 1 })
  assert.deepEqual(policy('{ latest { num_versions: 2 } }'), { kind: 'latest', count: 2 })
  assert.deepEqual(policy('{ all {} }'), { kind: 'all' })
  assert.deepEqual(policy('{ specific { versions: 2 } }'), { kind: 'specific', versions: ['2'] })
})

test('enums are read by number too, as protobuf does', () => {
  const { inputs, dynamicBatching } = read(
    'input { name: "a" data_type: 11 dims: 1 } dynamic_batching { default_queue_policy { timeout_action: 1 } }',
  )
  assert.equal(inputs[0]?.datatype, 'FP32')
  assert.equal(dynamicBatching?.defaultQueuePolicy.timeoutAction, 'delay')
})

test('booleans are read in all their forms', () => {
  const optional = (word: string) => read(`input { name: "a" optional: ${word} }`).inputs[0]?.optional
  for (const word of ['true', 'True', 't', '1']) assert.equal(optional(word), true)
  for (const word of ['false', 'False', 'f', '0']) assert.equal(optional(word), false)
})

test('there are no random strings', () => {
  const fill = (type: string) =>
    read(
      `model_warmup { inputs { key: "a" value { data_type: ${type} dims: 1 random_data: true } } }`,
    ).warmup[0]?.inputs.get('a')?.fill
  assert.equal(fill('TYPE_FP32'), 'random')
  assert.equal(fill('TYPE_STRING'), 'zero')
})

test('unknown fields are collected with their line and the name that was meant', () => {
  const { unknownFields } = read(`max_batch_sise: 8
dynamic_batching {
  frobnicate: 1
}
input { name: "a" dims: 1 }
input { name: "b" dims: 1 dim: [ 1 ] }
parameters { key: "x" value { string_value: "1" int_value: 1 } }`)
  assert.deepEqual(unknownFields, [
    { field: 'input[1].dim', line: 6, nearest: 'dims' },
    { field: 'dynamic_batching.frobnicate', line: 3, nearest: null },
    { field: 'parameters["x"].int_value', line: 7, nearest: 'string_value' },
    { field: 'max_batch_sise', line: 1, nearest: 'max_batch_size' },
  ])
})

test("Triton's other fields are collected with the reason why they change nothing", () => {
  const { idleFields, unknownFields } = read(`
    optimization { execution_accelerators { gpu_execution_accelerator: [ { name: "tensorrt" } ] } }
    sequence_batching { max_sequence_idle_microseconds: 5000 }
    cc_model_filenames { key: "7.5" value: "model_7_5.onnx" }
    instance_group [ { kind: KIND_GPU gpus: [ 0 ] } ]
    model_transaction_policy { decoupled: true }`)
  assert.deepEqual(
    idleFields.map(({ field }) => field),
    [
      'instance_group[0].kind',
      'instance_group[0].gpus',
      'optimization',
      'sequence_batching',
      'cc_model_filenames',
      'model_transaction_policy',
    ],
  )
  assert(idleFields.every(({ reason }) => reason.length > 0))
  assert.deepEqual(unknownFields, [])
})

test('names that objects inherit are names like any other', () => {
  const { unknownFields } = readJson(JSON.parse('{"__proto__": {"name": "x"}, "toString": 1}'))
  assert.deepEqual(
    unknownFields.map(({ field }) => field),
    ['__proto__', 'toString'],
  )
  assert.throws(() => read('input { name: "a" data_type: constructor }'), ModelConfigError)
  assert.throws(() => read('input { name: "a" optional: constructor }'), ModelConfigError)
})

test('a config.json of something else is told from one of ours', () => {
  assert(isModelConfigJson({ max_batch_size: 8 }))
  assert(!isModelConfigJson({ model_type: 'bert', hidden_size: 768, architectures: ['BertModel'] }))
  assert(!isModelConfigJson(null))
  assert(!isModelConfigJson(Object.create({ input: [] })))
})

test('nothing but its own error comes out of any JSON, and of the configuration with a value changed', () => {
  const survive = (value: unknown) => {
    try {
      readJson(value)
    } catch (thrown) {
      assert(thrown instanceof ModelConfigError, String(thrown))
    }
  }
  fc.assert(fc.property(fc.jsonValue(), survive))
  const paths: (readonly string[])[] = []
  const walk = (value: unknown, path: readonly string[]) => {
    paths.push(path)
    if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key])
  }
  walk(CLASSIFIER_JSON, [])
  const changed = (value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown => {
    if (key === undefined) return to
    const entries = Object.entries(value as object).map(([name, inner]) => [
      name,
      name === key ? changed(inner, rest, to) : inner,
    ])
    return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
  }
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 1 }), (path, to) =>
      survive(changed(CLASSIFIER_JSON, path, to)),
    ),
    { numRuns: 1000 },
  )
})

test('nothing but its own error comes out of the text with a token changed', () => {
  const tokens = CLASSIFIER.replace(/^#.*\n/, '').split(/\s+/)
  const other = fc.constantFrom(
    '{}',
    '[]',
    '1',
    '-1',
    '1e9',
    '"x"',
    'x',
    'true',
    '}',
    '{',
    '[ {} ]',
    'a: 1',
    '',
  )
  fc.assert(
    fc.property(fc.nat(tokens.length - 1), other, (index, token) => {
      try {
        read(tokens.with(index, token).join(' '))
      } catch (thrown) {
        assert(thrown instanceof ModelConfigError, String(thrown))
      }
    }),
    { numRuns: 1000 },
  )
})

test('the examples of docs/models.md are read without a warning', () => {
  const [text = '', json = ''] = [...PAGE.matchAll(/^```(?:protobuf|json)\n([\s\S]*?)^```/gm)].map(
    match => match[1] ?? '',
  )
  for (const config of [read(text), parseModelConfig(JSON_FILE, json)]) {
    assert.equal(config.maxBatchSize, 16)
    assert.deepEqual([config.unknownFields, config.idleFields], [[], []])
  }
})

test('docs/models.md names every field that is honoured or changes nothing', () => {
  for (const field of [...Object.keys(CLASSIFIER_JSON), ...Object.keys(IDLE_FIELDS)])
    assert(PAGE.includes(`\`${field}\``), field)
})
