// What to do about the workers, decided from what is wanted and what is seen. Pure: no processes, no clock.

export type Phase = 'starting' | 'ready' | 'draining'

/** One worker process as the supervisor sees it. Times are milliseconds of one monotonic clock. */
export interface WorkerView {
  readonly id: number
  readonly slot: number
  readonly generation: number
  readonly phase: Phase
  /** When it entered its phase. */
  readonly phaseSinceMs: number
  /** When it last sent anything. */
  readonly lastHeardMs: number
}

export interface Desired {
  /** Workers wanted, one for each slot 0 … slots-1. */
  readonly slots: number
  /** Workers of any other generation retire once each slot has a ready one of this. */
  readonly generation: number
  /** Nothing is started, and everything retires. */
  readonly stopping: boolean
  /** A ready worker that is silent for longer is wedged: its run() blocks the event loop. */
  readonly silenceLimitMs: number
  readonly drainLimitMs: number
  /** How long a worker may take to become ready. */
  readonly initLimitMs: number
  /** By slot: not to be started before this time, after a death. */
  readonly notBeforeMs: ReadonlyMap<number, number>
}

/** A ready worker silent for longer than the scoring timeout and this is killed: its run() will not come back. */
export const SILENCE_MARGIN_MS = 5000

export type KillReason = 'wedged' | 'init timeout' | 'drain timeout'

export type Action =
  | { readonly kind: 'spawn'; readonly slot: number; readonly generation: number }
  | { readonly kind: 'retire'; readonly id: number }
  | { readonly kind: 'kill'; readonly id: number; readonly reason: KillReason }

export interface Plan {
  readonly actions: readonly Action[]
  /** When to look again even if nothing happens; Infinity where nothing is awaited. */
  readonly wakeAtMs: number
}

/** Compares what is wanted with what is seen. Doing what it says and asking again, with no time gone, gives no actions. */
export function plan(desired: Desired, workers: readonly WorkerView[], nowMs: number): Plan {
  let wakeAtMs = Number.POSITIVE_INFINITY
  /** True when a time has come; else it is remembered as a time to wake at. */
  const due = (atMs: number) => {
    if (atMs > nowMs) wakeAtMs = Math.min(wakeAtMs, atMs)
    return atMs <= nowMs
  }
  const slots = Array.from({ length: desired.slots }, (_, slot) => slot)
  const current = workers.filter(
    worker => worker.generation === desired.generation && worker.phase !== 'draining',
  )
  const taken = new Set(current.map(worker => worker.slot))
  const healthy = current.filter(worker => worker.phase === 'ready' && deadline(worker, desired).atMs > nowMs)
  const complete = slots.every(slot => healthy.some(worker => worker.slot === slot))

  const empty = desired.stopping ? [] : slots.filter(slot => !taken.has(slot))
  const startable = empty.filter(slot => due(desired.notBeforeMs.get(slot) ?? nowMs))
  const actions: Action[] = startable.map(slot => ({ kind: 'spawn', slot, generation: desired.generation }))
  if (startable.length > 0) due(nowMs + desired.initLimitMs)
  for (const worker of workers) {
    const { id, phase, slot, generation } = worker
    const surplus = slot >= desired.slots || (generation !== desired.generation && complete)
    const { atMs, reason } = deadline(worker, desired)
    if (due(atMs)) actions.push({ kind: 'kill', id, reason })
    else if (phase !== 'draining' && (desired.stopping || surplus)) {
      actions.push({ kind: 'retire', id })
      due(nowMs + desired.drainLimitMs)
    }
  }
  return { actions, wakeAtMs }
}

/** Until when a worker may be as it is. */
function deadline(
  worker: WorkerView,
  desired: Desired,
): { readonly atMs: number; readonly reason: KillReason } {
  switch (worker.phase) {
    case 'starting':
      return { atMs: worker.phaseSinceMs + desired.initLimitMs, reason: 'init timeout' }
    case 'ready':
      return { atMs: worker.lastHeardMs + desired.silenceLimitMs, reason: 'wedged' }
    case 'draining':
      return { atMs: worker.phaseSinceMs + desired.drainLimitMs, reason: 'drain timeout' }
  }
}

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 10_000
/** A worker that lived this long was healthy: its death is the first again. */
const HEALTHY_AFTER_MS = 60_000

/** How long to wait before a slot is started again: 100 ms after its first death, doubled for each more, 10 s at most. */
export function restartDelayMs(deathsInARow: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (deathsInARow - 1))
}

/** Deaths in a row, counted anew after a life of a minute. */
export function countDeath(deathsBefore: number, lifetimeMs: number): number {
  return lifetimeMs >= HEALTHY_AFTER_MS ? 1 : deathsBefore + 1
}
