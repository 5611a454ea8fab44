// What the dashboard shows, as the JSON that its page asks for. Pure: numbers in, JSON out.

import { addCounts } from '../runtime/request-meters.ts'
import type { Settings } from '../runtime/settings.ts'
import type { Measured, ServiceStatistics } from './measurement-desk.ts'
import type { ServiceStatus } from './status.ts'
import {
  type Latency,
  latencyOf,
  statusOf,
  type Traffic,
  type TrafficHistory,
  type TrafficSummary,
  trafficTotals,
} from './traffic.ts'

export const STEP_MS = 2000
/** Ten minutes. */
export const STEPS = 300
/** Of the numbers that stand for now: shorter ones jump about. */
const RECENT_STEPS = 5

export interface DashboardSources {
  readonly settings: Settings
  readonly version: string
  readonly status: ServiceStatus
  /** At the end of the last step. */
  readonly measured: Measured
  readonly frontAnswers: Readonly<Record<string, number>>
  readonly restarts: Readonly<Record<string, number>>
  readonly traffic: Traffic
}

export interface DashboardData {
  readonly service: ServiceStatus & {
    readonly name: string
    readonly version: string
    readonly node: string
    readonly front: string
    readonly profile: string
    /** Worker processes that there are meant to be. */
    readonly slots: number
    readonly queueSize: number
    /** False where SCOREHOST_METRICS is off: then there is no traffic to show. */
    readonly counts: boolean
    /** /metrics is on this port. */
    readonly metricsHere: boolean
  }
  readonly inFlight: number
  readonly queued: number
  /** Workers that were started again, by how they had ended. */
  readonly restarts: Readonly<Record<string, number>>
  readonly recent: TrafficSummary
  readonly whole: TrafficSummary
  /** Since the service started. */
  readonly totals: { readonly requests: number; readonly errors: number }
  readonly errors: readonly ErrorCount[]
  readonly routes: readonly RouteSummary[]
  readonly batches: readonly ModelBatches[]
  readonly stepMs: number
  readonly steps: number
  readonly history: TrafficHistory
}

interface ErrorCount {
  readonly code: string
  readonly status: number | null
  /** In the steps that are remembered. */
  readonly recent: number
  readonly total: number
}

interface RouteSummary extends Latency {
  readonly route: string
  readonly requests: number
  readonly errors: number
}

interface ModelBatches {
  readonly model: string
  readonly version: string
  readonly runs: number
  readonly rows: number
  /** Rows of a run, and how many runs had so many. */
  readonly sizes: readonly (readonly [rows: number, runs: number])[]
}

export function dashboardData(sources: DashboardSources): DashboardData {
  const { settings, version, status, measured, frontAnswers, restarts, traffic } = sources
  const { requests, errors, codes } = trafficTotals(measured.routes, frontAnswers)
  return {
    service: {
      ...status,
      name: settings.serviceName,
      version,
      node: process.version,
      front: settings.front,
      profile: settings.profile,
      slots: settings.workerCount,
      queueSize: settings.queueSize,
      counts: settings.metrics,
      metricsHere: settings.metrics && settings.metricsPort === null,
    },
    ...underWay(status),
    restarts,
    recent: traffic.summary(RECENT_STEPS),
    whole: traffic.summary(STEPS),
    totals: { requests, errors },
    errors: errorCounts(codes, traffic.codes()),
    routes: routeSummaries(measured),
    batches: modelBatches(measured.statistics),
    stepMs: STEP_MS,
    steps: STEPS,
    history: traffic.history(),
  }
}

/** Requests at the workers, and those that wait in the front or in a worker. */
export function underWay({ waiting, workers }: ServiceStatus): { inFlight: number; queued: number } {
  return {
    inFlight: workers.reduce((sum, worker) => sum + worker.inFlight, 0),
    queued: (waiting ?? 0) + workers.reduce((sum, worker) => sum + worker.queued, 0),
  }
}

/** The most frequent first. */
function errorCounts(
  totals: Readonly<Record<string, number>>,
  recent: Readonly<Record<string, number>>,
): readonly ErrorCount[] {
  // an error may be younger than the last step
  return Object.keys(addCounts([totals, recent]))
    .map(code => ({ code, status: statusOf(code), recent: recent[code] ?? 0, total: totals[code] ?? 0 }))
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.recent - a.recent || b.total - a.total || a.code.localeCompare(b.code))
}

/** Of the routes that were asked for, the busiest first. */
function routeSummaries({ routes }: Measured): readonly RouteSummary[] {
  return routes
    .map(route => {
      const { requests, errors } = trafficTotals([route], {})
      return { route: route.route, requests, errors, ...latencyOf(route.duration) }
    })
    .filter(({ requests }) => requests > 0)
    .toSorted((a, b) => b.requests - a.requests)
}

function modelBatches(statistics: ServiceStatistics): readonly ModelBatches[] {
  return Object.entries(statistics)
    .filter(([, { execution_count }]) => execution_count > 0)
    .map(([key, { execution_count, inference_count, batch_stats }]) => {
      const at = key.lastIndexOf('/')
      return {
        model: key.slice(0, at),
        version: key.slice(at + 1),
        runs: execution_count,
        rows: inference_count,
        sizes: batch_stats.map(({ batch_size, compute_infer }) => [batch_size, compute_infer.count] as const),
      }
    })
}
