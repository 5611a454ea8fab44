// Makes of any picture of a digit what the model was trained on: 8×8 pixels from 0 (paper) to 16 (ink).

import { BadImage, type GreyImage } from './png.ts'

const SIZE = 8
const LARGEST = 16
/** Digits of the training data touch the upper and the lower edge of their square. */
const MARGIN = 0.02
/** Between ink and paper, of 255; a scan's noise is below it. */
const LEAST_CONTRAST = 48
/** What is less than this share of the darkest ink is no part of the digit. */
const INK = 0.5

/** A square of the image; it may stick out of it. */
interface Square {
  readonly left: number
  readonly top: number
  readonly side: number
}

/** @throws BadImage */
export function toPixels(image: GreyImage): Float32Array {
  const ink = inkOf(image)
  const pixels = shrink(ink, image, squareAround(ink, image))
  // a thin pen fills no pixel, where the pens of the training data do
  const strongest = pixels.reduce((most, pixel) => Math.max(most, pixel), 0)
  return pixels.map(pixel => (pixel / strongest) * LARGEST)
}

/**
 * The paper is what most of the border is; ink differs from it, in whichever direction differs more.
 *
 * @returns From 0 to 1 for each pixel.
 * @throws BadImage
 */
function inkOf({ width, height, brightness }: GreyImage): Float32Array {
  const paper = median(borderOf({ width, height, brightness }))
  let [lightest, darkest] = [paper, paper]
  for (const pixel of brightness) {
    if (pixel > lightest) lightest = pixel
    if (pixel < darkest) darkest = pixel
  }
  const contrast = lightest - paper > paper - darkest ? lightest - paper : darkest - paper
  if (Math.abs(contrast) < LEAST_CONTRAST) throw new BadImage('the image is blank')
  // steeper than the image, as the training data was black and white before it was made small
  return brightness.map(pixel => clamp(((pixel - paper) / contrast - INK) * 2 + INK))
}

function borderOf({ width, height, brightness }: GreyImage): Float32Array {
  const at = (column: number, row: number) => brightness[row * width + column] ?? 0
  const columns = Array.from({ length: width }, (_, column) => [at(column, 0), at(column, height - 1)])
  const rows = Array.from({ length: height }, (_, row) => [at(0, row), at(width - 1, row)])
  return Float32Array.from([...columns, ...rows].flat())
}

/** The smallest square that is centred on the ink and holds it, with a margin. */
function squareAround(ink: Float32Array, { width, height }: GreyImage): Square {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if ((ink[row * width + column] ?? 0) < INK) continue
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = row
    }
  }
  const side = Math.max(right + 1 - left, bottom + 1 - top) * (1 + 2 * MARGIN)
  return { left: (left + right + 1 - side) / 2, top: (top + bottom + 1 - side) / 2, side }
}

/** Each of the 8×8 pixels is the mean of the part of the square that it covers; outside of the image there is no ink. */
function shrink(ink: Float32Array, { width, height }: GreyImage, { left, top, side }: Square): Float32Array {
  const cell = side / SIZE
  const columns = Array.from({ length: SIZE }, (_, index) => covered(left + index * cell, cell, width))
  const rows = Array.from({ length: SIZE }, (_, index) => covered(top + index * cell, cell, height))
  return Float32Array.from({ length: SIZE * SIZE }, (_, index) => {
    let sum = 0
    for (const [row, tall] of rows[Math.floor(index / SIZE)] ?? [])
      for (const [column, wide] of columns[index % SIZE] ?? [])
        sum += (ink[row * width + column] ?? 0) * tall * wide
    return sum / cell ** 2
  })
}

/** The pixels below a stretch of the axis, each with the share of it that is covered. */
function covered(start: number, length: number, limit: number): [pixel: number, share: number][] {
  const end = Math.min(start + length, limit)
  const pixels: [number, number][] = []
  for (let pixel = Math.max(0, Math.floor(start)); pixel < end; pixel++)
    pixels.push([pixel, Math.min(end, pixel + 1) - Math.max(start, pixel)])
  return pixels
}

function median(values: Float32Array): number {
  return values.toSorted()[values.length >> 1] ?? 0
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
