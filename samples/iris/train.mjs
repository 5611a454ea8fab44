// Trains the model of this sample: multinomial logistic regression by gradient descent, on Fisher's Iris data.
//
//   node samples/iris/train.mjs
//
// prints the accuracy on the held-out rows and writes azureml-models/iris/1/model.onnx. Needs `npm ci` once.

import { encodeClassifier, writeModel } from '../training/classifier.mjs'
import { accuracy, holdOut, percent } from '../training/held-out.mjs'
import { trainSoftmaxRegression } from '../training/softmax-regression.mjs'
import { readFlowers, SPECIES } from './flowers.mjs'

const { train, test } = holdOut(readFlowers())
const { weights, biases, predict } = trainSoftmaxRegression(train, SPECIES.length)
console.log(`accuracy on ${test.length} held-out flowers: ${percent(accuracy(test, predict))}`)
writeModel(new URL('.', import.meta.url), 'iris', 1, encodeClassifier('iris', [{ weights, biases }]))
