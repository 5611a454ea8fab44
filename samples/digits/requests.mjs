// Makes the pictures to try the sample with: held-out digits, enlarged.
//
//   node samples/digits/requests.mjs
//
// writes zero.png, … beside itself. Needs `npm ci` once.

import { writeFileSync } from 'node:fs'
import { PNG } from 'pngjs'
import { holdOut } from '../training/held-out.mjs'
import { LARGEST, readDigits, SIZE } from './digits.mjs'

const SCALE = 16
const MARGIN = 24
const SIDE = SIZE * SCALE + 2 * MARGIN

const PICTURES = [
  { name: 'zero', digit: 0, nth: 4 },
  { name: 'two', digit: 2, nth: 9 },
  { name: 'three', digit: 3, nth: 7 },
  { name: 'five', digit: 5, nth: 8 },
  { name: 'seven', digit: 7, nth: 6 },
  { name: 'nine-on-black', digit: 9, nth: 3, paper: 24, pen: 235 },
]

const { test } = holdOut(readDigits())

for (const { name, digit, nth, paper = 255, pen = 30 } of PICTURES) {
  const { x } = test.filter(({ y }) => y === digit)[nth]
  const image = new PNG({ width: SIDE, height: SIDE })
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const ink = inkAt(x, (column + 0.5 - MARGIN) / SCALE - 0.5, (row + 0.5 - MARGIN) / SCALE - 0.5)
      const grey = Math.round(paper + (pen - paper) * ink)
      image.data.set([grey, grey, grey, 255], (row * SIDE + column) * 4)
    }
  }
  writeFileSync(new URL(`${name}.png`, import.meta.url), PNG.sync.write(image, { colorType: 0 }))
  console.log(`wrote ${name}.png`)
}

/** From 0 to 1 at a place between pixels: a pen's edge, smooth but not blurred, where the pixels are half full. */
function inkAt(x, column, row) {
  let amount = 0
  for (let r = Math.floor(row) - 1; r <= Math.floor(row) + 2; r++)
    for (let c = Math.floor(column) - 1; c <= Math.floor(column) + 2; c++)
      amount += pixelAt(x, c, r) * cubic(column - c) * cubic(row - r)
  return Math.min(1, Math.max(0, (amount / LARGEST - 0.5) * 4 + 0.5))
}

function pixelAt(x, column, row) {
  return column >= 0 && column < SIZE && row >= 0 && row < SIZE ? x[row * SIZE + column] : 0
}

/** Catmull and Rom's cubic, which goes through the pixels and is smooth between them. */
function cubic(distance) {
  const d = Math.abs(distance)
  if (d < 1) return 1 - 2.5 * d ** 2 + 1.5 * d ** 3
  return d < 2 ? 2 - 4 * d + 2.5 * d ** 2 - 0.5 * d ** 3 : 0
}
