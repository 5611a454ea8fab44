// What a service tells of its models.

import type { Datatype } from './datatype.ts'

/** An input or output of a model. */
export interface TensorSpec {
  readonly name: string
  readonly datatype: Datatype
  /** With the batch dimension, where the model has one; -1 is dynamic. */
  readonly shape: readonly number[]
}

/** One version of a model in the model folder. */
export interface ModelState {
  readonly name: string
  readonly version: string
  readonly state: 'READY' | 'UNAVAILABLE'
  /** Why it could not be loaded; empty where it is ready, and where nobody wanted it. */
  readonly reason: string
}

/** A model that is loaded. */
export interface ModelInfo {
  readonly name: string
  readonly version: string
  /** Every version that is loaded, by number. */
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Most rows of a request and of a batch; 0 where the model has no batch dimension. */
  readonly maxBatchSize: number
  /**
   * Nobody said that dimension 0 is the batch, it only can be: a request to which it is not, or that has more rows than a
   * batch may have, is run by itself.
   */
  readonly batchIsAssumed?: boolean
  /** By output name: a label for each of its elements, for classification. */
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** Its configuration, as the V2 protocol shows it. */
  readonly config: object
}
