// The iris model as a user without a runtime would score it: what the baselines have in common.

import { fileURLToPath } from 'node:url'
import { Tensor } from 'onnxruntime-node'
import { createSession } from './session.ts'

const MODEL = fileURLToPath(
  new URL('../../../samples/iris/azureml-models/iris/1/model.onnx', import.meta.url),
)
const SPECIES = ['setosa', 'versicolor', 'virginica']
const FEATURES = 4

export interface IrisInput {
  /** `[batch, 4]` */
  readonly data: number[][]
}

export interface IrisOutput {
  readonly classes: readonly (string | undefined)[]
  /** `[batch, 3]` */
  readonly probabilities: readonly (readonly number[])[]
}

/** Loads the model. */
export async function loadIris(): Promise<(input: IrisInput) => Promise<IrisOutput>> {
  const session = await createSession(MODEL)
  return async ({ data }) => {
    const input = new Tensor('float32', Float32Array.from(data.flat()), [data.length, FEATURES])
    const { label, probabilities } = await session.run({ input })
    const classes = Array.from(label?.data as BigInt64Array, index => SPECIES[Number(index)]) // true: the model says INT64
    const flat = probabilities?.data as Float32Array // true: the model says FP32
    const width = SPECIES.length
    return {
      classes,
      probabilities: data.map((_, row) => [...flat.subarray(row * width, (row + 1) * width)]),
    }
  }
}
