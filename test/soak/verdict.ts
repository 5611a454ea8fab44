// What came of the requests: how many were lost, and which answers no fault explains.

import type { FaultKind } from './fault-schedule.ts'

export interface Traffic {
  readonly sent: number
  /** Outcomes by status and code, as `tally` gives them; those of status 0 are no answers. */
  readonly counts: Readonly<Record<string, number>>
}

export interface Verdict {
  readonly answered: number
  readonly lost: number
  /** Answers that none of the faults done can have caused. */
  readonly unexplained: readonly string[]
}

/**
 * Which faults may cause which answer. A reload, a client that hangs up and a slow one explain nothing: they must not harm.
 * Where a worker is missing, the others have fewer places, and the queue may fill without a burst.
 */
const EXPLAINED_BY: Readonly<Record<string, readonly FaultKind[]>> = {
  '502 ERR_WORKER_LOST': ['kill', 'loop'],
  '503 ERR_NO_WORKER': ['kill', 'loop'],
  '503 ERR_QUEUE_FULL': ['burst', 'kill', 'loop'],
  '503 ERR_QUEUE_TIMEOUT': ['kill', 'loop'],
  '504 ERR_SCORING_TIMEOUT': ['loop'],
}

export function judge({ sent, counts }: Traffic, done: ReadonlySet<FaultKind>): Verdict {
  const answers = Object.entries(counts).filter(([key]) => !/^0( |$)/.test(key))
  const answered = answers.reduce((sum, [, count]) => sum + count, 0)
  const unexplained = answers
    .map(([key]) => key)
    .filter(key => key !== '200' && !EXPLAINED_BY[key]?.some(kind => done.has(kind)))
  return { answered, lost: sent - answered, unexplained }
}

/** Sums of the same keys. */
export function addCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, count] of all.flatMap(Object.entries<number>)) sums[key] = (sums[key] ?? 0) + count
  return sums
}
