// The score module: init() runs once when a worker starts, run() answers each request.

import type { InitContext, RunContext } from 'scorehost'

interface Input {
  readonly data: readonly (readonly number[])[]
}

/** What an input must look like, as a JSON Schema: any other input is answered with 400, and swagger shows it. */
export const input = {
  type: 'object',
  required: ['data'],
  properties: {
    data: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
  },
}

/** An input that works: `scorehost check` scores it. */
export const inputSample: Input = {
  data: [
    [5.1, 3.5, 1.4, 0.2],
    [6.7, 3.0, 5.2, 2.3],
  ],
}

// An ONNX model in ./azureml-models/NAME/1/model.onnx is loaded once and run for each request:
//
//   import type { OnnxModel } from 'scorehost'
//   let model: OnnxModel
//   in init():  model = await context.onnx('NAME')
//   in run():   return model.run({ input: input.data })   with the names of the model's own inputs

export async function init(context: InitContext) {
  context.log.info(`models are looked for in ${context.modelDir}`)
}

export async function run(input: Input, context: RunContext) {
  context.log.debug({ rows: input.data.length }, 'scoring')
  return { sums: input.data.map(row => row.reduce((sum, value) => sum + value, 0)) }
}
