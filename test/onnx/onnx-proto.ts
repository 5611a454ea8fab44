// Reads what ONNX's own tests are stored in: models as far as their signature, and tensors with their values.

import protobuf from 'protobufjs'
import type { Datatype, TypedArrayConstructor } from '../../runtime/datatype.ts'
import { DATATYPES } from '../../runtime/datatype.ts'
import type { Tensor } from '../../runtime/tensor.ts'

// The messages and field numbers that are read here, from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const { root } = protobuf.parse(`
  syntax = "proto3";
  message TensorProto {
    repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; repeated int32 int32_data = 5;
    repeated bytes string_data = 6; repeated int64 int64_data = 7; string name = 8; bytes raw_data = 9;
    repeated double double_data = 10; repeated uint64 uint64_data = 11;
  }
  message AttributeProto { string name = 1; GraphProto g = 6; }
  message NodeProto { string op_type = 4; repeated AttributeProto attribute = 5; }
  message TensorType { int32 elem_type = 1; }
  message Unread {}
  message TypeProto {
    oneof value { TensorType tensor_type = 1; Unread sequence_type = 4; Unread map_type = 5; Unread sparse_tensor_type = 8; Unread optional_type = 9; }
  }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message GraphProto {
    repeated NodeProto node = 1; repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
  }
  message ModelProto { GraphProto graph = 7; }
`)
const TensorProto = root.lookupType('TensorProto')
const ModelProto = root.lookupType('ModelProto')

type Numbers = readonly (number | string)[]

/** As decoded: 64-bit integers are texts, so that they keep every bit. */
interface RawTensor {
  readonly dims: readonly string[]
  readonly dataType: number
  readonly floatData: Numbers
  readonly int32Data: Numbers
  readonly int64Data: Numbers
  readonly doubleData: Numbers
  readonly uint64Data: Numbers
  readonly stringData: readonly Uint8Array[]
  readonly rawData: Uint8Array
}

interface RawNode {
  readonly opType: string
  readonly attribute: readonly { readonly g?: RawGraph }[]
}

interface RawValue {
  readonly name: string
  readonly type?: { readonly tensorType?: { readonly elemType: number } }
}

interface RawGraph {
  readonly node: readonly RawNode[]
  readonly initializer: readonly { readonly name: string }[]
  readonly input: readonly RawValue[]
  readonly output: readonly RawValue[]
}

/** An input or output of a model. */
export interface Declared {
  readonly name: string
  /** ONNX's number of the datatype of its elements; null where it is no tensor but a sequence, an optional or a map. */
  readonly elementType: number | null
}

export interface ModelGraph {
  /** Without those that have an initial value. */
  readonly inputs: readonly Declared[]
  readonly outputs: readonly Declared[]
  /** Names of all operators, also of those in the branches and bodies of others. */
  readonly operators: ReadonlySet<string>
}

const DECODED = { longs: String, arrays: true, defaults: true }

export function readModel(bytes: Uint8Array): ModelGraph {
  const { graph } = ModelProto.toObject(ModelProto.decode(bytes), DECODED) as { graph: RawGraph } // true: the message above
  const initial = new Set(graph.initializer.map(({ name }) => name))
  const operators = new Set<string>()
  collectOperators(graph, operators)
  return {
    inputs: graph.input.filter(({ name }) => !initial.has(name)).map(declared),
    outputs: graph.output.map(declared),
    operators,
  }
}

function declared({ name, type }: RawValue): Declared {
  return { name, elementType: type?.tensorType?.elemType ?? null }
}

function collectOperators(graph: RawGraph, found: Set<string>): void {
  for (const { opType, attribute } of graph.node) {
    found.add(opType)
    for (const { g } of attribute) if (g) collectOperators(g, found)
  }
}

type Field = 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data' | 'stringData'

/** By ONNX's numbers: the datatype, and the field that has the elements where `raw_data` does not. */
const ELEMENTS: ReadonlyMap<number, readonly [Datatype, Field]> = new Map([
  [1, ['FP32', 'floatData']],
  [2, ['UINT8', 'int32Data']],
  [3, ['INT8', 'int32Data']],
  [4, ['UINT16', 'int32Data']],
  [5, ['INT16', 'int32Data']],
  [6, ['INT32', 'int32Data']],
  [7, ['INT64', 'int64Data']],
  [8, ['BYTES', 'stringData']],
  [9, ['BOOL', 'int32Data']],
  [10, ['FP16', 'int32Data']],
  [11, ['FP64', 'doubleData']],
  [12, ['UINT32', 'uint64Data']],
  [13, ['UINT64', 'uint64Data']],
])

/** The datatype by ONNX's number; null of bfloat16, complex numbers, and whatever came after. */
export function datatypeOfElement(elementType: number): Datatype | null {
  return ELEMENTS.get(elementType)?.[0] ?? null
}

/** A tensor with its values, FP16 as its bits; null where there is no such datatype. */
export function readTensor(bytes: Uint8Array): Tensor | null {
  const raw = TensorProto.toObject(TensorProto.decode(bytes), DECODED) as RawTensor // true: the message above
  const [datatype, field] = ELEMENTS.get(raw.dataType) ?? []
  if (datatype === undefined || field === undefined) return null
  const shape = raw.dims.map(Number)
  if (field === 'stringData')
    return { datatype, shape, data: raw.stringData.map(text => Buffer.from(text).toString()) }
  const TypedArray: TypedArrayConstructor = DATATYPES[datatype].array ?? Uint8Array
  if (raw.rawData.length > 0) {
    const { buffer } = new Uint8Array(raw.rawData) // a copy, which is aligned
    return {
      datatype,
      shape,
      data: new TypedArray(buffer, 0, buffer.byteLength / DATATYPES[datatype].bytes),
    }
  }
  const data = new TypedArray(raw[field].length)
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array
  // true: an array of the kind takes elements of the kind
  for (const [index, value] of raw[field].entries())
    data[index] = (isBig ? BigInt(value) : Number(value)) as never
  return { datatype, shape, data }
}
