// Trains the models of this sample on Fisher's Iris data.
//
//   node samples/two-models/train.mjs
//
// prints how they do on the held-out rows and writes azureml-models/. Needs `npm ci` once.

import { readFlowers, SPECIES } from '../iris/flowers.mjs'
import { encodeClassifier, writeModel } from '../training/classifier.mjs'
import { accuracy, holdOut, percent } from '../training/held-out.mjs'
import { fitWhitening } from '../training/mahalanobis.mjs'
import { constant, encodeModel, FLOAT, node, value } from '../training/onnx.mjs'
import { trainSoftmaxRegression } from '../training/softmax-regression.mjs'

const here = new URL('.', import.meta.url)
const FEATURES = 4
const SEPALS = 2
const { train, test } = holdOut(readFlowers())

// version 1 of the classifier looks at the sepals alone, version 2 at the petals as well
const sepals = samples => samples.map(({ x, y }) => ({ x: x.slice(0, SEPALS), y }))
const first = trainSoftmaxRegression(sepals(train), SPECIES.length)
const unused = new Array((FEATURES - SEPALS) * SPECIES.length).fill(0)
console.log(`species 1: ${percent(accuracy(sepals(test), first.predict))} of ${test.length} held-out flowers`)
writeModel(
  here,
  'species',
  1,
  encodeClassifier('species', [{ weights: [...first.weights, ...unused], biases: first.biases }]),
)

const second = trainSoftmaxRegression(train, SPECIES.length)
console.log(`species 2: ${percent(accuracy(test, second.predict))}`)
writeModel(here, 'species', 2, encodeClassifier('species', [second]))

// one block of columns for each species; the length of each block is the distance from that species
const fits = SPECIES.map((_, k) => fitWhitening(train.filter(({ y }) => y === k).map(({ x }) => x)))
const columns = FEATURES * SPECIES.length
const rows = Array.from({ length: FEATURES }, (_, row) =>
  fits.flatMap(({ whitening }) => whitening.slice(row * FEATURES, (row + 1) * FEATURES)),
)
const blocks = Array.from({ length: columns }, (_, column) =>
  SPECIES.map((_, k) => (Math.floor(column / FEATURES) === k ? 1 : 0)),
)
const offsets = fits.flatMap(fit => fit.offsets)

// 0.999 of a class are nearer than this, were it normally distributed: the root of chi-squared with 4 degrees of freedom
const LIMIT = 4.297
const accepted = test.filter(({ x }) => Math.min(...distances(x)) <= LIMIT).length
console.log(`distance 1: ${percent(accepted / test.length)} are nearer than ${LIMIT} to a species`)
writeModel(
  here,
  'distance',
  1,
  encodeModel('distance', {
    nodes: [
      node('Gemm', ['input', 'whitening', 'offsets'], ['white']),
      node('Mul', ['white', 'white'], ['squares']),
      node('MatMul', ['squares', 'blocks'], ['squared']),
      node('Sqrt', ['squared'], ['distances']),
    ],
    constants: [
      constant('whitening', [FEATURES, columns], rows.flat()),
      constant('offsets', [columns], offsets),
      constant('blocks', [columns, SPECIES.length], blocks.flat()),
    ],
    inputs: [value('input', FLOAT, ['batch', FEATURES])],
    outputs: [value('distances', FLOAT, ['batch', SPECIES.length])],
  }),
)

function distances(x) {
  const white = offsets.map((offset, column) =>
    x.reduce((sum, feature, row) => sum + feature * rows[row][column], offset),
  )
  return SPECIES.map((_, k) => Math.hypot(...white.slice(k * FEATURES, (k + 1) * FEATURES)))
}
