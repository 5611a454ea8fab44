// What goes into a model that is served as it is, and what comes out of it.

import type { Tensors } from './tensor-batch.ts'

/** The input of a {@link ScoreRequest} to a model; checked against it. */
export class TensorInput {
  readonly tensors: Tensors
  /** The outputs that are wanted; null wants all. */
  readonly outputs: readonly string[] | null
  /** Rows; 1 where the model has no batch dimension. */
  readonly rows: number

  constructor(tensors: Tensors, outputs: readonly string[] | null, rows: number) {
    this.tensors = tensors
    this.outputs = outputs
    this.rows = rows
  }
}

/** The value of a {@link ScoreResult} of a model. */
export class TensorOutput {
  readonly tensors: Tensors

  constructor(tensors: Tensors) {
    this.tensors = tensors
  }
}
