// What a set of latencies comes to.

export interface LatencyReport {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** @throws RangeError where there is none */
export function reportLatencies(latenciesMs: readonly number[]): LatencyReport {
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  return {
    count: sorted.length,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    maxMs: percentile(sorted, 100),
  }
}

/**
 * The least value that as many percent of them do not exceed.
 *
 * @param sorted Ascending.
 * @throws RangeError where there is no value
 */
export function percentile(sorted: readonly number[], percent: number): number {
  const value = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]
  if (value === undefined) throw new RangeError('there is no percentile of no values')
  return value
}
