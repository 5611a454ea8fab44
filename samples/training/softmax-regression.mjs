// Multinomial logistic regression by gradient descent.

import { softmax } from './softmax.mjs'

const STEPS = 20_000
const LEARNING_RATE = 0.5
const WEIGHT_DECAY = 1e-3

/**
 * Trains on samples `{x, y}`: features and the number of the class.
 *
 * @returns `weights` [features, classes] row-major and `biases` [classes] for features as they come (the standardisation that
 *   training needs is folded into them), and `predict(x)`, the probabilities.
 */
export function trainSoftmaxRegression(samples, classes) {
  const features = samples[0].x.length
  const columns = Array.from({ length: features }, (_, column) => samples.map(({ x }) => x[column]))
  const means = columns.map(mean)
  const deviations = columns.map((values, column) =>
    Math.sqrt(mean(values.map(feature => (feature - means[column]) ** 2))),
  )
  const standardise = x => x.map((feature, column) => (feature - means[column]) / deviations[column])

  const standardised = samples.map(({ x, y }) => ({ x: standardise(x), y }))
  const lines = descend(standardised, classes, features)
  return {
    weights: deviations.flatMap((deviation, column) =>
      lines.map(({ weights }) => weights[column] / deviation),
    ),
    biases: lines.map(
      ({ weights, bias }) =>
        bias -
        weights.reduce((sum, weight, column) => sum + (weight * means[column]) / deviations[column], 0),
    ),
    predict: x => probabilities(lines, standardise(x)),
  }
}

/** One line of weights and bias for each class. */
function descend(samples, classes, features) {
  const lines = Array.from({ length: classes }, () => ({ weights: new Array(features).fill(0), bias: 0 }))
  for (let step = 0; step < STEPS; step++) {
    for (const [k, gradient] of gradients(samples, lines, features).entries()) {
      const { weights } = lines[k]
      for (let column = 0; column < features; column++)
        weights[column] -= LEARNING_RATE * (gradient[column] + WEIGHT_DECAY * weights[column])
      lines[k].bias -= LEARNING_RATE * gradient[features]
    }
  }
  return lines
}

/** For each class the gradient of the mean cross-entropy by its weights, and last by its bias. */
function gradients(samples, lines, features) {
  const sums = lines.map(() => new Array(features + 1).fill(0))
  for (const { x, y } of samples) {
    for (const [k, probability] of probabilities(lines, x).entries()) {
      const error = (probability - (k === y ? 1 : 0)) / samples.length
      for (let column = 0; column < features; column++) sums[k][column] += error * x[column]
      sums[k][features] += error
    }
  }
  return sums
}

function probabilities(lines, x) {
  return softmax(
    lines.map(
      ({ weights, bias }) => bias + x.reduce((sum, feature, column) => sum + feature * weights[column], 0),
    ),
  )
}

function mean(values) {
  return values.reduce((sum, one) => sum + one, 0) / values.length
}
