// An ONNX model that is served as it is, as a scorer of tensors.

import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { AdaptiveBatch } from '../adaptive-batch.ts'
import { DATATYPES, datatypeOfOnnx } from '../datatype.ts'
import type {
  BatchPolicy,
  BatchShare,
  SchedulePolicy,
  ScoreRequest,
  ScoreResult,
  Scorer,
} from '../scoring.ts'
import { Statistics } from '../statistics.ts'
import { elementCount, type Tensor, type TensorData } from '../tensor.ts'
import { mergeTensors, splitTensors, type Tensors } from '../tensor-batch.ts'
import { TensorInput, TensorOutput } from '../tensor-request.ts'
import { BatchProof } from './batch-proof.ts'
import type { CompleteConfig } from './complete-config.ts'
import { bits, onnxTensor } from './onnx-tensor.ts'

const NO_HEADERS: Readonly<Record<string, string>> = {}

type Part = Pick<CompleteConfig, 'inputs' | 'outputs' | 'maxBatchSize'>

export class OnnxScorer implements Scorer {
  readonly batching: BatchPolicy | null
  readonly schedule: SchedulePolicy
  readonly statistics = new Statistics()
  readonly #session: InferenceSession
  readonly #inputs: readonly string[]
  readonly #outputs: readonly string[]
  readonly #isBatched: boolean
  readonly #proof = new BatchProof()
  #hasGivenUp = false
  readonly #warn: (text: string) => void
  /** Requests so far in which dimension 0 was not the batch. */
  #alone = 0
  /** By input name: the shape behind the batch dimension that the model takes, where clients see another. */
  readonly #reshapeInputs: ReadonlyMap<string, readonly number[]>
  readonly #reshapeOutputs: ReadonlyMap<string, readonly number[]>

  constructor(
    session: InferenceSession,
    config: Part,
    batching: BatchPolicy | null,
    schedule: SchedulePolicy,
    warn: (text: string) => void,
  ) {
    this.#warn = warn
    this.#session = session
    this.#inputs = config.inputs.map(({ name }) => name)
    this.#outputs = config.outputs.map(({ name }) => name)
    this.#isBatched = config.maxBatchSize > 0
    this.#reshapeInputs = new Map(
      config.inputs.flatMap(({ name, reshape }) => (reshape === null ? [] : [[name, reshape]])),
    )
    this.#reshapeOutputs = new Map(
      config.outputs.flatMap(({ name, reshape, dims }) => (reshape === null ? [] : [[name, dims]])),
    )
    this.batching = batching
    this.schedule = schedule
  }

  /** Requests whose tensors differ in more than dimension 0 do not fit together; one whose own tensors differ there fits none. */
  shareOf(request: ScoreRequest): BatchShare {
    const { tensors, rows } = tensorInput(request)
    const isBatch = [...tensors.values()].every(({ shape }) => shape[0] === rows)
    let key = isBatch ? '' : `alone ${++this.#alone}: `
    // in the order of the model: clients send inputs in any
    for (const name of this.#inputs) key += `${name}:${tensors.get(name)?.shape.slice(1)};`
    return { rows, key }
  }

  async score(batch: readonly ScoreRequest[]): Promise<readonly ScoreResult[]> {
    const startMs = performance.now()
    const inputs = batch.map(tensorInput)
    const merged = mergeTensors(inputs.map(input => input.tensors))
    const inferMs = performance.now()
    const wanted = this.#wanted(inputs)
    const all = await this.run(merged, wanted)
    const outputMs = performance.now()
    const rows = inputs.map(input => input.rows)
    const parts = batch.length === 1 ? [all] : await this.#parts(all, inputs, wanted)
    const results = parts.map((tensors, index) => ({
      value: new TensorOutput(only(tensors, inputs[index]?.outputs ?? null)),
      status: 200,
      headers: NO_HEADERS,
    }))
    const total = rows.reduce((sum, count) => sum + count, 0)
    if (this.batching instanceof AdaptiveBatch) this.batching.observe(total, outputMs - startMs)
    this.statistics.executed(total, batch.length, {
      compute_input: inferMs - startMs,
      compute_infer: outputMs - inferMs,
      compute_output: performance.now() - outputMs,
    })
    return results
  }

  /**
   * Runs the model once.
   *
   * @param wanted Names of the outputs to compute; null computes all.
   */
  async run(tensors: Tensors, wanted: readonly string[] | null): Promise<Tensors> {
    const feeds: Record<string, OnnxTensor> = {}
    for (const [name, { datatype, data, shape }] of tensors)
      feeds[name] = onnxTensor(
        DATATYPES[datatype].onnx,
        data,
        this.#reshape(shape, this.#reshapeInputs.get(name)),
      )
    const names = wanted ?? this.#outputs
    const fetched = await this.#session.run(feeds, names)
    return new Map(
      names.map(name => {
        const tensor = fromOnnx(name, fetched[name])
        return [name, { ...tensor, shape: this.#reshape(tensor.shape, this.#reshapeOutputs.get(name)) }]
      }),
    )
  }

  /** The session is never released: doing so leaks, and the process ends soon. */
  async close(): Promise<void> {}

  /**
   * What each request of a batch gets: its rows of the outputs. Where nobody said that there is a batch dimension it is what the
   * request gets alone, until that has proven to be the same.
   *
   * @throws RangeError where the outputs do not have the rows of the batch
   */
  async #parts(
    all: Tensors,
    inputs: readonly TensorInput[],
    wanted: readonly string[] | null,
  ): Promise<readonly Tensors[]> {
    const parts = this.#split(all, inputs)
    const requests = inputs.map(({ tensors }) => tensors)
    if (!(this.batching instanceof AdaptiveBatch && this.#proof.isNeededFor(requests))) return parts
    const alone: Tensors[] = []
    for (const request of requests) alone.push(await this.run(request, wanted))
    if (!this.#proof.holds(requests, parts, alone))
      this.#giveUp('a batch gave other outputs than its requests alone')
    return alone
  }

  #split(all: Tensors, inputs: readonly TensorInput[]): readonly Tensors[] {
    try {
      return splitTensors(
        all,
        inputs.map(({ rows }) => rows),
      )
    } catch (thrown) {
      this.#giveUp('the outputs of a batch do not have its rows')
      throw thrown
    }
  }

  #giveUp(why: string): void {
    if (!(this.batching instanceof AdaptiveBatch) || this.#hasGivenUp) return
    this.#hasGivenUp = true
    this.batching.giveUp()
    this.#warn(
      `${why}: dimension 0 is no batch, and requests are run one by one; max_batch_size in the configuration decides it`,
    )
  }

  #wanted(inputs: readonly TensorInput[]): readonly string[] | null {
    if (inputs.some(({ outputs }) => outputs === null)) return null
    const asked = new Set(inputs.flatMap(({ outputs }) => outputs ?? []))
    return this.#outputs.filter(name => asked.has(name))
  }

  /** @param inner The shape behind the batch dimension; at most one of it is dynamic, and takes what is left. */
  #reshape(shape: readonly number[], inner: readonly number[] | undefined): readonly number[] {
    if (inner === undefined) return shape
    const known = this.#isBatched ? [shape[0] ?? 0, ...inner] : inner
    const fixed = elementCount(known.filter(size => size >= 0))
    return known.map(size => (size >= 0 ? size : fixed === 0 ? 0 : elementCount(shape) / fixed))
  }
}

/** Whoever asks an engine of a model gives it one. */
function tensorInput({ input }: ScoreRequest): TensorInput {
  if (input instanceof TensorInput) return input
  throw new TypeError('a model takes tensors')
}

function only(tensors: Tensors, names: readonly string[] | null): Tensors {
  if (names === null) return tensors
  return new Map([...tensors].filter(([name]) => names.includes(name)))
}

function fromOnnx(name: string, tensor: OnnxTensor | undefined): Tensor {
  const datatype = datatypeOfOnnx(tensor?.type ?? '')
  if (tensor === undefined || datatype === null)
    throw new TypeError(`the model gave ${tensor?.type ?? 'nothing'} for its output ${name}`)
  return { datatype, shape: tensor.dims, data: bits(tensor.data as TensorData) } // true: as listed in the table
}
