// Which fault comes when, decided by a seed: the same seed gives the same faults.

export const FAULTS = ['kill', 'reload', 'loop', 'burst', 'hang up', 'slow client'] as const
export type FaultKind = (typeof FAULTS)[number]

export interface PlannedFault {
  /** Time to wait since the fault before. */
  readonly afterMs: number
  readonly kind: FaultKind
  /** From 0 to below 1, for what the fault chooses itself. */
  readonly choice: number
}

const SHORTEST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5000

/** Faults without end. */
export function* faultSchedule(seed: number): Generator<PlannedFault, never> {
  const random = seededRandom(seed)
  for (;;) {
    yield {
      afterMs: Math.round(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS)),
      kind: pick(FAULTS, random()),
      choice: random(),
    }
  }
}

/** @param choice From 0 to below 1. */
export function pick<T>([first, ...others]: readonly [T, ...T[]], choice: number): T {
  return [first, ...others][Math.floor(choice * (others.length + 1))] ?? first
}

/** mulberry32: numbers from 0 to below 1. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
