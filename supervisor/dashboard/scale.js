// The scales of a plot: which values have a line, and how high a value stands, from 0 to 1.

const STEPS = 4
/** Of the logarithmic scale: where no value goes below it does not either. */
const LEAST_MS = 0.1

/**
 * @typedef {{ ticks: readonly number[], height: (value: number) => number }} Scale
 */

/**
 * From 0 on, in even steps.
 *
 * @param {number} most That has to fit.
 * @param {boolean} whole There are no parts of what is counted.
 * @returns {Scale}
 */
export function linearScale(most, whole) {
  const step = niceStep(most, whole)
  const ticks = Array.from({ length: STEPS + 1 }, (_, tick) => tick * step)
  return { ticks, height: value => value / (step * STEPS) }
}

/**
 * In powers of ten: the slowest of a hundred may take a hundred times as long as most, which would be a line on the axis.
 *
 * @param {readonly number[]} values
 * @returns {Scale}
 */
export function logScale(values) {
  const power = value => Math.log10(Math.max(LEAST_MS, value))
  const low = Math.floor(Math.min(...values.map(power), 0))
  const high = Math.max(Math.ceil(Math.max(...values.map(power), 0)), low + 2)
  const ticks = Array.from({ length: high - low + 1 }, (_, tick) => 10 ** (low + tick))
  return { ticks, height: value => Math.max(0, (power(value) - low) / (high - low)) }
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten of which so many reach this high. */
function niceStep(most, whole) {
  const power = 10 ** Math.floor(Math.log10(most / STEPS))
  const steps = [1, 2, 2.5, 5, 10].map(factor => factor * power).filter(step => !whole || step % 1 === 0)
  return steps.find(step => step * STEPS >= most) ?? 1
}
