// Models made less particular: the first dimension of every input and output is left open, as that of a batch is.

import protobuf from 'protobufjs'

const LENGTH_DELIMITED = 2

// Field numbers on the way to a dimension, from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const GRAPH = 7
const INPUT = 11
const OUTPUT = 12
const TYPE = 2
const TENSOR_TYPE = 1
const SHAPE = 2
const DIMENSION = 1

/** The bytes of the same model, which takes and gives more shapes. */
export function openFirstDimensions(model: Uint8Array): Uint8Array {
  const openValue = (value: Uint8Array) =>
    rewrite(value, [TYPE], type =>
      rewrite(type, [TENSOR_TYPE], tensor =>
        rewrite(tensor, [SHAPE], shape =>
          // a dimension that says nothing is one of any size, which has no name
          rewrite(shape, [DIMENSION], (size, index) => (index === 0 ? new Uint8Array() : size)),
        ),
      ),
    )
  return rewrite(model, [GRAPH], graph => rewrite(graph, [INPUT, OUTPUT], openValue))
}

/** The message with other bytes in some of its fields; what `change` gets beside them counts up. */
function rewrite(
  message: Uint8Array,
  fields: readonly number[],
  change: (bytes: Uint8Array, index: number) => Uint8Array,
): Uint8Array {
  const reader = protobuf.Reader.create(message)
  const parts: Uint8Array[] = []
  let index = 0
  while (reader.pos < reader.len) {
    const start = reader.pos
    const tag = reader.uint32()
    if (tag % 8 === LENGTH_DELIMITED && fields.includes(tag >>> 3)) {
      const changed = change(reader.bytes(), index)
      parts.push(protobuf.Writer.create().uint32(tag).bytes(changed).finish())
      index += 1
    } else {
      reader.skipType(tag % 8)
      parts.push(message.subarray(start, reader.pos))
    }
  }
  return Buffer.concat(parts)
}
