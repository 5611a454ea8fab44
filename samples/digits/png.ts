// From the bytes of a PNG to the brightness of its pixels.

import { PNG } from 'pngjs'

/** What is wrong with an upload, in words for whoever sent it. */
export class BadImage extends Error {}

export interface GreyImage {
  readonly width: number
  readonly height: number
  /** From 0 (black) to 255 (white), row by row. */
  readonly brightness: Float32Array
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
/** Signature, and the first chunk with its length and checksum. */
const HEADER_BYTES = 33
/** A decoded pixel is four bytes: 64 MiB for the largest image. */
const MAX_SIDE = 2048

/** @throws BadImage */
export function decodePng(bytes: Buffer): GreyImage {
  checkHeader(bytes)
  let image: ReturnType<typeof PNG.sync.read>
  try {
    image = PNG.sync.read(bytes)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new BadImage(`the PNG is broken: ${why}`, { cause: thrown })
  }
  const { width, height, data } = image
  return { width, height, brightness: brightnessOf(data) }
}

/** Looks at the size before anything is unpacked: a PNG of a few kilobytes can ask for gigabytes of pixels. */
function checkHeader(bytes: Buffer): void {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    throw new BadImage('the file is not a PNG')
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') throw new BadImage('the PNG has no header')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  if (width > MAX_SIDE || height > MAX_SIDE)
    throw new BadImage(`the image is too large: ${width}×${height} pixels; ${MAX_SIDE}×${MAX_SIDE} at most`)
  // pngjs unpacks an interlaced image without a limit, whatever its header says of its size
  if (bytes[28] !== 0) throw new BadImage('the PNG is interlaced; save it without')
}

/** Ink on a transparent layer may be of any colour, so it is laid on white, or on black where it is light itself. */
function brightnessOf(rgba: Uint8Array): Float32Array {
  const luminance = new Float32Array(rgba.length / 4)
  let opaque = 0
  let light = 0
  for (let pixel = 0; pixel < luminance.length; pixel++) {
    const red = rgba[pixel * 4] ?? 0
    const green = rgba[pixel * 4 + 1] ?? 0
    const blue = rgba[pixel * 4 + 2] ?? 0
    const alpha = (rgba[pixel * 4 + 3] ?? 0) / 255
    const ownLight = (0.299 * red + 0.587 * green + 0.114 * blue) * alpha
    luminance[pixel] = ownLight
    light += ownLight
    opaque += alpha
  }
  if (light > 192 * opaque) return luminance
  return luminance.map((ownLight, pixel) => ownLight + 255 - (rgba[pixel * 4 + 3] ?? 0))
}
