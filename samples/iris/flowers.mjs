// Fisher's Iris data as samples to train with.

import { readFileSync } from 'node:fs'
import { parseCsv } from '../training/held-out.mjs'

export const SPECIES = ['setosa', 'versicolor', 'virginica']

/** 150 samples: `x` in centimetres is sepal length and width, petal length and width, `y` the number of the species. */
export function readFlowers() {
  const [, ...rows] = parseCsv(readFileSync(new URL('iris.csv', import.meta.url), 'utf8'))
  return rows.map(cells => ({ x: cells.slice(0, 4).map(Number), y: SPECIES.indexOf(cells[4]) }))
}
