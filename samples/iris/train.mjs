// Trains the model of this sample: multinomial logistic regression by gradient descent, on Fisher's Iris data.
//
//   node samples/iris/train.mjs
//
// prints the accuracy on the held-out rows and writes azureml-models/iris/1/model.onnx. Needs `npm ci` once.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constant, encodeModel, FLOAT, INT64, node, value } from '../training/onnx.mjs'

const here = path => new URL(path, import.meta.url)
const SPECIES = ['setosa', 'versicolor', 'virginica']
const FEATURES = 4
const STEPS = 20_000
const LEARNING_RATE = 0.5
const WEIGHT_DECAY = 1e-3

const rows = readFileSync(here('iris.csv'), 'utf8').trim().split('\n').slice(1)
const samples = rows.map(row => {
  const cells = row.split(',')
  return { x: cells.slice(0, FEATURES).map(Number), y: SPECIES.indexOf(cells[FEATURES]) }
})
// every fifth row of each species is held out; the file is sorted by species
const train = samples.filter((_, index) => index % 5 !== 4)
const test = samples.filter((_, index) => index % 5 === 4)

const mean = column => train.reduce((sum, { x }) => sum + x[column], 0) / train.length
const means = Array.from({ length: FEATURES }, (_, column) => mean(column))
const deviations = means.map((m, column) =>
  Math.sqrt(train.reduce((sum, { x }) => sum + (x[column] - m) ** 2, 0) / train.length),
)
const standardise = x => x.map((feature, column) => (feature - means[column]) / deviations[column])

function softmax(scores) {
  const largest = Math.max(...scores)
  const powers = scores.map(score => Math.exp(score - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map(power => power / sum)
}

const weights = SPECIES.map(() => new Array(FEATURES).fill(0))
const biases = SPECIES.map(() => 0)
const predict = x =>
  softmax(
    SPECIES.map(
      (_, k) => biases[k] + x.reduce((sum, feature, column) => sum + feature * weights[k][column], 0),
    ),
  )

const standardised = train.map(({ x, y }) => ({ x: standardise(x), y }))
for (let step = 0; step < STEPS; step++) {
  const gradients = SPECIES.map(() => new Array(FEATURES + 1).fill(0))
  for (const { x, y } of standardised) {
    for (const [k, probability] of predict(x).entries()) {
      const error = (probability - (k === y ? 1 : 0)) / train.length
      for (let column = 0; column < FEATURES; column++) gradients[k][column] += error * x[column]
      gradients[k][FEATURES] += error
    }
  }
  for (const [k, gradient] of gradients.entries()) {
    for (let column = 0; column < FEATURES; column++) {
      weights[k][column] -= LEARNING_RATE * (gradient[column] + WEIGHT_DECAY * weights[k][column])
    }
    biases[k] -= LEARNING_RATE * gradient[FEATURES]
  }
}

const correct = test.filter(({ x, y }) => {
  const probabilities = predict(standardise(x))
  return probabilities.indexOf(Math.max(...probabilities)) === y
}).length
console.log(`accuracy on ${test.length} held-out flowers: ${((100 * correct) / test.length).toFixed(1)} %`)

// the standardisation is folded into the weights, so the model takes centimetres
const foldedWeights = Array.from({ length: FEATURES }, (_, column) =>
  SPECIES.map((_, k) => weights[k][column] / deviations[column]),
).flat()
const foldedBiases = SPECIES.map(
  (_, k) =>
    biases[k] -
    weights[k].reduce((sum, weight, column) => sum + (weight * means[column]) / deviations[column], 0),
)

const model = encodeModel('iris', {
  nodes: [
    node('Gemm', ['input', 'weights', 'biases'], ['scores']),
    node('Softmax', ['scores'], ['probabilities'], { axis: 1 }),
    node('ArgMax', ['probabilities'], ['label'], { axis: 1, keepdims: 0 }),
  ],
  constants: [
    constant('weights', [FEATURES, SPECIES.length], foldedWeights),
    constant('biases', [SPECIES.length], foldedBiases),
  ],
  inputs: [value('input', FLOAT, ['batch', FEATURES])],
  outputs: [value('label', INT64, ['batch']), value('probabilities', FLOAT, ['batch', SPECIES.length])],
})
mkdirSync(here('azureml-models/iris/1/'), { recursive: true })
writeFileSync(here('azureml-models/iris/1/model.onnx'), model)
console.log(`wrote azureml-models/iris/1/model.onnx, ${model.length} bytes`)
