// Tensors as onnxruntime-node takes and gives them.

import type { Tensor as OnnxTensor } from 'onnxruntime-node'
import type { TensorData } from '../tensor.ts'
import { loadOnnxRuntime } from './sessions.ts'

/**
 * @param type ONNX Runtime's name of the datatype.
 * @param data The array that the datatype asks for; of float16 the bits, or numbers where JavaScript has a Float16Array.
 */
export function onnxTensor(type: string, data: TensorData, shape: readonly number[]): OnnxTensor {
  // true: as promised, and onnxruntime checks it
  const tensor = new (loadOnnxRuntime().Tensor)(type as 'float32', data as Float32Array, shape)
  // From Node 24 on it makes a Float16Array of the bits, of which its native part then sees 0 bytes: "not enough space".
  // https://github.com/microsoft/onnxruntime/pull/32323
  if (type === 'float16') Object.defineProperty(tensor, 'data', { value: bits(tensor.data as TensorData) }) // true: a typed array
  return tensor
}

/** Half precision as its bits, whatever array holds it; anything else as it is. */
export function bits(data: TensorData): TensorData {
  const isHalf = ArrayBuffer.isView(data) && data.constructor.name === 'Float16Array'
  return isHalf ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data
}
