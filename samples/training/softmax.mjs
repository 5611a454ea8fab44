// From scores to probabilities.

/** Probabilities that sum to 1; less the largest score first, so that no power overflows. */
export function softmax(scores) {
  const largest = Math.max(...scores)
  const powers = scores.map(score => Math.exp(score - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map(power => power / sum)
}
