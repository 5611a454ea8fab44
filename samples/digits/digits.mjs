// The UCI optical digits as samples to train with.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parseCsv } from '../training/held-out.mjs'

/** Pixels of a side. */
export const SIZE = 8
/** A pixel counts the inked ones among 4×4 of the scanned digit. */
export const LARGEST = 16

/** 1797 samples: `x` is 8×8 pixels, row by row, from 0 (paper) to 16 (ink), `y` the digit. */
export function readDigits() {
  const text = gunzipSync(readFileSync(new URL('digits.csv.gz', import.meta.url))).toString()
  return parseCsv(text).map(cells => {
    const numbers = cells.map(Number)
    return { x: numbers.slice(0, SIZE * SIZE), y: numbers[SIZE * SIZE] }
  })
}
