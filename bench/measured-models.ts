// The models that are measured: found where they lie beside the checkout, else made.

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repositoryPath } from '../test/support/start-runtime.ts'

/** What is used of samples/training. */
interface OnnxWriter {
  readonly FLOAT: number
  node(opType: string, input: readonly string[], output: readonly string[]): unknown
  constant(name: string, dims: readonly number[], values: Iterable<number>): unknown
  value(name: string, elemType: number, dims: readonly (number | string)[]): unknown
  encodeModel(name: string, graph: Readonly<Record<string, readonly unknown[]>>): Uint8Array
}

export interface MeasuredModels {
  /** Absolute path of the .onnx file of each of them. */
  readonly image: string
  readonly pooling: string
  readonly digits: string
  readonly wide: string
  /** Which they are, in words. */
  readonly notes: Readonly<Record<'image' | 'pooling' | 'digits' | 'wide', string>>
}

const IMAGE_SHAPE = [1, 3, 224, 224]
const WIDE_SIZES = [784, 512, 512, 10]
const CONVOLUTIONS = [
  [32, 3],
  [16, 32],
] as const
const SEED = 5

/** Not set: no dynamic_batching means none where max_batch_size is given. */
const ALONE = 'max_batch_size: 32\n'
const BATCHED = `${ALONE}dynamic_batching {}\n`

/** Models of which one is served without batching, one with, and one as it comes. */
export const VARIANT_NAMES = ['alone', 'batched', 'default'] as const
const VARIANTS: Readonly<Record<(typeof VARIANT_NAMES)[number], string | null>> = {
  alone: ALONE,
  batched: BATCHED,
  default: null,
}

/**
 * Writes a model folder, `{folder}/azureml-models`, with `image`, `pooling` and of `digits` and `wide` every variant.
 *
 * @param shared Folder of models beside the checkout; what is not there is made.
 */
export async function writeModels(folder: string, shared: string): Promise<MeasuredModels> {
  const writer = await import(`${new URL('../../samples/training/onnx.mjs', import.meta.url)}`)
  const { seededRandom, normal } = await import(
    `${new URL('../../samples/training/random.mjs', import.meta.url)}`
  )
  const random = seededRandom(SEED)
  const weights = (count: number, inputs: number) =>
    Float32Array.from({ length: count }, () => normal(random) * Math.sqrt(2 / inputs))
  const models = new ModelFolder(join(folder, 'azureml-models'))

  const squeezenet = join(shared, 'public/light_squeezenet.onnx')
  const hasSqueezenet = existsSync(squeezenet)
  const mlp = join(shared, 'own/digits_mlp/1/model.onnx')
  const hasMlp = existsSync(mlp)
  const digits = hasMlp ? mlp : repositoryPath('samples/digits/azureml-models/digits/1/model.onnx')
  const wide = wideModel(writer, weights)
  return {
    image: hasSqueezenet
      ? models.copy('image', squeezenet)
      : models.write('image', imageModel(writer, weights)),
    pooling: models.write('pooling', poolingModel(writer)),
    digits: models.variants('digits', file => copyFileSync(digits, file)),
    wide: models.variants('wide', file => writeFileSync(file, wide)),
    notes: {
      image: `image: ${hasSqueezenet ? 'light_squeezenet.onnx' : 'two convolutions made for this run, about as costly as SqueezeNet'}`,
      pooling: 'pooling: GlobalAveragePool',
      digits: `digits: ${hasMlp ? 'own/digits_mlp' : 'the model of samples/digits'}`,
      wide: `wide: ${WIDE_SIZES.join('-')} with random weights`,
    },
  }
}

class ModelFolder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  copy(name: string, from: string): string {
    const file = this.#file(name)
    copyFileSync(from, file)
    return file
  }

  write(name: string, bytes: Uint8Array): string {
    const file = this.#file(name)
    writeFileSync(file, bytes)
    return file
  }

  /** @returns the file of one of them; they are all the same */
  variants(name: string, write: (file: string) => void): string {
    for (const [variant, config] of Object.entries(VARIANTS)) {
      const file = this.#file(`${name}_${variant}`)
      write(file)
      if (config !== null) writeFileSync(join(dirname(dirname(file)), 'config.pbtxt'), config)
    }
    return join(this.#path, `${name}_alone/1/model.onnx`)
  }

  #file(name: string): string {
    const folder = join(this.#path, name, '1')
    mkdirSync(folder, { recursive: true })
    return join(folder, 'model.onnx')
  }
}

type Weights = (count: number, inputs: number) => Float32Array

/** Convolutions of 3 × 3 with a ReLU behind each, and the mean of each channel: about 4 ms. */
function imageModel(writer: OnnxWriter, weights: Weights): Uint8Array {
  const { node, constant, value, FLOAT } = writer
  const layers = CONVOLUTIONS.map(([outputs, inputs], layer) => ({
    nodes: [
      node('Conv', [layer === 0 ? 'image' : `relu${layer - 1}`, `kernel${layer}`], [`conv${layer}`]),
      node('Relu', [`conv${layer}`], [`relu${layer}`]),
    ],
    constant: constant(`kernel${layer}`, [outputs, inputs, 3, 3], weights(outputs * inputs * 9, inputs * 9)),
  }))
  const [channels] = CONVOLUTIONS[CONVOLUTIONS.length - 1] ?? [0]
  return writer.encodeModel('image', {
    nodes: [
      ...layers.flatMap(({ nodes }) => nodes),
      node('GlobalAveragePool', [`relu${layers.length - 1}`], ['means']),
    ],
    constants: layers.map(layer => layer.constant),
    inputs: [value('image', FLOAT, IMAGE_SHAPE)],
    outputs: [value('means', FLOAT, [1, channels, 1, 1])],
  })
}

/** Costs next to nothing, so that what is measured is the way to the model and back. */
function poolingModel({ node, value, encodeModel, FLOAT }: OnnxWriter): Uint8Array {
  return encodeModel('pooling', {
    nodes: [node('GlobalAveragePool', ['image'], ['means'])],
    constants: [],
    inputs: [value('image', FLOAT, IMAGE_SHAPE)],
    outputs: [value('means', FLOAT, [1, 3, 1, 1])],
  })
}

/** Layers with a ReLU between them. */
function wideModel({ node, constant, value, encodeModel, FLOAT }: OnnxWriter, weights: Weights): Uint8Array {
  const layers = WIDE_SIZES.slice(1).map((outputs, layer) => {
    const inputs = WIDE_SIZES[layer] ?? 0
    const input = layer === 0 ? 'input' : `relu${layer - 1}`
    const isLast = layer === WIDE_SIZES.length - 2
    const sums = isLast ? 'output' : `sums${layer}`
    return {
      nodes: [
        node('Gemm', [input, `weights${layer}`, `biases${layer}`], [sums]),
        ...(isLast ? [] : [node('Relu', [sums], [`relu${layer}`])]),
      ],
      constants: [
        constant(`weights${layer}`, [inputs, outputs], weights(inputs * outputs, inputs)),
        constant(`biases${layer}`, [outputs], new Float32Array(outputs)),
      ],
    }
  })
  return encodeModel('wide', {
    nodes: layers.flatMap(({ nodes }) => nodes),
    constants: layers.flatMap(({ constants }) => constants),
    inputs: [value('input', FLOAT, ['batch', WIDE_SIZES[0] ?? 0])],
    outputs: [value('output', FLOAT, ['batch', WIDE_SIZES.at(-1) ?? 0])],
  })
}
