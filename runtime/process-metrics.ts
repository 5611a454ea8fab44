// What Node tells of its own process: CPU, memory, event loop, garbage collection.

import { createRequire } from 'node:module'
import type { Registry } from 'prom-client'

/** One metric with all its series, as prom-client writes and reads it. Plain JSON: it travels between processes. */
export interface MetricJson {
  readonly name: string
  readonly help: string
  /** Of Prometheus: counter, gauge, histogram, untyped. */
  readonly type: string
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>
    readonly value: number
    /** Of a histogram: with its suffix. */
    readonly metricName?: string
  }[]
}

/** Gauges that promtool takes for counters by their names; without `_total` the same numbers are there by kind. */
const MISNAMED = /^nodejs_active_(resources|handles|requests)_total$/

export class ProcessMetrics {
  readonly #registry: Registry

  /** Loads prom-client and begins to measure. */
  constructor() {
    const client: typeof import('prom-client') = createRequire(import.meta.url)('prom-client')
    this.#registry = new client.Registry()
    client.collectDefaultMetrics({ register: this.#registry })
  }

  /** @param name Of the process: the label by which its series are told from those of others. */
  async read(name: string): Promise<readonly MetricJson[]> {
    // true: a registry gives each of its metrics with its values
    const metrics = (await this.#registry.getMetricsAsJSON()) as unknown as readonly MetricJson[]
    return metrics.filter(metric => !MISNAMED.test(metric.name)).map(metric => labelled(metric, name))
  }
}

function labelled({ name, help, type, values }: MetricJson, process: string): MetricJson {
  return {
    name,
    help,
    type,
    values: values.map(value => ({ ...value, labels: { process, ...value.labels } })),
  }
}
