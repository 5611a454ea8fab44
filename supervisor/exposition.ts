// Metrics in the text format of Prometheus, from plain numbers. The writing is prom-client's.

import { createRequire } from 'node:module'
import type { HistogramSnapshot } from '../runtime/histogram.ts'
import type { MetricJson } from '../runtime/process-metrics.ts'

export type Labels = Readonly<Record<string, string>>
/** One series: its labels and its value. */
export type Series = readonly [labels: Labels, value: number]

/** The content type of {@link writeMetrics}. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export function counter(name: string, help: string, series: readonly Series[]): MetricJson {
  return simple(name, help, 'counter', series)
}

export function gauge(name: string, help: string, series: readonly Series[]): MetricJson {
  return simple(name, help, 'gauge', series)
}

/** A counter whose name is somebody else's and not that of a counter. */
export function untyped(name: string, help: string, series: readonly Series[]): MetricJson {
  return simple(name, help, 'untyped', series)
}

function simple(name: string, help: string, type: string, series: readonly Series[]): MetricJson {
  return { name, help, type, values: series.map(([labels, value]) => ({ labels: sorted(labels), value })) }
}

/** @param bounds Upper bounds of the buckets of all series. */
export function histogram(
  name: string,
  help: string,
  bounds: readonly number[],
  series: readonly (readonly [Labels, HistogramSnapshot])[],
): MetricJson {
  const values = series.flatMap(([labels, { counts, sum }]) => {
    const own = sorted(labels)
    let below = 0
    const buckets = counts.map((count, index) => {
      below += count
      const le = bounds[index] ?? '+Inf'
      return { labels: { ...own, le: String(le) }, value: below, metricName: `${name}_bucket` }
    })
    return [
      ...buckets,
      { labels: own, value: sum, metricName: `${name}_sum` },
      { labels: own, value: below, metricName: `${name}_count` },
    ]
  })
  return { name, help, type: 'histogram', values }
}

/** In alphabetical order, as clients of other servers expect it. */
function sorted(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** What is to be remembered of a process that has ended: its counts, added to those of others of its name. */
export function foldCounters(
  remembered: readonly MetricJson[],
  metrics: readonly MetricJson[],
): readonly MetricJson[] {
  const counted = [...remembered, ...metrics].filter(({ type }) => type === 'counter' || type === 'histogram')
  const byName = new Map<string, MetricJson>()
  for (const metric of counted) {
    const known = byName.get(metric.name)
    byName.set(metric.name, { ...metric, values: addValues([...(known?.values ?? []), ...metric.values]) })
  }
  return [...byName.values()]
}

function addValues(values: MetricJson['values']): MetricJson['values'] {
  const sums = new Map<string, MetricJson['values'][number]>()
  for (const one of values) {
    const key = JSON.stringify([one.metricName, Object.entries(one.labels).toSorted()])
    sums.set(key, { ...one, value: one.value + (sums.get(key)?.value ?? 0) })
  }
  return [...sums.values()]
}

/** Metrics of the same name become one; series of the same labels are added up. */
export function writeMetrics(metrics: readonly MetricJson[]): Promise<string> {
  // loaded when somebody asks for the first time
  const client: typeof import('prom-client') = createRequire(import.meta.url)('prom-client')
  return client.AggregatorRegistry.aggregate([
    metrics.map(metric => ({ ...metric, aggregator: 'sum' })),
  ]).metrics()
}
