// Which of the requests that wait go into the next batch, and when. Pure: no timers, no clock.

import type { BatchPolicy } from '../scoring.ts'

/** A request that waits, as the batcher sees it. */
export interface Candidate {
  readonly arrivedMs: number
  /** Rows that it adds to a batch; it is never split. */
  readonly rows: number
  /** Only requests with the same key fit into one batch. */
  readonly key: string
}

/** Why a batch was sent with just these requests. */
export type ReleaseReason =
  /** The next request would have been too much. */
  | 'full'
  /** The next request does not fit together with these. */
  | 'shape'
  /** A preferred size was reached. */
  | 'preferred'
  /** The oldest has waited for as long as it may; without a delay that is at once. */
  | 'delay'

export interface Release {
  /** How many of the line's head to run now, together. */
  readonly take: number
  readonly rows: number
  readonly reason: ReleaseReason
  /** Where none is taken: when to look again, if no other request comes before. */
  readonly wakeAtMs: number
}

/** So many requests, and their rows. */
interface Prefix {
  readonly take: number
  readonly rows: number
}

/** The head of the line that fits into one batch. */
interface Head extends Prefix {
  /** The longest part of it that has a preferred size. */
  readonly preferred: Prefix | null
  /** Why it cannot grow; null where it can. */
  readonly blocked: 'full' | 'shape' | null
  readonly oldestMs: number
}

/**
 * Sends the longest head of the line that has a preferred size, unless the oldest request is past its delay; else all that
 * fits together where that cannot grow or the delay is over; else waits.
 *
 * @param line Requests that wait, in the order in which they are to be run.
 * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/batcher.html
 */
export function nextBatch(line: Iterable<Candidate>, policy: BatchPolicy, nowMs: number): Release {
  const { preferred, blocked, oldestMs, ...all } = headOf(line, policy)
  const wakeAtMs = oldestMs + policy.maxDelayMs
  const overdue = nowMs >= wakeAtMs
  if (preferred !== null && !overdue) return { ...preferred, reason: 'preferred', wakeAtMs }
  if (blocked !== null || overdue) return { ...all, reason: blocked ?? 'delay', wakeAtMs }
  return { take: 0, rows: 0, reason: 'delay', wakeAtMs }
}

/** Walks the line until a request does not fit; the first always does. */
function headOf(line: Iterable<Candidate>, policy: BatchPolicy): Head {
  let take = 0
  let rows = 0
  let preferred: Prefix | null = null
  let oldestMs = Number.POSITIVE_INFINITY
  let key: string | null = null
  const head = (blocked: Head['blocked']) => ({ take, rows, preferred, blocked, oldestMs })
  for (const candidate of line) {
    if (key !== null && candidate.key !== key) return head('shape')
    if (take > 0 && rows + candidate.rows > policy.maxSize) return head('full')
    key = candidate.key
    take += 1
    rows += candidate.rows
    oldestMs = Math.min(oldestMs, candidate.arrivedMs)
    if (policy.preferredSizes.includes(rows)) preferred = { take, rows }
    if (rows >= policy.maxSize) return head('full')
  }
  return head(null)
}
