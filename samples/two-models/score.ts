// Says which iris a flower is, by one model, unless another finds that it is none.

import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type InitContext, type OnnxModel, type RunContext, reply } from 'scorehost'

const SPECIES = ['setosa', 'versicolor', 'virginica']
/** In deviations of a species; of a thousand flowers of that species, one is farther from its middle. */
const FARTHEST = 4.297

interface Input {
  readonly data: number[][]
  readonly version?: number
}

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
    version: { description: 'Of the classifier; the newest where there is none', type: 'integer' },
  },
}

export const inputSample: Input = {
  data: [
    [5.1, 3.5, 1.4, 0.2],
    [5.9, 3.0, 5.1, 1.8],
    [9.0, 9.0, 1.0, 1.0],
  ],
}

const classifiers = new Map<number, OnnxModel>()
let newest: number
let distance: OnnxModel

export async function init(context: InitContext) {
  distance = await context.onnx('distance')
  const folder = context.modelPath('species')
  newest = Number(basename(folder))
  const versions = readdirSync(dirname(folder)).filter(name => /^\d+$/.test(name))
  for (const version of versions) classifiers.set(Number(version), await context.onnx('species', version))
}

export async function run({ data, version }: Input, { query }: RunContext) {
  const wanted = version ?? query['version'] ?? newest
  const classifier = classifiers.get(Number(wanted))
  if (classifier === undefined) {
    const error = `there is no version ${wanted} of the classifier, but ${[...classifiers.keys()].join(', ')}`
    return reply({ error }, { status: 404 })
  }
  const [species, distances] = await Promise.all([
    classifier.run({ input: data }),
    distance.run({ input: data }),
  ])
  // true of both: what train.mjs gave the models as outputs
  const { label, probabilities } = species as { label: number[]; probabilities: number[][] }
  const far = distances['distances'] as number[][]
  return {
    version: Number(wanted),
    flowers: data.map((_, index) => {
      const nearest = Math.min(...(far[index] ?? []))
      if (nearest > FARTHEST) return { species: null, why: 'not an iris', distance: round(nearest) }
      return {
        species: SPECIES[label[index] ?? 0],
        probability: round(Math.max(...(probabilities[index] ?? []))),
        distance: round(nearest),
      }
    }),
  }
}

function round(value: number): number {
  return Number(value.toFixed(2))
}
