// A configuration that uses every field that is honoured, as text and as JSON.

/** config.pbtxt */
export const CLASSIFIER = `# An image classifier.
name: "classifier"
backend: "onnxruntime"
max_batch_size: 16
input [
  {
    name: "image"
    data_type: TYPE_FP32
    format: FORMAT_NCHW
    dims: [ 3, 224, 224 ]
  }
]
output [
  {
    name: "probabilities"
    data_type: TYPE_FP32
    dims: [ 1000, 1, 1 ]
    reshape { shape: [ 1000 ] }
    label_filename: "labels.txt"
  }
]
instance_group [ { count: 2 kind: KIND_CPU }, { count: 1 } ]
version_policy: { specific: { versions: [ 3, 1 ] } }
dynamic_batching {
  preferred_batch_size: [ 8, 4 ]
  max_queue_delay_microseconds: 100
  priority_levels: 3
  default_priority_level: 2
  default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 5000 }
  priority_queue_policy {
    key: 1
    value: { allow_timeout_override: true max_queue_size: 32 }
  }
}
model_warmup [
  {
    name: "zeros"
    batch_size: 4
    inputs { key: "image" value: { data_type: TYPE_FP32 dims: [ 3, 224, 224 ] zero_data: true } }
  },
  {
    name: "sample"
    count: 3
    inputs { key: "image" value: { data_type: TYPE_FP32 dims: [ 3, 224, 224 ] input_data_file: "cat.raw" } }
  }
]
parameters { key: "intra_op_thread_count" value: { string_value: "2" } }
parameters { key: "empty" value: {} }
default_model_filename: "net.onnx"
`

/** config.json that says the same. */
export const CLASSIFIER_JSON = {
  name: 'classifier',
  backend: 'onnxruntime',
  max_batch_size: 16,
  input: [{ name: 'image', data_type: 'TYPE_FP32', format: 'FORMAT_NCHW', dims: [3, 224, 224] }],
  output: [
    {
      name: 'probabilities',
      data_type: 'TYPE_FP32',
      dims: [1000, 1, 1],
      reshape: { shape: [1000] },
      label_filename: 'labels.txt',
    },
  ],
  instance_group: [{ count: 2, kind: 'KIND_CPU' }, { count: 1 }],
  version_policy: { specific: { versions: [3, 1] } },
  dynamic_batching: {
    preferred_batch_size: [8, 4],
    max_queue_delay_microseconds: 100,
    priority_levels: 3,
    default_priority_level: 2,
    default_queue_policy: { timeout_action: 'DELAY', default_timeout_microseconds: 5000 },
    priority_queue_policy: { 1: { allow_timeout_override: true, max_queue_size: 32 } },
  },
  model_warmup: [
    {
      name: 'zeros',
      batch_size: 4,
      inputs: { image: { data_type: 'TYPE_FP32', dims: [3, 224, 224], zero_data: true } },
    },
    {
      name: 'sample',
      count: 3,
      inputs: { image: { data_type: 'TYPE_FP32', dims: [3, 224, 224], input_data_file: 'cat.raw' } },
    },
  ],
  parameters: { intra_op_thread_count: { string_value: '2' }, empty: {} },
  default_model_filename: 'net.onnx',
}
