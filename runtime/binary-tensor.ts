// The data of a tensor as bytes: little-endian, row-major, and of BYTES each element behind its length.
// Typed arrays are taken for little-endian, as they are on every platform that ONNX Runtime is built for.

import { isUtf8 } from 'node:buffer'
import { DATATYPES, type Datatype, type TypedArrayConstructor } from './datatype.ts'
import { ScorehostError } from './errors.ts'
import { elementCount, isTypedArray, type Tensor, type TensorData } from './tensor.ts'

const LENGTH_BYTES = 4
/** What decoding puts where bytes are not UTF-8. */
const REPLACEMENT = '\ufffd'

/**
 * The elements that the bytes are: a view of them where they are aligned, else a copy.
 *
 * @param bytes All of the tensor, and nothing else.
 * @param label What messages begin with: `input 'x'`.
 * @throws ScorehostError ERR_INPUT_SHAPE where they are not as many as the shape takes; ERR_INPUT_MALFORMED
 */
export function readBinaryTensor(
  bytes: Buffer,
  datatype: Datatype,
  shape: readonly number[],
  label: string,
): TensorData {
  const count = elementCount(shape)
  const row = DATATYPES[datatype]
  if (row.array === null) return readTexts(bytes, count, shape, label)
  if (bytes.length !== count * row.bytes)
    throw new ScorehostError(
      'ERR_INPUT_SHAPE',
      `${label}: its binary data has ${bytes.length} bytes, its shape [${shape}] of ${datatype} takes ${count * row.bytes}`,
    )
  if (datatype === 'BOOL') requireBooleans(bytes, label)
  const TypedArray: TypedArrayConstructor = row.array
  if (bytes.byteOffset % row.bytes === 0) return new TypedArray(bytes.buffer, bytes.byteOffset, count)
  return new TypedArray(new Uint8Array(bytes).buffer, 0, count)
}

/** A byte that is neither 0 nor 1 is no C++ bool, and what the engine makes of it is undefined. */
function requireBooleans(bytes: Buffer, label: string): void {
  const wrong = bytes.findIndex(byte => byte > 1)
  if (wrong >= 0)
    throw new ScorehostError(
      'ERR_INPUT_MALFORMED',
      `${label}: element ${wrong} must be a byte of 0 or 1, found ${bytes[wrong]}`,
    )
}

function readTexts(bytes: Buffer, count: number, shape: readonly number[], label: string): readonly string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH_BYTES
    const length = start <= bytes.length ? bytes.readUInt32LE(at) : 0
    const end = start + length
    if (end > bytes.length)
      throw new ScorehostError(
        'ERR_INPUT_MALFORMED',
        `${label}: element ${texts.length} goes to byte ${end} of its binary data, which has ${bytes.length}`,
      )
    texts.push(decodeText(bytes.subarray(start, end), `${label}: element ${texts.length}`))
    at = end
  }
  if (texts.length !== count)
    throw new ScorehostError(
      'ERR_INPUT_SHAPE',
      `${label}: its binary data has ${texts.length} elements, its shape [${shape}] has ${count}`,
    )
  return texts
}

/**
 * One element of BYTES.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED where ONNX Runtime would alter it: it cuts at NUL, and replaces what is not UTF-8
 */
export function decodeText(bytes: Buffer, label: string): string {
  const text = bytes.toString('utf8')
  if (text.includes(REPLACEMENT) && !isUtf8(bytes))
    throw new ScorehostError('ERR_INPUT_MALFORMED', `${label} is not UTF-8`)
  if (text.includes('\0'))
    throw new ScorehostError('ERR_INPUT_MALFORMED', `${label} has a NUL character, which BYTES cannot carry`)
  return text
}

/** The bytes of the data: a view of it, but of BYTES new ones. */
export function encodeBinaryTensor({ data }: Pick<Tensor, 'data'>): Buffer {
  if (isTypedArray(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const lengths = data.map(text => Buffer.byteLength(text))
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0))
  let at = 0
  for (const [index, text] of data.entries()) {
    at = bytes.writeUInt32LE(lengths[index] ?? 0, at)
    at += bytes.write(text, at)
  }
  return bytes
}
