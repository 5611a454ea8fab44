// A configuration and the model's own signature, put together: who fills in what, and what contradicts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_DYNAMIC_BATCHING } from '../../runtime/model/batching-config.ts'
import {
  completeConfig,
  type ModelSignature,
  type SignatureTensor,
} from '../../runtime/model/complete-config.ts'
import { configJson } from '../../runtime/model/config-json.ts'
import { NO_CONFIG, parseModelConfig } from '../../runtime/model/model-config.ts'
import { CLASSIFIER } from '../support/classifier-config.ts'

const FILE = '/models/m/config.pbtxt'

const tensor = (name: string, shape: readonly number[], symbols?: readonly string[]): SignatureTensor => ({
  name,
  datatype: 'FP32',
  shape,
  ...(symbols && { symbols }),
})

const IRIS: ModelSignature = {
  inputs: [tensor('input', [-1, 4])],
  outputs: [{ name: 'label', datatype: 'INT64', shape: [-1] }, tensor('probabilities', [-1, 3])],
}

const FIXED: ModelSignature = { inputs: [tensor('x', [1, 3])], outputs: [tensor('y', [1, 2])] }

const complete = (text: string, signature: ModelSignature) =>
  completeConfig(parseModelConfig(FILE, text), signature, 'm')

test('without a configuration everything is as the model says', () => {
  const config = completeConfig(NO_CONFIG, IRIS, 'iris')
  const unsaid = { reshape: null, optional: false }
  assert.equal(config.name, 'iris')
  assert.deepEqual(config.inputs, [{ name: 'input', datatype: 'FP32', dims: [4], ...unsaid }])
  assert.deepEqual(config.outputs, [
    { name: 'label', datatype: 'INT64', dims: [], labelFilename: null, ...unsaid },
    { name: 'probabilities', datatype: 'FP32', dims: [3], labelFilename: null, ...unsaid },
  ])
})

/** Models, and the largest batch that they get where nothing is said. */
const BATCHES: readonly [string, ModelSignature, number][] = [
  ['every first dimension is dynamic', IRIS, 32],
  ['every first dimension is fixed', FIXED, 0],
  [
    'one input has a fixed first dimension',
    { inputs: [tensor('a', [-1, 3]), tensor('b', [2])], outputs: [tensor('y', [-1])] },
    0,
  ],
  ['an output has a fixed first dimension', { inputs: [tensor('a', [-1])], outputs: [tensor('y', [1])] }, 0],
  ['an output is a scalar', { inputs: [tensor('a', [-1])], outputs: [tensor('y', [])] }, 0],
  ['there is no input', { inputs: [], outputs: [tensor('y', [-1])] }, 0],
  [
    'the first dimensions of the inputs have one name, and outputs another',
    {
      inputs: [tensor('a', [-1, -1], ['batch', 'length']), tensor('b', [-1], ['batch'])],
      outputs: [tensor('y', [-1], ['unk__1'])],
    },
    32,
  ],
  [
    'the first dimensions of the inputs have different names',
    { inputs: [tensor('a', [-1], ['rows']), tensor('b', [-1], ['columns'])], outputs: [tensor('y', [-1])] },
    0,
  ],
]

for (const [when, signature, maxBatchSize] of BATCHES)
  test(`where ${when}, the largest batch is ${maxBatchSize}`, () => {
    const config = completeConfig(NO_CONFIG, signature, 'm')
    assert.equal(config.maxBatchSize, maxBatchSize)
    assert.equal(config.batchingByDefault, maxBatchSize > 0)
    assert.deepEqual(config.dynamicBatching, maxBatchSize > 0 ? DEFAULT_DYNAMIC_BATCHING : null)
  })

test('a configuration that speaks of batches is taken at its word', () => {
  const own = complete('max_batch_size: 8', IRIS)
  assert.deepEqual([own.maxBatchSize, own.dynamicBatching, own.batchingByDefault], [8, null, false])
  const none = complete('max_batch_size: 0', IRIS)
  assert.deepEqual([none.maxBatchSize, none.dynamicBatching, none.inputs[0]?.dims], [0, null, [-1, 4]])
  const batching = complete('dynamic_batching { max_queue_delay_microseconds: 7 }', IRIS)
  assert.equal(batching.maxBatchSize, 32)
  assert.equal(batching.dynamicBatching?.maxQueueDelayMicroseconds, 7)
  assert.equal(batching.batchingByDefault, false)
})

test('dims tell by their number whether they have the batch dimension, where max_batch_size does not', () => {
  assert.equal(complete('input { name: "input" dims: [ 4 ] }', IRIS).maxBatchSize, 32)
  assert.equal(complete('input { name: "input" dims: [ -1, 4 ] }', IRIS).maxBatchSize, 0)
  assert.equal(complete('output { name: "probabilities" dims: [ -1, 3 ] }', IRIS).maxBatchSize, 0)
})

test('what a tensor does not say is the model’s, and a fixed dimension holds against a dynamic one', () => {
  const signature = {
    inputs: [tensor('a', [-1, 3, -1]), tensor('b', [-1, 2])],
    outputs: [tensor('y', [-1, 5])],
  }
  const { inputs } = complete(
    'max_batch_size: 4 input { name: "b" } input { name: "a" dims: [ -1, 7 ] }',
    signature,
  )
  assert.deepEqual(
    inputs.map(({ name, dims }) => [name, dims]),
    [
      ['b', [2]],
      ['a', [3, 7]],
    ],
  )
})

test('an input that the configuration does not name is there all the same, an output is not', () => {
  const signature = {
    inputs: [tensor('a', [-1, 1]), tensor('b', [-1, 1])],
    outputs: [tensor('x', [-1, 1]), tensor('y', [-1, 1])],
  }
  const { inputs, outputs } = complete('input { name: "b" optional: true } output { name: "y" }', signature)
  assert.deepEqual(
    inputs.map(({ name, optional }) => [name, optional]),
    [
      ['b', true],
      ['a', false],
    ],
  )
  assert.deepEqual(
    outputs.map(({ name }) => name),
    ['y'],
  )
})

test('a reshape is what is compared with the model, and dims are what clients see', () => {
  const signature = { inputs: [tensor('x', [-1])], outputs: [tensor('y', [-1, 6])] }
  const { inputs, outputs } = complete(
    `max_batch_size: 2
    input { name: "x" dims: 1 reshape { } }
    output { name: "y" dims: [ 2, 3 ] reshape { shape: 6 } }`,
    signature,
  )
  assert.deepEqual([inputs[0]?.dims, inputs[0]?.reshape], [[1], []])
  assert.deepEqual([outputs[0]?.dims, outputs[0]?.reshape], [[2, 3], [6]])
})

const warmup = (input: string) =>
  `model_warmup { name: "w" inputs { key: "input" value { ${input} zero_data: true } } }`

const CONTRADICTIONS: readonly [string, ModelSignature, string][] = [
  ['input { name: "x" }', IRIS, 'input "x": the model has no such input; it has input'],
  ['output { name: "x" }', IRIS, 'output "x": the model has no such output; it has label, probabilities'],
  [
    'input { name: "input" data_type: TYPE_STRING }',
    IRIS,
    'input "input": the configuration says TYPE_STRING, the model has TYPE_FP32',
  ],
  [
    'max_batch_size: 8 input { name: "input" dims: [ 5 ] }',
    IRIS,
    'input "input": the configuration says dims [5], the model has [4] behind its batch dimension',
  ],
  [
    'max_batch_size: 8 input { name: "input" dims: [ -1, 4 ] }',
    IRIS,
    'input "input": the configuration says dims [-1,4], the model has [4] behind its batch dimension',
  ],
  [
    'max_batch_size: 0 output { name: "probabilities" dims: [ 3 ] }',
    IRIS,
    'output "probabilities": the configuration says dims [3], the model has [-1,3]',
  ],
  [
    'max_batch_size: 8 input { name: "input" dims: [ 3 ] reshape { shape: [ 3 ] } }',
    IRIS,
    'input "input": the configuration says reshape [3], the model has [4] behind its batch dimension',
  ],
  [
    'max_batch_size: 8',
    FIXED,
    'max_batch_size: 8 needs a dynamic first dimension, but the model\'s input "x" has the shape [1,3]',
  ],
  [
    'dynamic_batching { preferred_batch_size: 64 }',
    IRIS,
    'dynamic_batching: the preferred_batch_size 64 is more than max_batch_size, 32',
  ],
  [
    'dynamic_batching { preferred_batch_size: 2 }',
    FIXED,
    'dynamic_batching: the preferred_batch_size 2 is more than max_batch_size, 0',
  ],
  [
    'model_warmup { name: "w" batch_size: 2 }',
    FIXED,
    'model_warmup: the batch_size 2 of "w" is more than max_batch_size, 0',
  ],
  ['model_warmup { name: "w" }', IRIS, 'model_warmup "w": it has no input "input", which the model needs'],
  [
    warmup('data_type: TYPE_FP32 dims: 4').replace('"input"', '"x"'),
    IRIS,
    'model_warmup "w": input "x": the model has no such input; it has input',
  ],
  [
    warmup('data_type: TYPE_INT8 dims: 4'),
    IRIS,
    'model_warmup "w": input "input": the configuration says TYPE_INT8, the model has TYPE_FP32',
  ],
  [
    warmup('data_type: TYPE_FP32 dims: 5'),
    IRIS,
    'model_warmup "w": input "input": it says dims [5], the model takes [4]',
  ],
]

for (const [text, signature, message] of CONTRADICTIONS)
  test(`${text} is refused: ${message}`, () =>
    assert.throws(() => complete(text, signature), {
      name: 'ModelConfigError',
      message: `${FILE}: ${message}`,
    }))

test("the configuration goes out under Triton's names", () => {
  assert.deepEqual(configJson(completeConfig(NO_CONFIG, IRIS, 'iris')), {
    name: 'iris',
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    version_policy: { all: {} },
    max_batch_size: 32,
    input: [{ name: 'input', data_type: 'TYPE_FP32', dims: [4], optional: false }],
    output: [
      { name: 'label', data_type: 'TYPE_INT64', dims: [], label_filename: '' },
      { name: 'probabilities', data_type: 'TYPE_FP32', dims: [3], label_filename: '' },
    ],
    dynamic_batching: {
      preferred_batch_size: [],
      max_queue_delay_microseconds: 0,
      preserve_ordering: false,
      priority_levels: 0,
      default_priority_level: 0,
      default_queue_policy: {
        timeout_action: 'REJECT',
        default_timeout_microseconds: 0,
        allow_timeout_override: false,
        max_queue_size: 0,
      },
      priority_queue_policy: {},
    },
    instance_group: [{ name: 'iris', kind: 'KIND_CPU', count: 1 }],
    default_model_filename: 'model.onnx',
    parameters: {},
    model_warmup: [],
  })
})

test('what goes out reads back as the same configuration', () => {
  const signature: ModelSignature = {
    inputs: [tensor('image', [-1, 3, 224, 224])],
    outputs: [tensor('probabilities', [-1, 1000])],
  }
  for (const text of [CLASSIFIER, 'version_policy { all {} }', 'max_batch_size: 0']) {
    const config = complete(text.replace('"classifier"', '"m"'), signature)
    const again = parseModelConfig('/models/m/config.json', JSON.stringify(configJson(config)))
    assert.deepEqual(configJson(completeConfig(again, signature, 'm')), configJson(config))
    assert.deepEqual(
      [again.unknownFields, again.idleFields.map(({ field }) => field)],
      [[], ['instance_group[0].name']],
    )
  }
})
