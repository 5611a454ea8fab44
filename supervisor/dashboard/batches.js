// How many rows the runs of each model had: a bar for each size.

import { element } from './element.js'
import { count } from './figures.js'

/** More bars than these are put together. */
const MOST_BARS = 12

/** @param {HTMLElement} place */
export function batchesIn(place) {
  let shown = ''
  return batches => {
    const now = JSON.stringify(batches)
    if (now === shown) return
    shown = now
    if (batches.length > 0) place.replaceChildren(...batches.map(modelBatches))
    else place.replaceChildren(element('p', { class: 'empty' }, 'Nothing has been scored yet.'))
  }
}

function modelBatches({ model, version, runs, rows, sizes }) {
  const bars = grouped(sizes)
  const most = Math.max(...bars.map(([, times]) => times))
  const mean = (rows / runs).toFixed(rows % runs === 0 ? 0 : 1)
  return element(
    'div',
    { class: 'model' },
    element(
      'h3',
      {},
      model,
      ' ',
      element('span', { class: 'muted' }, version === '' ? 'the score module' : `version ${version}`),
    ),
    element('p', { class: 'muted' }, `${count(rows)} rows in ${count(runs)} runs, ${mean} a run`),
    element('dl', { class: 'bars' }, ...bars.map(([label, times]) => bar(label, times, times / most))),
  )
}

/** Sizes as they are, or in ranges of powers of two where there are too many. */
function grouped(sizes) {
  if (sizes.length <= MOST_BARS) return sizes.map(([size, times]) => [String(size), times])
  const ranges = new Map()
  for (const [size, times] of sizes) {
    const from = 2 ** Math.floor(Math.log2(Math.max(1, size)))
    ranges.set(from, (ranges.get(from) ?? 0) + times)
  }
  return [...ranges].map(([from, times]) => [from === 1 ? '1' : `${from}–${from * 2 - 1}`, times])
}

function bar(label, times, share) {
  const meter = element('span', { class: 'bar', 'aria-hidden': 'true' })
  meter.style.inlineSize = `${Math.max(share * 100, 0.5)}%`
  return element(
    'div',
    {},
    element('dt', {}, label),
    element(
      'dd',
      {},
      element('span', { class: 'track' }, meter),
      element('span', { class: 'value' }, count(times)),
    ),
  )
}
