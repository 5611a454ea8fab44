// What every training script does with its samples: read them, hold every fifth out, count what is right.

/** Rows of comma-separated cells. */
export function parseCsv(text) {
  return text
    .trim()
    .split('\n')
    .map(row => row.split(','))
}

/** Every fifth sample is held out, which takes the same share of every class where a file is sorted by class. */
export function holdOut(samples) {
  return {
    train: samples.filter((_, index) => index % 5 !== 4),
    test: samples.filter((_, index) => index % 5 === 4),
  }
}

/** Share of the samples `{x, y}` whose class `y` has the largest of the scores that `predict(x)` gives. */
export function accuracy(samples, predict) {
  const right = samples.filter(({ x, y }) => {
    const scores = predict(x)
    return scores.indexOf(Math.max(...scores)) === y
  })
  return right.length / samples.length
}

/** `96.7 %` */
export const percent = share => `${(100 * share).toFixed(1)} %`
