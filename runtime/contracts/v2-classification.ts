// The classification extension: an output as its best classes, in words.

import { ScorehostError } from '../errors.ts'
import type { ModelInfo } from '../model-info.ts'
import { elementCount, type Tensor } from '../tensor.ts'

const DECIMALS = 6

/**
 * The `count` highest elements of each row, highest first, as `"score:index[:label]"`.
 *
 * @param tensor `[batch, …]`, or `[…]` of a model without a batch dimension.
 * @returns BYTES `[batch, count]`, or `[count]`
 * @throws ScorehostError ERR_INPUT_SHAPE where the output has no numbers
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md
 */
export function classify(name: string, tensor: Tensor, count: number, info: ModelInfo): Tensor {
  const { datatype, shape } = tensor
  if (datatype === 'BYTES' || datatype === 'BOOL' || datatype === 'FP16')
    throw new ScorehostError(
      'ERR_INPUT_SHAPE',
      `class result not available for output '${name}' due to unsupported type '${datatype}'`,
    )
  const isBatched = info.maxBatchSize > 0
  const rows = isBatched ? (shape[0] ?? 0) : 1
  const values = Array.from<unknown, number>(tensor.data, Number)
  const size = elementCount(isBatched ? shape.slice(1) : shape)
  const labels = info.labels[name] ?? []
  const data = Array.from({ length: rows }, (_, row) =>
    best(values.slice(row * size, (row + 1) * size), count, labels),
  )
  const taken = Math.min(count, size)
  return { datatype: 'BYTES', shape: isBatched ? [rows, taken] : [taken], data: data.flat() }
}

function best(row: readonly number[], count: number, labels: readonly string[]): string[] {
  const order = row
    .map((score, index) => ({ score, index }))
    .toSorted((a, b) => rankOf(b.score) - rankOf(a.score))
  return order.slice(0, count).map(({ score, index }) => {
    const label = labels[index]
    return `${score.toFixed(DECIMALS)}:${index}${label === undefined ? '' : `:${label}`}`
  })
}

/** What is no number is no good score; compared as it is, it would leave the others unsorted. */
function rankOf(score: number): number {
  return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
}
