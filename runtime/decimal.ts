// The double nearest to a decimal number, where a few operations can tell it for certain.

/** As many as an int32 holds. */
export const DIGITS_PER_PART = 9
/** Powers of ten up to this one are exact doubles. */
const EXACT_POWER = 22
/** Powers up to this one are off by half a unit in their last place at most, and what they scale is a normal double. */
export const TABLE_POWER = 40
const POWERS = Float64Array.from({ length: TABLE_POWER + 1 }, (_, exponent) => Number(`1e${exponent}`))
/** From here on the sum of the digits may have been rounded already. */
const INEXACT_FROM = 2 ** 53
/** More than the roundings of the few operations below add up to, relative to their result. */
const ERROR_BOUND = 2 ** -49
/** Splits a double into two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1

/**
 * The double nearest to `(high * 10^lowDigits + low) * 10^exponent`; with `single`, any double that rounds to the same float.
 *
 * Exact integers and exact powers of ten make one rounding. Elsewhere the result comes with a bound of its error, and
 * stands if everything within the bound rounds alike, as it does but for less than one number in a million.
 *
 * @see Clinger, How to read floating point numbers accurately (1990); Dekker, A floating-point technique (1971)
 * @param high Up to {@link DIGITS_PER_PART} digits, and `low` those behind them.
 * @param exponent Within {@link TABLE_POWER}.
 * @returns -1 where it is not certain; then Number() of the text is.
 */
export function nearestDouble(
  high: number,
  low: number,
  lowDigits: number,
  exponent: number,
  single: boolean,
): number {
  const digits = high * power(lowDigits) + low
  const value = exponent < 0 ? digits / power(-exponent) : digits * power(exponent)
  if (digits < INEXACT_FROM && exponent >= -EXACT_POWER && exponent <= EXACT_POWER) return value
  if (!single) return inTwoParts(high, low, lowDigits, exponent)
  const error = value * ERROR_BOUND
  return Math.fround(value - error) === Math.fround(value + error) ? value : -1
}

/**
 * The parts divided each for itself: the quotient of the high one, and what it lacks of the exact value. That is so much
 * smaller that its own error matters only next to the middle between two doubles.
 */
function inTwoParts(high: number, low: number, lowDigits: number, exponent: number): number {
  const highPower = -exponent - lowDigits
  if (highPower < 0 || highPower > EXACT_POWER) return -1
  const divisor = power(highPower)
  const quotient = high / divisor
  const rest = remainder(high, quotient, divisor) / divisor
  const behind = low / power(-exponent)
  const error = (Math.abs(rest) + behind) * ERROR_BOUND
  const value = quotient + (rest + behind - error)
  return value === quotient + (rest + behind + error) ? value : -1
}

/** The exact `dividend - quotient * divisor` of a quotient that was rounded once. */
function remainder(dividend: number, quotient: number, divisor: number): number {
  const product = quotient * divisor
  const quotientSplit = quotient * SPLITTER
  const quotientHigh = quotientSplit - (quotientSplit - quotient)
  const quotientLow = quotient - quotientHigh
  const divisorSplit = divisor * SPLITTER
  const divisorHigh = divisorSplit - (divisorSplit - divisor)
  const divisorLow = divisor - divisorHigh
  const lost =
    quotientHigh * divisorHigh -
    product +
    quotientHigh * divisorLow +
    quotientLow * divisorHigh +
    quotientLow * divisorLow
  return dividend - product - lost
}

/** 10 to an exponent up to {@link TABLE_POWER}. */
export function power(exponent: number): number {
  return POWERS[exponent] ?? Number.NaN
}
