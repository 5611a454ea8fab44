// The requests that a configuration has a model answer before any client's.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBinaryTensor } from '../binary-tensor.ts'
import { DATATYPES, type Datatype, isDatatype, type TypedArrayConstructor } from '../datatype.ts'
import { elementCount, type Tensor, type TensorData } from '../tensor.ts'
import type { CompleteConfig } from './complete-config.ts'
import type { OnnxScorer } from './onnx-scorer.ts'
import type { WarmupInput } from './warmup-config.ts'

/** Of the random elements: what fits every datatype. */
const RANDOM_BELOW = 127

/**
 * @param folder The folder that the configuration is in.
 * @throws where the model fails on one of them
 */
export async function warmUp(
  scorer: OnnxScorer,
  { warmup, maxBatchSize }: CompleteConfig,
  folder: string | null,
): Promise<void> {
  for (const { batchSize, count, inputs } of warmup) {
    const tensors = new Map(
      [...inputs].map(([name, input]) => {
        const shape = maxBatchSize > 0 ? [batchSize, ...input.dims] : input.dims
        return [name, tensorOf(name, input, shape, folder)]
      }),
    )
    for (let round = 0; round < count; round++) await scorer.run(tensors, null)
  }
}

function tensorOf(name: string, input: WarmupInput, shape: readonly number[], folder: string | null): Tensor {
  const { datatype, fill } = input
  if (!isDatatype(datatype)) throw new TypeError(`input '${name}': ${datatype} cannot be served`)
  const data =
    typeof fill === 'string'
      ? filled(datatype, elementCount(shape), fill)
      : readBinaryTensor(
          readFileSync(join(folder ?? '', 'warmup', fill.file)),
          datatype,
          shape,
          `input '${name}'`,
        )
  return { datatype, shape, data }
}

function filled(datatype: Datatype, count: number, fill: 'zero' | 'random'): TensorData {
  const row = DATATYPES[datatype]
  if (row.array === null) return Array.from({ length: count }, () => '')
  const TypedArray: TypedArrayConstructor = row.array
  const data = new TypedArray(count)
  if (fill === 'zero') return data
  const most = datatype === 'BOOL' ? 2 : RANDOM_BELOW
  for (let index = 0; index < count; index++) {
    const value = Math.floor(Math.random() * most)
    data[index] = typeof data[index] === 'bigint' ? BigInt(value) : value
  }
  return data
}
