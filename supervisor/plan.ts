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
  /** Workers of an older generation retire once the newer one is complete. */
  readonly generation: number
  /** Nothing is started, and everything retires. */
  readonly stopping: boolean
  /** A ready worker that is silent for longer is wedged: its run() blocks the event loop. */
  readonly silenceLimitMs: number
  readonly drainLimitMs: number
  /** By slot: not to be started before this time, after a death. */
  readonly notBeforeMs: ReadonlyMap<number, number>
}

export type KillReason = 'wedged' | 'drain timeout'

export type Action =
  | { readonly kind: 'spawn'; readonly slot: number; readonly generation: number }
  | { readonly kind: 'retire'; readonly id: number }
  | { readonly kind: 'kill'; readonly id: number; readonly reason: KillReason }

export interface Plan {
  readonly actions: readonly Action[]
  /** When to look again even if nothing happens; Infinity where nothing is awaited. */
  readonly wakeAtMs: number
}

/** True when a time has come; else it is remembered as a time to wake at. */
type Due = (atMs: number) => boolean

/** Compares what is wanted with what is seen. Doing what it says and asking again, with no time gone, gives no actions. */
export function plan(desired: Desired, workers: readonly WorkerView[], nowMs: number): Plan {
  let wakeAtMs = Number.POSITIVE_INFINITY
  const due: Due = atMs => {
    if (atMs > nowMs) wakeAtMs = Math.min(wakeAtMs, atMs)
    return atMs <= nowMs
  }
  const current = workers.filter(
    worker => worker.generation === desired.generation && worker.phase !== 'draining',
  )
  const complete = current.filter(worker => worker.phase === 'ready').length >= desired.slots
  const starts = desired.stopping
    ? []
    : emptySlots(desired, current).filter(slot => due(desired.notBeforeMs.get(slot) ?? nowMs))
  const ends = workers.flatMap(worker => {
    const leaves = desired.stopping || (worker.generation < desired.generation && complete)
    return endWorker(worker, desired, leaves, due) ?? []
  })
  return {
    actions: [
      ...starts.map(slot => ({ kind: 'spawn' as const, slot, generation: desired.generation })),
      ...ends,
    ],
    wakeAtMs,
  }
}

function emptySlots(desired: Desired, current: readonly WorkerView[]): number[] {
  const taken = new Set(current.map(worker => worker.slot))
  return Array.from({ length: desired.slots }, (_, slot) => slot).filter(slot => !taken.has(slot))
}

function endWorker(worker: WorkerView, desired: Desired, leaves: boolean, due: Due): Action | null {
  const { id, phase } = worker
  if (phase === 'draining')
    return due(worker.phaseSinceMs + desired.drainLimitMs)
      ? { kind: 'kill', id, reason: 'drain timeout' }
      : null
  if (phase === 'ready' && due(worker.lastHeardMs + desired.silenceLimitMs))
    return { kind: 'kill', id, reason: 'wedged' }
  return leaves ? { kind: 'retire', id } : null
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
