// Numbers as people read them, each with its unit.

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
/** Stands where there is no number. */
export const NONE = '–'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** Three digits that count, thousands apart. */
function digits(value) {
  if (value === 0 || Math.abs(value) >= 100) return whole.format(value)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

export function count(value) {
  return value === null || value === undefined ? NONE : whole.format(value)
}

/** @returns {[string, string]} the number and its unit */
export function milliseconds(value) {
  if (value === null || value === undefined) return [NONE, 'ms']
  return value < 1000 ? [digits(value), 'ms'] : [digits(value / 1000), 's']
}

/** @returns {[string, string]} */
export function rate(value) {
  return [value === null || value === undefined ? NONE : digits(value), 'req/s']
}

/** @returns {[string, string]} */
export function bytes(value) {
  if (value === null || value === undefined) return [NONE, 'MB']
  if (value >= 1e9) return [digits(value / 1e9), 'GB']
  if (value >= 1e6) return [whole.format(value / 1e6), 'MB']
  return value >= 1e3 ? [digits(value / 1e3), 'kB'] : [whole.format(value), 'bytes']
}

/** Where a number and its unit stand in running text. */
export function joined([number, unit]) {
  return number === NONE ? NONE : `${number} ${unit}`
}

/** The two largest units of a time. */
export function duration(ms) {
  const seconds = Math.floor(ms / 1000)
  if (seconds < MINUTE_S) return `${seconds} s`
  if (seconds < HOUR_S) return two(seconds, MINUTE_S, 'min', 1, 's')
  if (seconds < DAY_S) return two(seconds, HOUR_S, 'h', MINUTE_S, 'min')
  return two(seconds, DAY_S, 'd', HOUR_S, 'h')
}

function two(seconds, large, largeUnit, small, smallUnit) {
  const rest = Math.floor((seconds % large) / small)
  return `${Math.floor(seconds / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`
}
