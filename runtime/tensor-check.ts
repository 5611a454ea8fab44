// Whether the tensors of a request fit a model. The texts are those that clients of the V2 protocol look for.

import { ScorehostError } from './errors.ts'
import type { ModelInfo, TensorSpec } from './model-info.ts'
import type { Tensor } from './tensor.ts'
import type { Tensors } from './tensor-batch.ts'

/** The parts of a model that a request has to fit. */
export type ModelShape = Pick<ModelInfo, 'name' | 'inputs' | 'outputs' | 'maxBatchSize' | 'batchIsAssumed'>

/**
 * Checks inputs against the model.
 *
 * @returns rows of the request; 1 where the model has no batch dimension, or where only this request has none
 * @throws ScorehostError ERR_INPUT_SHAPE
 */
export function checkInputs(model: ModelShape, inputs: Tensors): number {
  const { name, maxBatchSize } = model
  checkNames(model, inputs)
  for (const spec of model.inputs) checkInput(name, spec, inputs.get(spec.name))
  return maxBatchSize === 0 ? 1 : checkRows(model, inputs)
}

/** The batch dimension, on which all inputs have to agree; where it is only assumed to be one, they need not. */
function checkRows({ name, maxBatchSize, batchIsAssumed }: ModelShape, inputs: Tensors): number {
  const rows = [...inputs.values()].map(({ shape }) => shape[0] ?? 0)
  const [first = 0] = rows
  const other = rows.findIndex(count => count !== first)
  if (batchIsAssumed === true) return other < 0 ? first : 1
  if (other >= 0)
    throw wrong(
      `input '${[...inputs.keys()][other]}' batch size does not match other inputs for '${name}': ${rows[other]} and ${first}`,
    )
  if (first > maxBatchSize)
    throw wrong(`inference request batch-size must be <= ${maxBatchSize} for '${name}', got ${first}`)
  return first
}

/** The number counts first: of too many inputs one is unknown as well, but clients look for the number. */
function checkNames({ name, inputs: specs }: ModelShape, inputs: Tensors): void {
  const unexpected = [...inputs.keys()].filter(given => !specs.some(spec => spec.name === given))
  const missing = specs.filter(spec => !inputs.has(spec.name)).map(spec => spec.name)
  if (inputs.size !== specs.length) {
    const counts = `expected ${specs.length} inputs but got ${inputs.size} inputs for model '${name}'`
    throw wrong(counts + listed('missing', missing) + listed('unexpected', unexpected))
  }
  if (unexpected[0] !== undefined)
    throw wrong(`unexpected inference input '${unexpected[0]}' for model '${name}'`)
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `; ${what} ${names.map(name => `'${name}'`).join(', ')}`
}

function checkInput(model: string, spec: TensorSpec, tensor: Tensor | undefined): void {
  if (tensor === undefined) return
  if (tensor.datatype !== spec.datatype)
    throw wrong(
      `inference input '${spec.name}' data-type is '${tensor.datatype}', but model '${model}' expects '${spec.datatype}'`,
    )
  const { shape } = tensor
  const fits =
    shape.length === spec.shape.length && spec.shape.every((size, axis) => size < 0 || size === shape[axis])
  if (!fits)
    throw wrong(
      `unexpected shape for input '${spec.name}' for model '${model}'. Expected [${spec.shape}], got [${shape}]`,
    )
}

/** @throws ScorehostError ERR_INPUT_SHAPE */
export function checkOutputs(model: ModelShape, outputs: readonly string[]): void {
  const seen = new Set<string>()
  for (const output of outputs) {
    if (!model.outputs.some(spec => spec.name === output))
      throw wrong(`unexpected inference output '${output}' for model '${model.name}'`)
    if (seen.has(output)) throw wrong(`output '${output}' already exists in request`)
    seen.add(output)
  }
}

function wrong(message: string): ScorehostError {
  return new ScorehostError('ERR_INPUT_SHAPE', message)
}
