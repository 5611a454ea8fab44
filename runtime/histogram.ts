// Counts of measurements by size, as Prometheus has them: cheap to add to, small to send.

/** Plain JSON: it travels between processes. */
export interface HistogramSnapshot {
  /** Measurements in each bucket, not in those below it; the last has no bound. */
  readonly counts: readonly number[]
  readonly sum: number
}

/** Upper bounds in seconds, from a model that takes no time at all to the scoring timeout's default. */
export const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds Upper bounds, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Array<number>(bounds.length + 1).fill(0)
  }

  observe(value: number): void {
    let bucket = 0
    // most are small, and there are few buckets
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket++
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
  }

  snapshot(): HistogramSnapshot {
    return { counts: [...this.#counts], sum: this.#sum }
  }
}

/** Of the same bounds. */
export function addHistograms(snapshots: readonly HistogramSnapshot[]): HistogramSnapshot {
  const [first = { counts: [], sum: 0 }, ...others] = snapshots
  const counts = [...first.counts]
  let { sum } = first
  for (const other of others) {
    for (const [bucket, count] of other.counts.entries()) counts[bucket] = (counts[bucket] ?? 0) + count
    sum += other.sum
  }
  return { counts, sum }
}

/**
 * An estimate of a quantile, linear within its bucket; null of nothing, the last bound of what is above all bounds.
 *
 * @param quantile From 0 to 1.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function quantileOf(
  { counts }: HistogramSnapshot,
  bounds: readonly number[],
  quantile: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const rank = quantile * total
  let below = 0
  for (const [bucket, count] of counts.entries()) {
    const upper = bounds[bucket]
    if (upper === undefined) break
    if (below + count >= rank && count > 0) {
      const lower = bounds[bucket - 1] ?? 0
      return lower + (upper - lower) * ((rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1) ?? null
}
