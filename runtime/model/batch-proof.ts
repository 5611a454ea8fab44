// Whether a batch gives each request what it would have got alone: seen by trying, where nobody said that dimension 0 is a batch.

import type { Tensor } from '../tensor.ts'
import type { Tensors } from '../tensor-batch.ts'
import { equalTensor, likeTensor } from '../tensor-likeness.ts'

/** Requests that are all alike prove less, but more of them would prove no more. */
const BATCHES_ALIKE = 4
const BATCHES_OF_DIFFERENT = 4

/**
 * A dynamic first dimension that is no batch: a second operand with a first dimension of its own, indices into all of the input,
 * a sum or softmax along it. Such outputs often have as many rows as the batch, so counting them does not tell.
 */
export class BatchProof {
  #alike = 0
  #different = 0

  /** True while a batch should be compared with its requests run alone. */
  isNeededFor(requests: readonly Tensors[]): boolean {
    if (this.#different >= BATCHES_OF_DIFFERENT) return false
    return this.#alike < BATCHES_ALIKE || !areAlike(requests)
  }

  /** @returns false where a request got from the batch what it does not get alone */
  holds(requests: readonly Tensors[], fromBatch: readonly Tensors[], alone: readonly Tensors[]): boolean {
    if (areAlike(requests)) this.#alike += 1
    else this.#different += 1
    return alone.every((own, index) => all(own, fromBatch[index], likeTensor))
  }
}

function areAlike([first, ...others]: readonly Tensors[]): boolean {
  return first === undefined || others.every(one => all(first, one, equalTensor))
}

function all(a: Tensors, b: Tensors | undefined, areSame: (a: Tensor, b: Tensor) => boolean): boolean {
  return [...a].every(([name, tensor]) => {
    const other = b?.get(name)
    return other !== undefined && areSame(tensor, other)
  })
}
