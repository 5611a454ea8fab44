// Writes a trained classifier as an ONNX model: input → label, probabilities.

import { mkdirSync, writeFileSync } from 'node:fs'
import { constant, encodeModel, FLOAT, INT64, node, value } from './onnx.mjs'

/**
 * A model of layers `{weights, biases}`, with a ReLU between one and the next.
 *
 * @param layers `weights` [inputs, outputs] row-major, `biases` [outputs].
 * @returns The bytes of a .onnx file: `input` FP32 [batch, inputs] → `label` INT64 [batch], `probabilities` FP32
 *   [batch, classes].
 */
export function encodeClassifier(name, layers) {
  const sizes = layers.map(({ biases }) => biases.length)
  const inputs = layers[0].weights.length / sizes[0]
  const last = layers.length - 1
  const tag = index => (index === last ? '' : index + 1)
  const nodes = layers.flatMap((_, index) => {
    const from = index === 0 ? 'input' : `activations${index}`
    const gemm = to => node('Gemm', [from, `weights${tag(index)}`, `biases${tag(index)}`], [to])
    if (index === last) return [gemm('scores')]
    return [gemm(`sums${tag(index)}`), node('Relu', [`sums${tag(index)}`], [`activations${tag(index)}`])]
  })
  const constants = layers.flatMap(({ weights, biases }, index) => [
    constant(`weights${tag(index)}`, [weights.length / biases.length, biases.length], weights),
    constant(`biases${tag(index)}`, [biases.length], biases),
  ])
  return encodeModel(name, {
    nodes: [
      ...nodes,
      node('Softmax', ['scores'], ['probabilities'], { axis: 1 }),
      node('ArgMax', ['probabilities'], ['label'], { axis: 1, keepdims: 0 }),
    ],
    constants,
    inputs: [value('input', FLOAT, ['batch', inputs])],
    outputs: [value('label', INT64, ['batch']), value('probabilities', FLOAT, ['batch', sizes[last]])],
  })
}

/** Writes `azureml-models/{name}/{version}/model.onnx` into a sample's folder and says so. */
export function writeModel(sample, name, version, bytes) {
  const folder = `azureml-models/${name}/${version}/`
  mkdirSync(new URL(folder, sample), { recursive: true })
  writeFileSync(new URL(`${folder}model.onnx`, sample), bytes)
  console.log(`wrote ${folder}model.onnx, ${bytes.length} bytes`)
}
