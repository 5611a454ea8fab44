// samples/iris without batches: each request is a run of the model of its own.

import type { InitContext, OnnxModel } from 'scorehost'

const SPECIES = ['setosa', 'versicolor', 'virginica']

interface Flowers {
  readonly data: number[][]
}

export const input = {
  type: 'object',
  required: ['data'],
  properties: {
    data: {
      type: 'array',
      minItems: 1,
      items: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 },
    },
  },
}

let model: OnnxModel

export async function init(context: InitContext) {
  model = await context.onnx('iris')
}

export async function run({ data }: Flowers) {
  const outputs = await model.run({ input: data })
  // true: what samples/iris/train.mjs gave the model as outputs
  const { label, probabilities } = outputs as { label: number[]; probabilities: number[][] }
  return { classes: label.map(index => SPECIES[index]), probabilities }
}
