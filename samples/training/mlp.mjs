// A small neural network, trained by Adam on one core in seconds: layers with a ReLU between them, and a softmax at the end.

import { normal, shuffle } from './random.mjs'
import { softmax } from './softmax.mjs'

/** @see https://arxiv.org/abs/1412.6980 */
const DECAY_1 = 0.9
const DECAY_2 = 0.999
const EPSILON = 1e-8

/**
 * Trains a network on samples `{x, y}`.
 *
 * @param sizes Inputs, units of each hidden layer, classes.
 * @param options `epochs`, `batchSize`, `learningRate` (falls to 0 over the epochs), `random`, and `vary(x)`, which gives what
 *   is learnt in place of `x`: each epoch sees other variants.
 * @returns `layers` of `{weights, biases}`, weights [inputs, outputs] row-major, and `predict(x)`, the probabilities.
 */
export function trainMlp(samples, sizes, { epochs, batchSize, learningRate, random, vary = x => x }) {
  const layers = sizes.slice(1).map((outputs, index) => newLayer(sizes[index], outputs, random))
  const order = samples.slice()
  const steps = epochs * Math.ceil(order.length / batchSize)
  let step = 0
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.slice(start, start + batchSize)
      for (const { x, y } of batch) backward(layers, vary(x), y, 1 / batch.length)
      step++
      const rate = (learningRate * (1 + Math.cos((Math.PI * step) / steps))) / 2
      for (const layer of layers) adam(layer, rate, step)
    }
  }
  return { layers, predict: x => softmax(Array.from(forward(layers, x).at(-1))) }
}

/** Weights as He et al. start them, for layers with a ReLU. */
function newLayer(inputs, outputs, random) {
  const parameters = inputs * outputs + outputs
  const values = new Float64Array(parameters)
  for (let index = 0; index < inputs * outputs; index++)
    values[index] = normal(random) * Math.sqrt(2 / inputs)
  return {
    inputs,
    outputs,
    weights: values.subarray(0, inputs * outputs),
    biases: values.subarray(inputs * outputs),
    values,
    gradients: new Float64Array(parameters),
    means: new Float64Array(parameters),
    squares: new Float64Array(parameters),
  }
}

/** The input, and what each layer makes of it; the last is scores, the others are behind their ReLU. */
function forward(layers, x) {
  const activations = [Float64Array.from(x)]
  for (const [index, { inputs, outputs, weights, biases }] of layers.entries()) {
    const sums = Float64Array.from(biases)
    for (let from = 0; from < inputs; from++) {
      const activation = activations[index][from]
      if (activation === 0) continue
      for (let to = 0; to < outputs; to++) sums[to] += activation * weights[from * outputs + to]
    }
    activations.push(index === layers.length - 1 ? sums : sums.map(sum => Math.max(0, sum)))
  }
  return activations
}

/** Adds one sample's gradient of the cross-entropy to each layer's. */
function backward(layers, x, y, share) {
  const activations = forward(layers, x)
  const last = softmax(Array.from(activations.at(-1)))
  let errors = Float64Array.from(last, (probability, k) => (probability - (k === y ? 1 : 0)) * share)
  for (let index = layers.length - 1; index >= 0; index--) {
    errors = propagate(layers[index], activations[index], errors)
  }
}

/** @returns The errors of the layer before, 0 where its ReLU is. */
function propagate({ inputs, outputs, weights, gradients }, activations, errors) {
  const before = new Float64Array(inputs)
  for (let from = 0; from < inputs; from++) {
    const activation = activations[from]
    if (activation <= 0) continue
    for (let to = 0; to < outputs; to++) {
      gradients[from * outputs + to] += activation * errors[to]
      before[from] += weights[from * outputs + to] * errors[to]
    }
  }
  for (let to = 0; to < outputs; to++) gradients[inputs * outputs + to] += errors[to]
  return before
}

function adam({ values, gradients, means, squares }, rate, step) {
  const correction = Math.sqrt(1 - DECAY_2 ** step) / (1 - DECAY_1 ** step)
  for (let index = 0; index < values.length; index++) {
    const gradient = gradients[index]
    means[index] = DECAY_1 * means[index] + (1 - DECAY_1) * gradient
    squares[index] = DECAY_2 * squares[index] + (1 - DECAY_2) * gradient * gradient
    values[index] -= (rate * correction * means[index]) / (Math.sqrt(squares[index]) + EPSILON)
    gradients[index] = 0
  }
}
