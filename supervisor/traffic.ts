// The traffic of the last minutes, step by step: what the plots of the dashboard are made of. Counts in, rates and percentiles out.

import { type AnswerCode, ERRORS } from '../runtime/errors.ts'
import { addHistograms, DURATION_BOUNDS, type HistogramSnapshot, quantileOf } from '../runtime/histogram.ts'
import { addCounts, type RouteSnapshot } from '../runtime/request-meters.ts'

/** Since the service started. */
export interface TrafficTotals {
  /** Answers. */
  readonly requests: number
  /** Answers with a status from 400 on. */
  readonly errors: number
  /** Errors of ours, by code. */
  readonly codes: Readonly<Record<string, number>>
  /** In seconds, of what the workers answered. */
  readonly duration: HistogramSnapshot
}

/** What cannot be counted, only looked at. */
export interface Moment {
  /** Since the service started. */
  readonly atMs: number
  readonly inFlight: number
  readonly queued: number
}

interface Step extends Moment, TrafficTotals {
  readonly lengthMs: number
}

export interface Latency {
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
}

export interface TrafficSummary extends Latency {
  readonly seconds: number
  readonly requests: number
  readonly errors: number
  readonly requestRate: number
  readonly errorRate: number
}

/** Columns of equal length, oldest first: half the size of rows. */
export interface TrafficHistory {
  readonly atMs: readonly number[]
  readonly requestRate: readonly number[]
  readonly errorRate: readonly number[]
  readonly p50Ms: readonly (number | null)[]
  readonly p90Ms: readonly (number | null)[]
  readonly p99Ms: readonly (number | null)[]
  readonly inFlight: readonly number[]
  readonly queued: readonly number[]
}

const MS_PER_S = 1000
const FIRST_ERROR = 400
const NOTHING: TrafficTotals = { requests: 0, errors: 0, codes: {}, duration: { counts: [], sum: 0 } }

/** @param frontAnswers Errors that the front answered itself, by code. */
export function trafficTotals(
  routes: readonly RouteSnapshot[],
  frontAnswers: Readonly<Record<string, number>>,
): TrafficTotals {
  const statuses = addCounts([...routes.map(route => route.statuses), byStatus(frontAnswers)])
  const all = Object.entries(statuses)
  const sum = (entries: typeof all) => entries.reduce((total, [, count]) => total + count, 0)
  return {
    requests: sum(all),
    errors: sum(all.filter(([status]) => Number(status) >= FIRST_ERROR)),
    codes: addCounts([frontAnswers, ...routes.map(route => route.codes)]),
    duration: addHistograms(routes.map(route => route.duration)),
  }
}

function byStatus(codes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return addCounts(Object.entries(codes).map(([code, count]) => ({ [statusOf(code) ?? 500]: count })))
}

/** Null where the code is none of an answer's. */
export function statusOf(code: string): number | null {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as AnswerCode].status : null // true: just looked up
}

export function latencyOf(duration: HistogramSnapshot): Latency {
  const milliseconds = (quantile: number) => {
    const seconds = quantileOf(duration, DURATION_BOUNDS, quantile)
    return seconds === null ? null : rounded(seconds * MS_PER_S)
  }
  return { p50Ms: milliseconds(0.5), p90Ms: milliseconds(0.9), p99Ms: milliseconds(0.99) }
}

export class Traffic {
  readonly #most: number
  readonly #steps: Step[] = []
  #before = NOTHING
  #beforeMs = 0

  /** @param most Steps that are remembered. */
  constructor(most: number) {
    this.#most = most
  }

  /** @param totals That never fall. */
  add(totals: TrafficTotals, moment: Moment): void {
    const lengthMs = moment.atMs - this.#beforeMs
    if (lengthMs <= 0) return
    this.#steps.push({ ...moment, lengthMs, ...since(this.#before, totals) })
    if (this.#steps.length > this.#most) this.#steps.shift()
    this.#before = totals
    this.#beforeMs = moment.atMs
  }

  /** @param steps How many of the newest. */
  summary(steps: number): TrafficSummary {
    const newest = this.#steps.slice(-steps)
    const sum = (part: (step: Step) => number) => newest.reduce((total, step) => total + part(step), 0)
    const seconds = sum(step => step.lengthMs) / MS_PER_S
    const [requests, errors] = [sum(step => step.requests), sum(step => step.errors)]
    const perSecond = (count: number) => (seconds === 0 ? 0 : rounded(count / seconds))
    return {
      seconds: rounded(seconds),
      requests,
      errors,
      requestRate: perSecond(requests),
      errorRate: perSecond(errors),
      ...latencyOf(addHistograms(newest.map(step => step.duration))),
    }
  }

  /** Errors of the steps that are remembered, by code. */
  codes(): Readonly<Record<string, number>> {
    return addCounts(this.#steps.map(step => step.codes))
  }

  history(): TrafficHistory {
    const column = <T>(part: (step: Step) => T) => this.#steps.map(part)
    const latencies = column(step => latencyOf(step.duration))
    const rate = (count: number, lengthMs: number) => rounded((count * MS_PER_S) / lengthMs)
    return {
      atMs: column(step => step.atMs),
      requestRate: column(step => rate(step.requests, step.lengthMs)),
      errorRate: column(step => rate(step.errors, step.lengthMs)),
      p50Ms: latencies.map(latency => latency.p50Ms),
      p90Ms: latencies.map(latency => latency.p90Ms),
      p99Ms: latencies.map(latency => latency.p99Ms),
      inFlight: column(step => step.inFlight),
      queued: column(step => step.queued),
    }
  }
}

function since(before: TrafficTotals, now: TrafficTotals): TrafficTotals {
  const codes = Object.entries(now.codes)
    .map(([code, count]): [string, number] => [code, count - (before.codes[code] ?? 0)])
    .filter(([, count]) => count > 0)
  return {
    // a count that falls would be a defect, and a plot below zero the worse sign of it
    requests: Math.max(0, now.requests - before.requests),
    errors: Math.max(0, now.errors - before.errors),
    codes: Object.fromEntries(codes),
    duration: {
      counts: now.duration.counts.map((count, bucket) =>
        Math.max(0, count - (before.duration.counts[bucket] ?? 0)),
      ),
      sum: now.duration.sum - before.duration.sum,
    },
  }
}

/** To what a plot can show. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
