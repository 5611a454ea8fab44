// An ONNX model that is served as it is, as a scorer of tensors.

import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { DATATYPES, datatypeOfOnnx } from '../datatype.ts'
import type { TensorSpec } from '../model-info.ts'
import type {
  BatchPolicy,
  BatchShare,
  SchedulePolicy,
  ScoreRequest,
  ScoreResult,
  Scorer,
} from '../scoring.ts'
import { Statistics } from '../statistics.ts'
import type { Tensor, TensorData } from '../tensor.ts'
import { mergeTensors, splitTensors, type Tensors } from '../tensor-batch.ts'
import { TensorInput, TensorOutput } from '../tensor-request.ts'
import { loadOnnxRuntime, type OnnxRuntime } from './sessions.ts'

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** The model's own description of its inputs or outputs; what is no tensor cannot be served and is left out. */
export function signature(metadata: readonly InferenceSession.ValueMetadata[]): TensorSpec[] {
  return metadata.flatMap(value => {
    if (!value.isTensor) return []
    const datatype = datatypeOfOnnx(value.type)
    if (datatype === null) return []
    // an unnamed dynamic dimension is an empty text, a named one its name
    const shape = value.shape.map(size => (typeof size === 'number' && size >= 0 ? size : -1))
    return [{ name: value.name, datatype, shape }]
  })
}

export class OnnxScorer implements Scorer {
  readonly batching: BatchPolicy | null
  readonly schedule: SchedulePolicy
  readonly statistics = new Statistics()
  readonly #session: InferenceSession
  readonly #runtime: OnnxRuntime = loadOnnxRuntime()
  readonly #outputs: readonly string[]

  /** @param outputs Names of the outputs that can be served. */
  constructor(
    session: InferenceSession,
    outputs: readonly string[],
    batching: BatchPolicy | null,
    schedule: SchedulePolicy,
  ) {
    this.#session = session
    this.#outputs = outputs
    this.batching = batching
    this.schedule = schedule
  }

  /** Requests whose tensors differ in more than dimension 0 do not fit together. */
  shareOf(request: ScoreRequest): BatchShare {
    const { tensors, rows } = tensorInput(request)
    let key = ''
    for (const [name, { shape }] of tensors) key += `${name}:${shape.slice(1)};`
    return { rows, key }
  }

  async score(batch: readonly ScoreRequest[]): Promise<readonly ScoreResult[]> {
    const startMs = performance.now()
    const inputs = batch.map(tensorInput)
    const feeds = this.#feeds(mergeTensors(inputs.map(input => input.tensors)))
    const wanted = this.#wanted(inputs)
    const inferMs = performance.now()
    const fetched = await this.#session.run(feeds, wanted)
    const outputMs = performance.now()
    const rows = inputs.map(input => input.rows)
    const all = new Map(wanted.map(name => [name, fromOnnx(fetched[name])]))
    const parts = batch.length === 1 ? [all] : splitTensors(all, rows)
    const results = parts.map((tensors, index) => ({
      value: new TensorOutput(only(tensors, inputs[index]?.outputs ?? null)),
      status: 200,
      headers: NO_HEADERS,
    }))
    this.statistics.executed(
      rows.reduce((sum, count) => sum + count, 0),
      batch.length,
      {
        compute_input: inferMs - startMs,
        compute_infer: outputMs - inferMs,
        compute_output: performance.now() - outputMs,
      },
    )
    return results
  }

  /** The session is never released: doing so leaks, and the process ends soon. */
  async close(): Promise<void> {}

  #wanted(inputs: readonly TensorInput[]): readonly string[] {
    if (inputs.some(({ outputs }) => outputs === null)) return this.#outputs
    const asked = new Set(inputs.flatMap(({ outputs }) => outputs ?? []))
    return this.#outputs.filter(name => asked.has(name))
  }

  #feeds(tensors: Tensors): Record<string, OnnxTensor> {
    const { Tensor } = this.#runtime
    const feeds: Record<string, OnnxTensor> = {}
    // true: the row of a datatype names onnxruntime's type for just its kind of array
    for (const [name, { datatype, data, shape }] of tensors)
      feeds[name] = new Tensor(DATATYPES[datatype].onnx as 'float32', data as Float32Array, shape)
    return feeds
  }
}

/** Whoever asks an engine of a model gives it one. */
function tensorInput({ input }: ScoreRequest): TensorInput {
  if (input instanceof TensorInput) return input
  throw new TypeError('a model takes tensors')
}

function only(tensors: Tensors, names: readonly string[] | null): Tensors {
  if (names === null) return tensors
  return new Map(
    names.flatMap(name => {
      const tensor = tensors.get(name)
      return tensor === undefined ? [] : [[name, tensor]]
    }),
  )
}

function fromOnnx(tensor: OnnxTensor | undefined): Tensor {
  const datatype = datatypeOfOnnx(tensor?.type ?? '')
  if (tensor === undefined || datatype === null)
    throw new TypeError(`the model gave ${tensor?.type ?? 'nothing'} for a tensor`)
  return { datatype, shape: tensor.dims, data: bits(tensor.data as TensorData) } // true: as listed in the table
}

/** Where JavaScript has a Float16Array, onnxruntime uses it; here half precision is its bits. */
function bits(data: TensorData): TensorData {
  const isHalf = ArrayBuffer.isView(data) && data.constructor.name === 'Float16Array'
  return isHalf ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data
}
