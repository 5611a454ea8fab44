// The metrics of the service, by the names that dashboards and alerts know. Pure: numbers in, metrics out.

import { type AnswerCode, ERRORS, isAnswerCode } from '../runtime/errors.ts'
import { DURATION_BOUNDS, type HistogramSnapshot } from '../runtime/histogram.ts'
import type { MetricJson } from '../runtime/process-metrics.ts'
import { addCounts, type RouteSnapshot } from '../runtime/request-meters.ts'
import type { StatisticsSnapshot } from '../runtime/statistics.ts'
import { counter, gauge, histogram, type Labels, type Series, untyped } from './exposition.ts'
import type { Measured, ServiceStatistics } from './measurement-desk.ts'
import type { ServiceStatus } from './status.ts'

export interface ServiceMetrics {
  readonly status: ServiceStatus
  readonly measured: Measured
  /** Answers that the front gave itself, by code. */
  readonly frontAnswers: Readonly<Record<string, number>>
  /** Why workers were started again, and how often. */
  readonly restarts: Readonly<Record<string, number>>
  readonly build: Labels
}

/** Series that are there from the start: one that begins with its first count hides it from a rate. */
const STATUSES = ['200', '400', '502', '503', '504']
const RESTART_REASONS = [
  'was killed by SIGKILL',
  'was killed (wedged)',
  'was killed (init timeout)',
  'exited with code 1',
]
const BATCH_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const WORKER_STATES = ['starting', 'ready', 'quarantined', 'draining']
const FRONT_ROUTE = 'front'
const NS_PER_US = 1000
const NV_PHASES = ['compute_input', 'compute_infer', 'compute_output'] as const

export function serviceMetrics(service: ServiceMetrics): readonly MetricJson[] {
  return [
    ...requestMetrics(service),
    ...batchMetrics(service.measured),
    ...workerMetrics(service),
    ...nvCounts(service.measured),
    gauge('scorehost_build_info', 'What is running; the value is 1.', [[service.build, 1]]),
    ...service.measured.process,
  ]
}

function requestMetrics({ status, measured: { routes }, frontAnswers }: ServiceMetrics): MetricJson[] {
  const errors = addCounts([frontAnswers, ...routes.map(({ codes }) => codes)])
  const waiting = (status.waiting ?? 0) + status.workers.reduce((sum, { queued }) => sum + queued, 0)
  const inFlight = status.workers.reduce((sum, worker) => sum + worker.inFlight, 0)
  const durations = (part: 'duration' | 'queue' | 'run') =>
    routes.map((route): [Labels, HistogramSnapshot] => [{ route: route.route }, route[part]])
  return [
    counter('scorehost_requests_total', 'Answers, by route and status.', [
      ...routes.flatMap(statusSeries),
      ...frontSeries(frontAnswers),
    ]),
    counter(
      'scorehost_requests_aborted_total',
      'Requests whose client hung up.',
      routes.map(({ route, aborted }) => [{ route }, aborted]),
    ),
    counter(
      'scorehost_errors_total',
      'Answers that are errors, by code.',
      codeSeries(errors, () => true, 'code'),
    ),
    counter(
      'scorehost_admission_refusals_total',
      'Requests that were refused for lack of room, and not run.',
      codeSeries(errors, code => ERRORS[code].fault === 'capacity', 'reason'),
    ),
    histogram(
      'scorehost_request_duration_seconds',
      'From the arrival of a request to the end of its answer.',
      DURATION_BOUNDS,
      durations('duration'),
    ),
    histogram(
      'scorehost_queue_duration_seconds',
      'How long requests waited for their turn.',
      DURATION_BOUNDS,
      durations('queue'),
    ),
    histogram(
      'scorehost_run_duration_seconds',
      'How long run() or the model took.',
      DURATION_BOUNDS,
      durations('run'),
    ),
    gauge('scorehost_queue_depth', 'Requests that wait for their turn.', [[{}, waiting]]),
    gauge('scorehost_requests_in_flight', 'Requests at a worker.', [[{}, inFlight]]),
  ]
}

function statusSeries({ route, statuses }: RouteSnapshot): Series[] {
  const all = addCounts([statuses, Object.fromEntries(STATUSES.map(status => [status, 0]))])
  return Object.entries(all).map(([status, count]) => [{ route, status }, count])
}

/** What the front answered itself: no route was looked for. */
function frontSeries(answers: Readonly<Record<string, number>>): Series[] {
  const byStatus: Record<string, number> = {}
  for (const [code, count] of Object.entries(answers)) {
    const status = String(isAnswerCode(code) ? ERRORS[code].status : 500)
    byStatus[status] = (byStatus[status] ?? 0) + count
  }
  return Object.entries(byStatus).map(([status, count]) => [{ route: FRONT_ROUTE, status }, count])
}

function codeSeries(
  counts: Readonly<Record<string, number>>,
  isMeant: (code: AnswerCode) => boolean,
  label: string,
): Series[] {
  return Object.keys(ERRORS)
    .filter(isAnswerCode)
    .filter(isMeant)
    .map(code => [{ [label]: code }, counts[code] ?? 0])
}

function workerMetrics({ status, restarts }: ServiceMetrics): MetricJson[] {
  const known = Object.fromEntries(RESTART_REASONS.map(reason => [reason, 0]))
  const { workers } = status
  return [
    counter(
      'scorehost_worker_restarts_total',
      'Workers that ended and were started again, by how they ended.',
      Object.entries(addCounts([known, restarts])).map(([reason, count]) => [{ reason }, count]),
    ),
    gauge(
      'scorehost_workers',
      'Worker processes, by state.',
      WORKER_STATES.map(state => [{ state }, workers.filter(worker => worker.state === state).length]),
    ),
    gauge(
      'scorehost_worker_memory_bytes',
      'Resident memory of a worker.',
      workers.flatMap(({ slot, generation, rssBytes }): Series[] =>
        rssBytes === null ? [] : [[{ generation: String(generation), worker: String(slot) }, rssBytes]],
      ),
    ),
    gauge('scorehost_ready', '1 where the service is ready.', [[{}, status.state === 'ready' ? 1 : 0]]),
  ]
}

function batchMetrics({ statistics }: Measured): MetricJson[] {
  const all = scoredModels(statistics)
  return [
    histogram(
      'scorehost_batch_size',
      'Rows of a run.',
      BATCH_BOUNDS,
      all.map(({ labels, snapshot }) => [labels, sizesOf(snapshot)]),
    ),
    counter(
      'scorehost_batch_releases_total',
      'Batches that were run, by why they were not waited for any longer.',
      all.flatMap(({ labels, snapshot }) =>
        Object.entries(snapshot.batch_releases).map(
          ([reason, count]): Series => [{ ...labels, reason }, count],
        ),
      ),
    ),
  ]
}

function sizesOf({ batch_stats }: StatisticsSnapshot): HistogramSnapshot {
  const counts = new Array<number>(BATCH_BOUNDS.length + 1).fill(0)
  let sum = 0
  for (const { batch_size, compute_infer } of batch_stats) {
    const found = BATCH_BOUNDS.findIndex(bound => batch_size <= bound)
    const bucket = found < 0 ? BATCH_BOUNDS.length : found
    counts[bucket] = (counts[bucket] ?? 0) + compute_infer.count
    sum += batch_size * compute_infer.count
  }
  return { counts, sum }
}

/** The counters of Triton, all of them, for the dashboards and alerts that know them. A score module is a model of no version. */
export function nvMetrics(measured: Measured): readonly MetricJson[] {
  return [...nvCounts(measured), ...nvDurations(measured)]
}

function nvCounts({ statistics }: Measured): MetricJson[] {
  const all = scoredModels(statistics)
  const each = (name: string, help: string, read: (snapshot: StatisticsSnapshot) => number) =>
    untyped(
      name,
      help,
      all.map(({ labels, snapshot }) => [labels, read(snapshot)]),
    )
  return [
    each(
      'nv_inference_request_success',
      'Inference requests that succeeded.',
      s => s.inference_stats.success.count,
    ),
    untyped(
      'nv_inference_request_failure',
      'Inference requests that failed, by reason.',
      all.flatMap(({ labels, snapshot }) =>
        Object.entries(snapshot.failures).map(([reason, count]): Series => [{ ...labels, reason }, count]),
      ),
    ),
    each('nv_inference_count', 'Inferences, in rows.', s => s.inference_count),
    each('nv_inference_exec_count', 'Model executions.', s => s.execution_count),
  ]
}

/** Apart from the counts: promtool objects to microseconds in the name of a metric. */
function nvDurations({ statistics }: Measured): MetricJson[] {
  const microseconds = (name: string, what: string, read: (snapshot: StatisticsSnapshot) => number) =>
    untyped(
      `nv_inference_${name}_duration_us`,
      `Cumulative ${what} in microseconds.`,
      scoredModels(statistics).map(({ labels, snapshot }) => [
        labels,
        Math.round(read(snapshot) / NS_PER_US),
      ]),
    )
  return [
    microseconds(
      'request',
      'duration of requests',
      s => s.inference_stats.success.ns + s.inference_stats.fail.ns,
    ),
    microseconds('queue', 'time in the queue', s => s.inference_stats.queue.ns),
    ...NV_PHASES.map(name =>
      microseconds(name, `time of ${name.replace('_', ' ')}`, s => s.inference_stats[name].ns),
    ),
  ]
}

/** Each model that has scored, and what it has. */
function scoredModels(statistics: ServiceStatistics) {
  return Object.entries(statistics).map(([key, snapshot]) => ({ labels: labelsOf(key), snapshot }))
}

function labelsOf(key: string): Labels {
  const at = key.lastIndexOf('/')
  return { model: key.slice(0, at), version: key.slice(at + 1) }
}
