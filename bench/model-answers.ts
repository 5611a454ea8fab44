// What a model itself says, and whether a contestant says the same.

import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Runner } from './load-sample.ts'
import type { Floats, TensorRequest } from './tensor-requests.ts'

export type TensorRunner = Runner & TensorRequest

export interface ModelAnswer {
  /** An input of one row. */
  readonly tensor: Floats
  /** The name of the output that is looked at. */
  readonly output: string
  readonly expected: Float32Array
}

const TOLERANCE = 1e-4

/** @param file Of a model with one tensor as its input. */
export async function askModel(file: string): Promise<ModelAnswer> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 })
  const [input] = session.inputMetadata
  const output = session.outputMetadata.find(one => one.isTensor && one.type === 'float32')?.name ?? ''
  if (input?.isTensor !== true) throw new TypeError(`${file} has no tensor as its input`)
  const shape = input.shape.map(size => (typeof size === 'number' && size > 0 ? size : 1))
  const count = shape.reduce((product, size) => product * size, 1)
  // numbers of 17 digits as JSON, as those of a real picture have
  const data = Float32Array.from({ length: count }, (_, index) => Math.abs(Math.sin(index + 1)))
  const outputs = await session.run({ [input.name]: new Tensor('float32', data, shape) })
  const expected = outputs[output]?.data as Float32Array // true: it was chosen for its type
  return { tensor: { name: input.name, shape, data }, output, expected }
}

/** @throws Error where it does not give what the model gives */
export async function requireAnswer(
  { name, url, headers, body, readAnswer }: TensorRunner,
  { output, expected }: ModelAnswer,
): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const start = bytes.subarray(0, 300)
  if (!answer.ok) throw new Error(`${name} answers ${answer.status} ${start}`)
  const found = readAnswer(bytes, answer.headers, output)
  const isRight =
    found.length === expected.length &&
    found.every((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)) <= TOLERANCE)
  if (!isRight) throw new Error(`${name} gives ${found.slice(0, 5)}… in place of ${expected.slice(0, 5)}…`)
}

/** Of the V2 protocol. */
export function inferUrl(server: string, model: string): string {
  return `${server}/v2/models/${model}/infer`
}
