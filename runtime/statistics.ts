// What was scored so far, counted: of one model in one worker, or of several put together.

/** How often, and for how long in all. */
export interface Duration {
  readonly count: number
  readonly ns: number
}

/** Durations of the three parts of a run. */
export type Phase = 'compute_input' | 'compute_infer' | 'compute_output'

export interface BatchStatistics extends Readonly<Record<Phase, Duration>> {
  readonly batch_size: number
}

/** Plain JSON: it travels between processes. The names are those of the V2 protocol's statistics extension. */
export interface StatisticsSnapshot {
  /** Of the last request, in milliseconds since 1970; 0 before the first. */
  readonly last_inference: number
  /** Rows. */
  readonly inference_count: number
  /** Batches. */
  readonly execution_count: number
  readonly inference_stats: Readonly<Record<'success' | 'fail' | 'queue' | Phase, Duration>>
  /** Sorted by size. */
  readonly batch_stats: readonly BatchStatistics[]
  /** How many batches were sent for which reason. */
  readonly batch_releases: Readonly<Record<string, number>>
  /** Failures by whose they are. */
  readonly failures: Readonly<Record<FailureReason, number>>
}

/** Refused and not run; the client went away; the run failed or was late; anything else. The words are Triton's. */
export const FAILURE_REASONS = ['REJECTED', 'CANCELED', 'BACKEND', 'OTHER'] as const

export type FailureReason = (typeof FAILURE_REASONS)[number]

const PHASES = ['compute_input', 'compute_infer', 'compute_output'] as const
const MEASURES = ['success', 'fail', 'queue', ...PHASES] as const
const NS_PER_MS = 1e6

type Measure = (typeof MEASURES)[number]

class Counter implements Duration {
  count = 0
  ns = 0

  add(count: number, ms: number): void {
    this.count += count
    this.ns += Math.round(ms * NS_PER_MS)
  }

  toJSON(): Duration {
    return { count: this.count, ns: this.ns }
  }
}

function counters<Name extends string>(names: readonly Name[]): Record<Name, Counter> {
  return Object.fromEntries(names.map(name => [name, new Counter()])) as Record<Name, Counter> // true: one for each name
}

/** Of one model in one worker. */
export class Statistics {
  readonly #measures = counters(MEASURES)
  readonly #batches = new Map<number, Record<Phase, Counter>>()
  readonly #releases = new Map<string, number>()
  readonly #failures: Record<FailureReason, number> = { REJECTED: 0, CANCELED: 0, BACKEND: 0, OTHER: 0 }
  #lastInference = 0
  #rows = 0
  #executions = 0

  /** A request has had its turn, after a wait of `ms`. */
  waited(ms: number): void {
    this.#measures.queue.add(1, ms)
  }

  /** A batch was sent on its way. */
  released(reason: string): void {
    this.#releases.set(reason, (this.#releases.get(reason) ?? 0) + 1)
  }

  /** A batch of so many rows and requests was run. */
  executed(rows: number, requests: number, phases: Readonly<Record<Phase, number>>): void {
    this.#executions += 1
    this.#rows += rows
    const batch = this.#batches.get(rows) ?? counters(PHASES)
    this.#batches.set(rows, batch)
    for (const phase of PHASES) {
      batch[phase].add(1, phases[phase])
      this.#measures[phase].add(requests, requests * phases[phase])
    }
  }

  /** A request is answered, `ms` after it came. */
  succeeded(ms: number): void {
    this.#measures.success.add(1, ms)
    this.#lastInference = Date.now()
  }

  /** A request has failed, `ms` after it came. */
  failed(reason: FailureReason, ms: number): void {
    this.#failures[reason] += 1
    this.#measures.fail.add(1, ms)
    this.#lastInference = Date.now()
  }

  snapshot(): StatisticsSnapshot {
    const batches = [...this.#batches].toSorted(([a], [b]) => a - b)
    return {
      last_inference: this.#lastInference,
      inference_count: this.#rows,
      execution_count: this.#executions,
      inference_stats: mapRecord(MEASURES, name => this.#measures[name].toJSON()),
      batch_stats: batches.map(([batch_size, phases]) => ({
        batch_size,
        ...mapRecord(PHASES, phase => phases[phase].toJSON()),
      })),
      batch_releases: Object.fromEntries(this.#releases),
      failures: { ...this.#failures },
    }
  }
}

/** Of the same model in several workers. */
export function mergeStatistics(snapshots: readonly StatisticsSnapshot[]): StatisticsSnapshot {
  const sum = (part: (one: StatisticsSnapshot) => number) =>
    snapshots.reduce((total, one) => total + part(one), 0)
  const sizes = new Set(snapshots.flatMap(one => one.batch_stats.map(batch => batch.batch_size)))
  const reasons = new Set(snapshots.flatMap(one => Object.keys(one.batch_releases)))
  return {
    last_inference: Math.max(0, ...snapshots.map(one => one.last_inference)),
    inference_count: sum(one => one.inference_count),
    execution_count: sum(one => one.execution_count),
    inference_stats: mapRecord(MEASURES, (name: Measure) =>
      total(snapshots.map(one => one.inference_stats[name])),
    ),
    batch_stats: [...sizes]
      .toSorted((a, b) => a - b)
      .map(batch_size => {
        const same = snapshots.flatMap(one =>
          one.batch_stats.filter(batch => batch.batch_size === batch_size),
        )
        return { batch_size, ...mapRecord(PHASES, phase => total(same.map(batch => batch[phase]))) }
      }),
    batch_releases: Object.fromEntries(
      [...reasons].map(reason => [reason, sum(one => one.batch_releases[reason] ?? 0)]),
    ),
    failures: mapRecord(FAILURE_REASONS, reason => sum(one => one.failures[reason])),
  }
}

function total(durations: readonly Duration[]): Duration {
  return {
    count: durations.reduce((sum, one) => sum + one.count, 0),
    ns: durations.reduce((sum, one) => sum + one.ns, 0),
  }
}

function mapRecord<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<Name, Value> // true: one for each name
}
