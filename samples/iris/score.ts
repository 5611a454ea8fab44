// Classifies iris flowers by the length and width of their sepals and petals, in centimetres.

import type { InitContext, OnnxModel } from 'scorehost'

const SPECIES = ['setosa', 'versicolor', 'virginica']

interface Flowers {
  readonly data: number[][]
}

/** What an input must look like: anything else is answered with 400, and swagger shows it. */
export const input = {
  type: 'object',
  required: ['data'],
  properties: {
    data: {
      description: 'Sepal length and width, petal length and width of each flower, in centimetres',
      type: 'array',
      minItems: 1,
      items: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 },
    },
  },
}

/** What an answer looks like, for swagger. */
export const output = {
  type: 'object',
  required: ['classes', 'probabilities'],
  properties: {
    classes: { type: 'array', items: { enum: SPECIES } },
    probabilities: {
      description: `Of ${SPECIES.join(', ')}`,
      type: 'array',
      items: { type: 'array', items: { type: 'number' }, minItems: 3, maxItems: 3 },
    },
  },
}

/** An input that works: it is in the curl line that is printed when the service is ready. */
export const inputSample: Flowers = {
  data: [
    [5.1, 3.5, 1.4, 0.2],
    [6.7, 3.0, 5.2, 2.3],
  ],
}

/** Requests that come in while the model is busy are scored together; a lone one does not wait. */
export const batch = { maxSize: 32 }

let model: OnnxModel

export async function init(context: InitContext) {
  model = await context.onnx('iris')
}

/** The flowers of all requests in one run of the model, and then to each request its own. */
export async function runBatch(inputs: readonly Flowers[]) {
  const outputs = await model.run({ input: inputs.flatMap(({ data }) => data) })
  // true: what train.mjs gave the model as outputs
  const { label, probabilities } = outputs as { label: number[]; probabilities: number[][] }
  let end = 0
  return inputs.map(({ data }) => {
    const start = end
    end += data.length
    return {
      classes: label.slice(start, end).map(index => SPECIES[index]),
      probabilities: probabilities.slice(start, end),
    }
  })
}
