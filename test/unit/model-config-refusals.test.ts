// Configurations that are refused, each with file, line, field and what would be right.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseModelConfig } from '../../runtime/model/model-config.ts'

const FILE = '/models/m/config.pbtxt'
const JSON_FILE = '/models/m/config.json'

const read = (text: string) => parseModelConfig(FILE, text)
const readJson = (value: unknown) => parseModelConfig(JSON_FILE, JSON.stringify(value))

/** Texts, and what their error says after the path of the file. */
const REFUSED: readonly [string, string][] = [
  ['name: "x', ':1: column 9: expected " at the end of the string'],
  ['\nmax_batch_size: "8"', ':2: max_batch_size: "8" is not a whole number from 0 to 2147483647'],
  ['max_batch_size: -1', ':1: max_batch_size: -1 is not a whole number from 0 to 2147483647'],
  ['max_batch_size: 1.5', ':1: max_batch_size: 1.5 is not a whole number from 0 to 2147483647'],
  ['max_batch_size: 1 max_batch_size: 2', ':1: max_batch_size: a list of 2 is not a single value'],
  ['name: classifier', ':1: name: classifier is not a string'],
  [
    'platform: "tensorrt_plan"',
    ':1: platform: "tensorrt_plan" is not served here; it would have to be onnxruntime_onnx or onnxruntime',
  ],
  [
    'backend: "python"',
    ':1: backend: "python" is not served here; it would have to be onnxruntime_onnx or onnxruntime',
  ],
  ['input: 1', ':1: input[0]: 1 is not a message in braces'],
  ['input {}', ':1: input[0].name: it has no name'],
  [
    'input { name: "a" dims: 0 }',
    ':1: input[0].dims: [0] has a 0; a dimension is 1 or more, or -1 where it is dynamic',
  ],
  [
    'input { name: "a" dims: -2 }',
    `:1: input[0].dims: -2 is not a whole number from -1 to ${Number.MAX_SAFE_INTEGER}`,
  ],
  [
    'input { name: "a" }\ninput { name: "b" }\ninput { name: "a" }',
    ':3: input[2].name: "a" is the name of the one at 0 too',
  ],
  ['output { name: "a" } output { name: "a" }', ':1: output[1].name: "a" is the name of the one at 0 too'],
  [
    'input { name: "a" dims: [ 2, 3 ] reshape { shape: [ 5 ] } }',
    ':1: input[0].reshape: [5] has another number of elements than dims, [2,3]',
  ],
  [
    'input { name: "a" dims: [ -1, 3 ] reshape { shape: [ 3, -1 ] } }',
    ':1: input[0].reshape: [3,-1] has another number of elements than dims, [-1,3]',
  ],
  ['input { name: "a" reshape { shape: [] } }', ':1: input[0].reshape: it needs the dims that it reshapes'],
  [
    'output { name: "a" label_filename: "../../etc/passwd" }',
    ':1: output[0].label_filename: "../../etc/passwd" is not a path below the folder of the model',
  ],
  [
    'default_model_filename: "/etc/passwd"',
    ':1: default_model_filename: "/etc/passwd" is not a path below the folder of the model',
  ],
  [
    'instance_group { count: -1 }',
    ':1: instance_group[0].count: -1 is not a whole number from 0 to 2147483647',
  ],
  [
    'instance_group { kind: KIND_TPU }',
    ':1: instance_group[0].kind: KIND_TPU is not one of KIND_AUTO, KIND_GPU, KIND_CPU, KIND_MODEL',
  ],
  [
    'max_batch_size: 4\ndynamic_batching { preferred_batch_size: [ 2, 8 ] }',
    ':2: dynamic_batching: the preferred_batch_size 8 is more than max_batch_size, 4',
  ],
  [
    'dynamic_batching { preferred_batch_size: 0 }',
    ':1: dynamic_batching.preferred_batch_size: 0 is not a whole number from 1 to 2147483647',
  ],
  [
    'dynamic_batching { max_queue_delay_microseconds: -5 }',
    `:1: dynamic_batching.max_queue_delay_microseconds: -5 is not a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
  ],
  [
    'dynamic_batching { max_queue_delay_microseconds: 18446744073709551615 }',
    `:1: dynamic_batching.max_queue_delay_microseconds: 18446744073709551615 is not a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
  ],
  [
    'dynamic_batching { preserve_ordering: "yes" }',
    ':1: dynamic_batching.preserve_ordering: "yes" is not true or false',
  ],
  [
    'dynamic_batching { priority_levels: 2 }',
    ':1: dynamic_batching.default_priority_level: 0 is not a priority from 1 to 2 (priority_levels)',
  ],
  [
    'dynamic_batching { priority_levels: 2 default_priority_level: 3 }',
    ':1: dynamic_batching.default_priority_level: 3 is not a priority from 1 to 2 (priority_levels)',
  ],
  [
    'dynamic_batching { default_priority_level: 1 }',
    ':1: dynamic_batching.default_priority_level: 1 is not a priority (priority_levels is 0: there are none)',
  ],
  [
    'dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 3 value {} } }',
    ':1: dynamic_batching.priority_queue_policy: "3" is not a priority from 1 to 2 (priority_levels)',
  ],
  [
    'dynamic_batching { priority_queue_policy { value {} } }',
    ':1: dynamic_batching.priority_queue_policy[0].key: every entry of a map needs a key',
  ],
  [
    'dynamic_batching { priority_levels: 2 default_priority_level: 1 preserve_ordering: true }',
    ':1: dynamic_batching.preserve_ordering: it allows one priority, and priority_levels is 2',
  ],
  [
    'dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY } }',
    ':1: dynamic_batching.preserve_ordering: it does not go with the timeout_action DELAY of a queue policy',
  ],
  [
    'dynamic_batching { default_queue_policy { timeout_action: "DELAY" } }',
    ':1: dynamic_batching.default_queue_policy.timeout_action: "DELAY" is not one of REJECT, DELAY',
  ],
  [
    'version_policy { latest { num_versions: 0 } }',
    ':1: version_policy.latest.num_versions: 0 is not a whole number from 1 to 4294967295',
  ],
  ['version_policy { all {} latest {} }', ':1: version_policy: it is one of latest and all, not both'],
  ['version_policy { specific {} }', ':1: version_policy.specific.versions: it names no version'],
  [
    'model_warmup { batch_size: 0 }',
    ':1: model_warmup[0].batch_size: 0 is not a whole number from 1 to 4294967295',
  ],
  [
    'max_batch_size: 2 model_warmup { name: "w" batch_size: 3 }',
    ':1: model_warmup: the batch_size 3 of "w" is more than max_batch_size, 2',
  ],
  [
    'model_warmup { inputs { key: "a" value { dims: 1 zero_data: true } } }',
    ':1: model_warmup[0].inputs["a"].data_type: it is missing',
  ],
  [
    'model_warmup { inputs { key: "a" value { data_type: TYPE_FP32 dims: -1 zero_data: true } } }',
    `:1: model_warmup[0].inputs["a"].dims: -1 is not a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
  ],
  [
    'model_warmup { inputs { key: "a" value { data_type: TYPE_FP32 dims: 1 } } }',
    ':1: model_warmup[0].inputs["a"].zero_data: exactly one of zero_data, random_data, input_data_file is needed, and 0 are given',
  ],
  ['parameters { key: "a" value: "1" }', ':1: parameters["a"]: "1" is not a message in braces'],
]

for (const [text, message] of REFUSED)
  test(`${JSON.stringify(text)} is refused`, () =>
    assert.throws(() => read(text), { name: 'ModelConfigError', message: `${FILE}${message}` }))

const REFUSED_JSON: readonly [unknown, string][] = [
  [[], 'it must hold one JSON object'],
  [{ max_batch_size: '8' }, 'max_batch_size: "8" is not a whole number from 0 to 2147483647'],
  [{ input: { name: 'a' } }, 'input: a message is not a list'],
  [{ input: ['a'] }, 'input[0]: "a" is not an object'],
  [{ parameters: [] }, 'parameters: a list of 0 is not a single value'],
  [{ parameters: 'a' }, 'parameters: "a" is not an object'],
  [{ parameters: { a: '1' } }, 'parameters["a"]: "1" is not an object'],
  [{ input: [{ name: 'a', optional: 1 }] }, 'input[0].optional: 1 is not true or false'],
  [
    { dynamic_batching: { default_queue_policy: { timeout_action: 'WAIT' } } },
    'dynamic_batching.default_queue_policy.timeout_action: "WAIT" is not one of REJECT, DELAY',
  ],
]

for (const [value, message] of REFUSED_JSON)
  test(`${JSON.stringify(value)} is refused`, () =>
    assert.throws(() => readJson(value), { name: 'ModelConfigError', message: `${JSON_FILE}: ${message}` }))

test('what is not JSON is refused with its file', () => {
  assert.throws(() => parseModelConfig(JSON_FILE, '{'), {
    name: 'ModelConfigError',
    message: /^\/models\/m\/config\.json: it is not JSON: /,
  })
})

test('an error carries its file, line and field', () => {
  assert.throws(() => read('\n\ndynamic_batching { priority_levels: -1 }'), {
    file: FILE,
    line: 3,
    field: 'dynamic_batching.priority_levels',
  })
})
