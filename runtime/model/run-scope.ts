// In whose scope the score module runs: the requests that its log lines are of, and the span that its own spans are below.

import { inScope, type RequestScope } from '../request-scope.ts'
import type { RunTrace } from '../score-trace.ts'
import type { ScoreRequest } from '../scoring.ts'

export class RunScope {
  readonly fields: RequestScope
  readonly #run: RunTrace | undefined

  constructor(batch: readonly ScoreRequest[]) {
    const [first] = batch
    this.#run = spanOf(batch)
    const ids =
      batch.length === 1 && first !== undefined
        ? { requestId: first.requestId }
        : { requestIds: batch.map(({ requestId }) => requestId) }
    this.fields = this.#run === undefined ? ids : { ...ids, ...this.#run.ids }
  }

  within<T>(run: () => T): T {
    const traced = this.#run
    return inScope(this.fields, traced === undefined ? run : () => traced.within(run))
  }
}

/** There is one active span, also in a batch: of the requests that are kept, the first. */
function spanOf(batch: readonly ScoreRequest[]): RunTrace | undefined {
  return batch.find(({ run }) => run?.isSampled === true)?.run ?? batch[0]?.run
}
