// Writes small ONNX models: just enough of the format for the samples and the tests.

import protobuf from 'protobufjs'

// The messages and field numbers that are used here, from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const { root } = protobuf.parse(`
  syntax = "proto3";
  message AttributeProto { string name = 1; int64 i = 3; int32 type = 20; }
  message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { TensorType tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message ModelProto { int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
`)
const ModelProto = root.lookupType('ModelProto')

/** Datatypes by ONNX's numbers. */
export const FLOAT = 1
export const INT64 = 7
const INTEGER_ATTRIBUTE = 2

/** An operator with integer attributes. */
export function node(opType, input, output, attributes = {}) {
  const attribute = Object.entries(attributes).map(([name, i]) => ({ name, i, type: INTEGER_ATTRIBUTE }))
  return { opType, name: output[0], input, output, attribute }
}

/** A constant FP32 tensor; `values` row-major. */
export function constant(name, dims, values) {
  return { name, dims, dataType: FLOAT, rawData: new Uint8Array(Float32Array.from(values).buffer) }
}

/** An input or output; a dimension that is a string is dynamic. */
export function value(name, elemType, dims) {
  const dim = dims.map(size => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }))
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

/** The bytes of a .onnx file. */
export function encodeModel(name, { nodes, constants, inputs, outputs }) {
  const graph = { name, node: nodes, initializer: constants, input: inputs, output: outputs }
  const model = {
    irVersion: 8,
    producerName: 'scorehost-samples',
    graph,
    opsetImport: [{ domain: '', version: 17 }],
  }
  return ModelProto.encode(ModelProto.fromObject(model)).finish()
}
