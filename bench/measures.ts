// What can be measured of a contestant, and how it is written.

interface Measure {
  readonly name: string
  /** Over its column. */
  readonly title: string
  readonly unit: '' | 'µs' | 'ms' | 'MB'
  readonly digits: number
  /** Where a run may lack it: what it takes. */
  readonly needs?: string
}

export const MEASURES = {
  requestsPerSecond: { name: 'requests/s', title: 'requests/s', unit: '', digits: 0 },
  /** User and system time of a contestant's processes for each answered request. */
  cpuMicros: { name: 'CPU', title: 'CPU µs/request', unit: 'µs', digits: 1 },
  p50Micros: { name: 'p50', title: 'p50 µs', unit: 'µs', digits: 0, needs: 'wrk' },
  p99Micros: { name: 'p99', title: 'p99 µs', unit: 'µs', digits: 0, needs: 'wrk' },
  p50Ms: { name: 'p50', title: 'p50 ms', unit: 'ms', digits: 1 },
  p99Ms: { name: 'p99', title: 'p99 ms', unit: 'ms', digits: 1 },
  maxMs: { name: 'max', title: 'max ms', unit: 'ms', digits: 1 },
  /** By how much the generator itself was late: what is not the contestant's. */
  lateMs: { name: 'sent late', title: 'sent late, p99 ms', unit: 'ms', digits: 1 },
  startMs: { name: 'start', title: 'ms', unit: 'ms', digits: 0 },
  rssMb: { name: 'RSS', title: 'RSS MB', unit: 'MB', digits: 1 },
  slopeMb: {
    name: 'growth',
    title: 'MB/million requests',
    unit: 'MB',
    digits: 2,
    needs: 'more requests',
  },
} as const satisfies Record<string, Measure>

export type MeasureName = keyof typeof MEASURES

export function measureOf(name: MeasureName): Measure {
  return MEASURES[name]
}
