// Which of the requests that wait go into the next batch, and when. Pure: no timers, no clock.

import type { BatchPolicy } from '../scoring.ts'

/** A request that waits, as the batcher sees it. */
export interface Candidate {
  readonly arrivedMs: number
}

export interface Release {
  /** How many of the line's head to run now, together. */
  readonly take: number
  /** Where that is none: when to look again, if no other request comes before. */
  readonly wakeAtMs: number
}

/**
 * Sends a full batch at once, and what there is when the oldest has waited for as long as it may: with a delay of 0 that is
 * at once too, so that what queued while the last batch ran is the next one.
 *
 * @param line Requests that wait, in the order in which they came.
 */
export function nextBatch(line: Iterable<Candidate>, policy: BatchPolicy, nowMs: number): Release {
  let count = 0
  let wakeAtMs = Number.POSITIVE_INFINITY
  for (const { arrivedMs } of line) {
    wakeAtMs = Math.min(wakeAtMs, arrivedMs + policy.maxDelayMs)
    count += 1
    if (count === policy.maxSize) return { take: count, wakeAtMs }
  }
  return { take: nowMs >= wakeAtMs ? count : 0, wakeAtMs }
}
