// Trains the model of this sample: a network of 64-32-10 units, by Adam, on handwritten digits of 8×8 pixels.
//
//   node samples/digits/train.mjs
//
// prints the accuracy on the held-out digits and writes azureml-models/digits/1/model.onnx. Needs `npm ci` once.

import { encodeClassifier, writeModel } from '../training/classifier.mjs'
import { accuracy, holdOut, percent } from '../training/held-out.mjs'
import { trainMlp } from '../training/mlp.mjs'
import { seededRandom } from '../training/random.mjs'
import { LARGEST, readDigits, SIZE } from './digits.mjs'

const random = seededRandom(8)
const { train, test } = holdOut(readDigits())

/**
 * A digit as somebody else would have drawn it: moved, stretched and slanted a little. What a user uploads is cut out less
 * evenly than the digits of the data, so a network that knows only those would be sure of them and lost with anything else.
 */
function vary(x) {
  const between = (low, high) => low + (high - low) * random()
  const [stretchX, stretchY] = [between(0.9, 1.15), between(0.95, 1.1)]
  const [moveX, moveY] = [between(-0.5, 0.5), between(-0.4, 0.4)]
  const slant = between(-0.2, 0.2)
  const centre = (SIZE - 1) / 2
  return x.map((_, index) => {
    const [column, row] = [(index % SIZE) - centre, Math.floor(index / SIZE) - centre]
    return sample(x, centre + moveX + (column + slant * row) * stretchX, centre + moveY + row * stretchY)
  })
}

/** The pixel at a place between pixels, bilinear; 0 outside. */
function sample(x, column, row) {
  const pixel = (c, r) => (c >= 0 && c < SIZE && r >= 0 && r < SIZE ? x[r * SIZE + c] : 0)
  const [left, top] = [Math.floor(column), Math.floor(row)]
  const [right, bottom] = [column - left, row - top]
  return (
    (pixel(left, top) * (1 - right) + pixel(left + 1, top) * right) * (1 - bottom) +
    (pixel(left, top + 1) * (1 - right) + pixel(left + 1, top + 1) * right) * bottom
  )
}

const scaled = samples => samples.map(({ x, y }) => ({ x: x.map(pixel => pixel / LARGEST), y }))
const { layers, predict } = trainMlp(scaled(train), [SIZE * SIZE, 32, 10], {
  epochs: 150,
  batchSize: 32,
  learningRate: 0.005,
  random,
  vary,
})
console.log(`accuracy on ${test.length} held-out digits: ${percent(accuracy(scaled(test), predict))}`)

// the scaling is folded into the first layer, so the model takes 0 to 16
const [first, ...others] = layers
const folded = [{ weights: first.weights.map(weight => weight / LARGEST), biases: first.biases }, ...others]
writeModel(new URL('.', import.meta.url), 'digits', 1, encodeClassifier('digits', folded))
