// Requests, counted and timed by route: the part of the metrics that every request adds to.

import { addHistograms, DURATION_BOUNDS, Histogram, type HistogramSnapshot } from './histogram.ts'
import type { RequestObserver, RequestRecord } from './request-record.ts'

/** Of one route. Plain JSON: it travels between processes. */
export interface RouteSnapshot {
  readonly route: string
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Answers that are errors of ours, by code. */
  readonly codes: Readonly<Record<string, number>>
  /** Clients that hung up. */
  readonly aborted: number
  /** In seconds. */
  readonly duration: HistogramSnapshot
  readonly queue: HistogramSnapshot
  readonly run: HistogramSnapshot
}

const MS_PER_S = 1000

class RouteMeter {
  readonly statuses = new Map<number, number>()
  readonly codes = new Map<string, number>()
  readonly duration = new Histogram(DURATION_BOUNDS)
  readonly queue = new Histogram(DURATION_BOUNDS)
  readonly run = new Histogram(DURATION_BOUNDS)
  aborted = 0
}

export class RequestMeters implements RequestObserver {
  readonly #routes = new Map<string, RouteMeter>()

  /** @param routes Those that are there from the start: a series that begins with its first count hides it from a rate. */
  constructor(routes: readonly string[]) {
    for (const route of routes) this.#routes.set(route, new RouteMeter())
  }

  ended({ route, status, code, aborted, durationMs, timing: { queueMs, runMs } }: RequestRecord): void {
    let meter = this.#routes.get(route)
    if (meter === undefined) {
      meter = new RouteMeter()
      this.#routes.set(route, meter)
    }
    if (aborted) meter.aborted += 1
    else meter.statuses.set(status, (meter.statuses.get(status) ?? 0) + 1)
    if (code !== null && !aborted) meter.codes.set(code, (meter.codes.get(code) ?? 0) + 1)
    meter.duration.observe(durationMs / MS_PER_S)
    if (queueMs !== null) meter.queue.observe(queueMs / MS_PER_S)
    if (runMs !== null) meter.run.observe(runMs / MS_PER_S)
  }

  snapshot(): readonly RouteSnapshot[] {
    return [...this.#routes].map(([route, { statuses, codes, aborted, duration, queue, run }]) => ({
      route,
      statuses: Object.fromEntries(statuses),
      codes: Object.fromEntries(codes),
      aborted,
      duration: duration.snapshot(),
      queue: queue.snapshot(),
      run: run.snapshot(),
    }))
  }
}

/** Of several workers. */
export function mergeRoutes(all: readonly (readonly RouteSnapshot[])[]): readonly RouteSnapshot[] {
  const byRoute = new Map<string, RouteSnapshot[]>()
  for (const snapshot of all.flat()) {
    const same = byRoute.get(snapshot.route)
    if (same === undefined) byRoute.set(snapshot.route, [snapshot])
    else same.push(snapshot)
  }
  return [...byRoute].map(([route, same]) => ({
    route,
    statuses: addCounts(same.map(one => one.statuses)),
    codes: addCounts(same.map(one => one.codes)),
    aborted: same.reduce((sum, one) => sum + one.aborted, 0),
    duration: addHistograms(same.map(one => one.duration)),
    queue: addHistograms(same.map(one => one.queue)),
    run: addHistograms(same.map(one => one.run)),
  }))
}

/** Sums of the same names. */
export function addCounts(
  all: readonly Readonly<Record<string, number>>[],
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
  return sums
}
