// Reads the handwritten digit of an uploaded PNG.

import { type InitContext, type MultipartInput, type OnnxModel, reply } from 'scorehost'
import { BadImage, decodePng } from './png.ts'
import { toPixels } from './preprocess.ts'

let model: OnnxModel

export async function init(context: InitContext) {
  model = await context.onnx('digits')
}

/** @param input A form with a file, or the file itself as the body. */
export async function run(input: MultipartInput | Buffer) {
  try {
    const probabilities = await classify(toPixels(decodePng(uploadedFile(input))))
    const ranked = probabilities
      .map((probability, digit) => ({ digit, probability }))
      .toSorted((one, other) => other.probability - one.probability)
      .map(({ digit, probability }) => ({ digit, probability: Number(probability.toFixed(4)) }))
    return { ...ranked[0], top: ranked.slice(0, 3) }
  } catch (thrown) {
    // what is wrong with the upload is its sender's to mend; anything else is a 502, and in the log
    if (thrown instanceof BadImage) return reply({ error: thrown.message }, { status: 400 })
    throw thrown
  }
}

function uploadedFile(input: unknown): Buffer {
  if (Buffer.isBuffer(input)) return input
  // true: a form is a MultipartInput; of any other body, a number or null among them, only `files` is asked for
  const { files } = (input ?? {}) as Partial<MultipartInput>
  const file = files?.find(({ field }) => field === 'image') ?? files?.[0]
  if (file === undefined)
    throw new BadImage('there is no file: send a PNG as the field "image" of multipart/form-data')
  return file.data
}

async function classify(pixels: Float32Array): Promise<number[]> {
  const { probabilities } = await model.run({ input: pixels })
  return Array.from(probabilities as Float32Array) // true: a typed array in, typed arrays out
}
