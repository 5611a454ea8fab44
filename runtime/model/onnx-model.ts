// context.onnx(): an ONNX model that takes and gives arrays by name.

import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { messageOf } from '../errors.ts'
import type { OnnxModel, OnnxOptions, OnnxValues } from '../score-api.ts'
import { flatten, isTypedArray, nest, shapeOf, type TensorData } from '../tensor.ts'
import { onnxTensor } from './onnx-tensor.ts'
import { createSession, sharedSession } from './sessions.ts'

type TensorType = InferenceSession.TensorValueMetadata['type']

/** What an element becomes on its way into the typed array, by ONNX Runtime's name of the datatype. */
const CONVERTERS: Partial<Record<TensorType, (flat: readonly unknown[]) => TensorData>> = {
  float32: flat => filled(new Float32Array(flat.length), flat, toNumber),
  float64: flat => filled(new Float64Array(flat.length), flat, toNumber),
  int8: flat => filled(new Int8Array(flat.length), flat, toNumber),
  int16: flat => filled(new Int16Array(flat.length), flat, toNumber),
  int32: flat => filled(new Int32Array(flat.length), flat, toNumber),
  uint8: flat => filled(new Uint8Array(flat.length), flat, toNumber),
  uint16: flat => filled(new Uint16Array(flat.length), flat, toNumber),
  uint32: flat => filled(new Uint32Array(flat.length), flat, toNumber),
  int64: flat => filled(new BigInt64Array(flat.length), flat, toBigInt),
  uint64: flat => filled(new BigUint64Array(flat.length), flat, toBigInt),
  bool: flat => filled(new Uint8Array(flat.length), flat, element => Number(Boolean(element))),
  string: flat => flat.map(String),
}

/** The public interface tells what it does. */
export class LoadedOnnxModel implements OnnxModel {
  readonly session: InferenceSession
  readonly #inputs: ReadonlyMap<string, InferenceSession.TensorValueMetadata>
  readonly #isShared: boolean
  #isReleased = false

  private constructor(session: InferenceSession, isShared: boolean) {
    this.session = session
    this.#isShared = isShared
    const tensors = session.inputMetadata.filter(input => input.isTensor)
    this.#inputs = new Map(tensors.map(input => [input.name, input]))
  }

  /**
   * @param file Absolute path of the .onnx file.
   * @param threads Of one run, where the options do not say.
   */
  static async load(file: string, threads: number, options: OnnxOptions = {}): Promise<LoadedOnnxModel> {
    const isPlain = options.session === undefined && options.threads === undefined
    const session = isPlain
      ? await sharedSession(file, threads)
      : await createSession(file, options.threads ?? threads, options.session)
    return new LoadedOnnxModel(session, isPlain)
  }

  async run(inputs: OnnxValues): Promise<OnnxValues> {
    if (this.#isReleased) throw new Error('the model was released')
    for (const name of Object.keys(inputs)) if (!this.#inputs.has(name)) throw this.#noInput(inputs)
    const feeds: Record<string, Tensor> = {}
    let typed = true
    for (const [name, metadata] of this.#inputs) {
      const value = inputs[name]
      if (value === undefined)
        throw new TypeError(
          `the input "${name}" is missing; the model has ${[...this.#inputs.keys()].join(', ')}`,
        )
      feeds[name] = this.#tensor(metadata, value)
      typed &&= isTypedArray(value)
    }
    const outputs = await this.session.run(feeds)
    const values: Record<string, unknown> = {}
    for (const name of Object.keys(outputs)) values[name] = fromTensor(outputs[name] as Tensor, typed) // true: its own key
    return values
  }

  #noInput(inputs: OnnxValues): TypeError {
    const surplus = Object.keys(inputs).filter(name => !this.#inputs.has(name))
    return new TypeError(
      `the model has no input "${surplus.join(', ')}"; it has ${[...this.#inputs.keys()].join(', ')}`,
    )
  }

  async release(): Promise<void> {
    // a shared session is not this model's alone
    if (!this.#isReleased && !this.#isShared) await this.session.release()
    this.#isReleased = true
  }

  #tensor(metadata: InferenceSession.TensorValueMetadata, value: unknown): Tensor {
    const { name, type, shape } = metadata
    try {
      if (isTypedArray(value)) return onnxTensor(type, value, fitShape(shape, value.length))
      const actual = shapeOf(value)
      requireShape(shape, actual)
      const convert = CONVERTERS[type]
      if (convert === undefined)
        throw new TypeError(`its datatype ${type} has no nested form; pass a typed array`)
      return onnxTensor(type, convert(flatten(value, actual)), actual)
    } catch (thrown) {
      throw new TypeError(`input ${name}: ${messageOf(thrown)}`, { cause: thrown })
    }
  }
}

function fromTensor(tensor: Tensor, typed: boolean): unknown {
  const data = tensor.data as TensorData // true: every datatype but those of onnxruntime-web is one of these
  if (typed) return data
  return nest(tensor.type === 'bool' ? Array.from(data, Boolean) : data, tensor.dims)
}

/** @throws RangeError where a fixed dimension differs; a dynamic one (a name, or empty) takes anything */
function requireShape(expected: readonly (number | string)[], actual: readonly number[]): void {
  const fits =
    expected.length === actual.length &&
    expected.every((size, axis) => typeof size !== 'number' || size < 0 || size === actual[axis])
  if (!fits)
    throw new RangeError(
      `its shape is [${actual}], the model expects [${expected.map(size => (typeof size === 'number' ? size : size || '?'))}]`,
    )
}

/** The model's shape with its first dynamic dimension made to hold `length` elements, and the other dynamic ones 1. */
function fitShape(expected: readonly (number | string)[], length: number): number[] {
  const dynamic = (size: number | string | undefined) => typeof size !== 'number' || size < 0
  const rest = expected.reduce<number>(
    (product, size) => product * (typeof size === 'number' && size >= 0 ? size : 1),
    1,
  )
  const first = expected.findIndex(dynamic)
  const shape = expected.map((size, axis) =>
    axis === first ? length / rest : typeof size === 'number' && size >= 0 ? size : 1,
  )
  if (shape.reduce((product, size) => product * size, 1) !== length || !shape.every(Number.isInteger)) {
    throw new RangeError(
      `${length} elements do not fit the model's shape [${expected.map(size => size || '?')}]`,
    )
  }
  return shape
}

/** As from() of its class, which asks the array for an iterator and takes twenty times as long. */
function filled<Element, Data extends { [index: number]: Element }>(
  data: Data,
  flat: readonly unknown[],
  convert: (element: unknown) => Element,
): Data {
  for (let index = 0; index < flat.length; index++) data[index] = convert(flat[index])
  return data
}

function toNumber(element: unknown): number {
  if (typeof element === 'number') return element
  if (typeof element === 'bigint' || typeof element === 'boolean') return Number(element)
  throw new TypeError(
    `it has ${element === null ? 'null' : `a ${typeof element}`} where a number was expected`,
  )
}

function toBigInt(element: unknown): bigint {
  if (typeof element === 'bigint') return element
  if (typeof element === 'number' && Number.isInteger(element)) return BigInt(element)
  throw new TypeError(
    `it has ${typeof element === 'number' ? element : `a ${typeof element}`} where a whole number was expected`,
  )
}
