// What swagger says of a model that is served as it is: the schema of its inputs and outputs, and an input that works.

import type { Datatype } from './datatype.ts'
import type { ModelInfo, TensorSpec } from './model-info.ts'
import type { JsonSchema } from './scoring.ts'

/** A larger sample is no use to a reader. */
const MOST_SAMPLE_ELEMENTS = 1000

/** An object of nested arrays by name. */
export function tensorsSchema(tensors: readonly TensorSpec[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(tensors.map(tensor => [tensor.name, tensorSchema(tensor)])),
    required: tensors.map(({ name }) => name),
  }
}

function tensorSchema({ datatype, shape }: TensorSpec): JsonSchema {
  const nested = shape.reduceRight<JsonSchema>(
    (items, size) => ({ type: 'array', items, ...(size < 0 ? {} : { minItems: size, maxItems: size }) }),
    { type: elementType(datatype) },
  )
  return { ...(nested as object), description: `${datatype} [${shape}], where -1 is any size` }
}

function elementType(datatype: Datatype): string {
  if (datatype === 'BYTES') return 'string'
  if (datatype === 'BOOL') return 'boolean'
  return datatype.startsWith('FP') ? 'number' : 'integer'
}

/** Zeros of the smallest shape that fits; undefined where that is too much to read, or where JSON cannot carry it. */
export function sampleOf({ inputs }: Pick<ModelInfo, 'inputs'>): unknown {
  const elements = inputs.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * Math.abs(size), 1),
    0,
  )
  if (elements > MOST_SAMPLE_ELEMENTS || inputs.some(({ datatype }) => datatype === 'FP16')) return undefined
  return Object.fromEntries(inputs.map(input => [input.name, zeros(input, 0)]))
}

function zeros(input: TensorSpec, axis: number): unknown {
  const size = input.shape[axis]
  if (size !== undefined) return Array.from({ length: Math.abs(size) }, () => zeros(input, axis + 1))
  if (input.datatype === 'BYTES') return ''
  return input.datatype === 'BOOL' ? false : 0
}
