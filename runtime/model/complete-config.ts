// The configuration of a model with the model's own word where it says nothing, and checked against it where it does.

import { DEFAULT_DYNAMIC_BATCHING, type DynamicBatching } from './batching-config.ts'
import { type ConfigDatatype, configNameOf } from './config-datatype.ts'
import { checkBatchSizes, type ModelConfig } from './model-config.ts'
import { ModelConfigError } from './model-config-error.ts'
import type { OutputConfig, TensorConfig } from './tensor-config.ts'

/** An input or output as the ONNX file declares it. */
export interface SignatureTensor {
  readonly name: string
  readonly datatype: ConfigDatatype
  /** With the batch dimension; -1 is dynamic. */
  readonly shape: readonly number[]
  /** Names of the dimensions where they are known: empty where a dimension is fixed or has no name. */
  readonly symbols?: readonly string[]
}

export interface ModelSignature {
  readonly inputs: readonly SignatureTensor[]
  readonly outputs: readonly SignatureTensor[]
}

export interface CompleteInput extends TensorConfig {
  readonly datatype: ConfigDatatype
  readonly dims: readonly number[]
}

export interface CompleteOutput extends CompleteInput {
  readonly labelFilename: string | null
}

export interface CompleteConfig extends ModelConfig {
  readonly name: string
  readonly maxBatchSize: number
  /** Every input of the model: first those of the configuration, in its order. */
  readonly inputs: readonly CompleteInput[]
  /** The outputs that the configuration names, in its order; all of the model's where it names none. */
  readonly outputs: readonly CompleteOutput[]
  /** Null where every request is run by itself. */
  readonly dynamicBatching: DynamicBatching | null
  /** Nobody asked for batching, the model only allows it: whether it pays is for whoever sees what a batch costs. */
  readonly batchingByDefault: boolean
}

/** The largest batch of a model whose configuration names none, as large as measured gains go. */
const DEFAULT_MAX_BATCH_SIZE = 32

/**
 * Puts what a configuration says and what its model says together.
 *
 * @param name What the model is served as.
 * @throws ModelConfigError where they contradict each other; its message has both sides
 */
export function completeConfig(config: ModelConfig, signature: ModelSignature, name: string): CompleteConfig {
  const maxBatchSize = config.maxBatchSize ?? defaultMaxBatchSize(config, signature)
  const batchingByDefault =
    config.maxBatchSize === null && config.dynamicBatching === null && maxBatchSize > 0
  const merge = new Merge(config.file, maxBatchSize)
  const inputs = merge.inputs(config.inputs, signature.inputs)
  const outputs = merge.outputs(config.outputs, signature.outputs)
  checkBatchSizes(config, maxBatchSize, (field, what) => merge.fail(field, what))
  merge.checkWarmup(config, inputs)
  return {
    ...config,
    name,
    maxBatchSize,
    inputs,
    outputs,
    dynamicBatching: batchingByDefault ? DEFAULT_DYNAMIC_BATCHING : config.dynamicBatching,
    batchingByDefault,
  }
}

/**
 * 0 where the model has no batch dimension. It has one where every first dimension is dynamic: those of the inputs by
 * one name, as far as they have names. The names of outputs tell nothing, the engine invents them.
 */
function defaultMaxBatchSize(config: ModelConfig, { inputs, outputs }: ModelSignature): number {
  const names = new Set(inputs.map(({ symbols }) => symbols?.[0] ?? '').filter(symbol => symbol !== ''))
  const dynamic = inputs.length > 0 && [...inputs, ...outputs].every(({ shape }) => shape[0] === -1)
  if (!dynamic || names.size > 1) return 0
  return namesBatchDimension(config.inputs, inputs) || namesBatchDimension(config.outputs, outputs)
    ? 0
    : DEFAULT_MAX_BATCH_SIZE
}

/** Dims that have as many dimensions as the model's shape have the first one too: their author means no batches. */
function namesBatchDimension(
  configured: readonly TensorConfig[],
  tensors: readonly SignatureTensor[],
): boolean {
  return configured.some(({ name, dims, reshape }) => {
    const rank = (reshape ?? dims)?.length
    return rank !== undefined && rank === tensors.find(tensor => tensor.name === name)?.shape.length
  })
}

type Side = 'input' | 'output'

class Merge {
  readonly #file: string | null
  readonly #maxBatchSize: number

  constructor(file: string | null, maxBatchSize: number) {
    this.#file = file
    this.#maxBatchSize = maxBatchSize
  }

  inputs(configured: readonly TensorConfig[], tensors: readonly SignatureTensor[]): readonly CompleteInput[] {
    const named = new Set(configured.map(({ name }) => name))
    const rest = tensors.filter(({ name }) => !named.has(name)).map(unsaid)
    return [...configured, ...rest].map(input => ({ ...input, ...this.#settle('input', input, tensors) }))
  }

  outputs(
    configured: readonly OutputConfig[],
    tensors: readonly SignatureTensor[],
  ): readonly CompleteOutput[] {
    const served =
      configured.length > 0 ? configured : tensors.map(tensor => ({ ...unsaid(tensor), labelFilename: null }))
    return served.map(output => ({ ...output, ...this.#settle('output', output, tensors) }))
  }

  checkWarmup({ warmup }: ModelConfig, inputs: readonly CompleteInput[]): void {
    for (const sample of warmup) {
      for (const [name, { datatype, dims }] of sample.inputs) {
        const field = `model_warmup "${sample.name}": input "${name}"`
        const input =
          inputs.find(one => one.name === name) ??
          this.fail(field, `the model has no such input${has(inputs)}`)
        this.#sameDatatype(field, datatype, input.datatype)
        if (!fits(dims, input.dims))
          this.fail(field, `it says dims [${dims}], the model takes [${input.dims}]`)
      }
      const missing = inputs.find(({ name, optional }) => !optional && !sample.inputs.has(name))
      if (missing !== undefined)
        this.fail(`model_warmup "${sample.name}"`, `it has no input "${missing.name}", which the model needs`)
    }
  }

  fail(field: string, what: string): never {
    throw new ModelConfigError({ file: this.#file, line: null, field }, what)
  }

  #settle(
    side: Side,
    { name, datatype, dims, reshape }: TensorConfig,
    tensors: readonly SignatureTensor[],
  ): Pick<CompleteInput, 'datatype' | 'dims'> {
    const field = `${side} "${name}"`
    const tensor =
      tensors.find(one => one.name === name) ??
      this.fail(field, `the model has no such ${side}${has(tensors)}`)
    this.#sameDatatype(field, datatype ?? tensor.datatype, tensor.datatype)
    const inner = this.#withoutBatch(field, tensor.shape)
    const said = reshape ?? dims ?? inner
    if (!fits(said, inner)) {
      const behind = this.#maxBatchSize > 0 ? ' behind its batch dimension' : ''
      this.fail(
        field,
        `the configuration says ${reshape === null ? 'dims' : 'reshape'} [${said}], the model has [${inner}]${behind}`,
      )
    }
    // where one of the two is dynamic and the other is not, the fixed one holds
    const settled = said.map((size, axis) => (size === -1 ? (inner[axis] ?? -1) : size))
    return { datatype: tensor.datatype, dims: reshape === null || dims === null ? settled : dims }
  }

  #sameDatatype(field: string, said: ConfigDatatype, actual: ConfigDatatype): void {
    if (said !== actual)
      this.fail(field, `the configuration says ${configNameOf(said)}, the model has ${configNameOf(actual)}`)
  }

  #withoutBatch(field: string, shape: readonly number[]): readonly number[] {
    if (this.#maxBatchSize === 0) return shape
    if (shape[0] !== -1)
      this.fail(
        'max_batch_size',
        `${this.#maxBatchSize} needs a dynamic first dimension, but the model's ${field} has the shape [${shape}]`,
      )
    return shape.slice(1)
  }
}

function unsaid({ name }: SignatureTensor): TensorConfig {
  return { name, datatype: null, dims: null, reshape: null, optional: false }
}

function fits(said: readonly number[], actual: readonly number[]): boolean {
  return (
    said.length === actual.length &&
    said.every((size, axis) => size === -1 || actual[axis] === -1 || size === actual[axis])
  )
}

function has(tensors: readonly { readonly name: string }[]): string {
  return tensors.length === 0 ? '; it has none' : `; it has ${tensors.map(({ name }) => name).join(', ')}`
}
