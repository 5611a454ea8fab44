// Classifies iris flowers by the length and width of their sepals and petals, in centimetres.

import type { InitContext, OnnxModel } from 'scorehost'

const SPECIES = ['setosa', 'versicolor', 'virginica']

let model: OnnxModel

/** An input that works: it is in the curl line that is printed when the service is ready. */
export const inputSample = {
  data: [
    [5.1, 3.5, 1.4, 0.2],
    [6.7, 3.0, 5.2, 2.3],
  ],
}

export async function init(context: InitContext) {
  model = await context.onnx('iris')
}

export async function run(input: typeof inputSample) {
  const { label, probabilities } = await model.run({ input: input.data })
  return { classes: (label as number[]).map(index => SPECIES[index]), probabilities }
}
