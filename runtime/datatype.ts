// The datatypes of tensors, under the names of the V2 protocol and of ONNX Runtime.

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** As each of their constructors can be called. */
export interface TypedArrayConstructor {
  new (length: number): TypedArray
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray
}

interface DatatypeRow {
  /** Of one element; 0 where elements differ in length. */
  readonly bytes: number
  /** What holds the elements; null is a plain array of strings. */
  readonly array: TypedArrayConstructor | null
  /** ONNX Runtime's name. */
  readonly onnx: string
}

/**
 * BOOL is one byte of 0 or 1, FP16 the raw bits, BYTES text. BF16 has no row: ONNX Runtime has no such tensor on the CPU in Node.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export const DATATYPES = {
  BOOL: { bytes: 1, array: Uint8Array, onnx: 'bool' },
  UINT8: { bytes: 1, array: Uint8Array, onnx: 'uint8' },
  UINT16: { bytes: 2, array: Uint16Array, onnx: 'uint16' },
  UINT32: { bytes: 4, array: Uint32Array, onnx: 'uint32' },
  UINT64: { bytes: 8, array: BigUint64Array, onnx: 'uint64' },
  INT8: { bytes: 1, array: Int8Array, onnx: 'int8' },
  INT16: { bytes: 2, array: Int16Array, onnx: 'int16' },
  INT32: { bytes: 4, array: Int32Array, onnx: 'int32' },
  INT64: { bytes: 8, array: BigInt64Array, onnx: 'int64' },
  FP16: { bytes: 2, array: Uint16Array, onnx: 'float16' },
  FP32: { bytes: 4, array: Float32Array, onnx: 'float32' },
  FP64: { bytes: 8, array: Float64Array, onnx: 'float64' },
  BYTES: { bytes: 0, array: null, onnx: 'string' },
} as const satisfies Record<string, DatatypeRow>

export type Datatype = keyof typeof DATATYPES

export function isDatatype(name: string): name is Datatype {
  return Object.hasOwn(DATATYPES, name)
}

const BY_ONNX_NAME: ReadonlyMap<string, Datatype> = new Map(
  Object.entries(DATATYPES).map(([name, { onnx }]) => [onnx, name as Datatype]), // true: a key of the table
)

/** The datatype that ONNX Runtime calls so; null where there is none. */
export function datatypeOfOnnx(name: string): Datatype | null {
  return BY_ONNX_NAME.get(name) ?? null
}
