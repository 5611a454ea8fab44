// Runs requests under their deadline and gives every failure its code.

import { ScorehostError, scoringTimedOut } from '../errors.ts'
import type { Core, ScoreRequest, ScoreResult, Scorer, ServiceInfo } from '../scoring.ts'

/** The scoring path between a contract and a scorer. */
export class Engine implements Core {
  readonly service: ServiceInfo
  readonly #scorer: Scorer
  readonly #timeoutMs: number
  #inFlight = 0

  constructor(scorer: Scorer, service: ServiceInfo, timeoutMs: number) {
    this.#scorer = scorer
    this.service = service
    this.#timeoutMs = timeoutMs
  }

  /** Requests whose run() has not settled, those that were answered with a 504 included. */
  get inFlight(): number {
    return this.#inFlight
  }

  /**
   * A result that comes after the deadline is discarded.
   *
   * @throws ScorehostError ERR_RUN_FAILED with what was thrown as cause, ERR_SCORING_TIMEOUT
   */
  score(request: ScoreRequest): Promise<ScoreResult> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const late = scoringTimedOut(this.#timeoutMs)
        request.cancellation.abort(late)
        reject(late)
      }, this.#timeoutMs)
      this.#inFlight++
      this.#scorer
        .score(request)
        .then(resolve, thrown => reject(new ScorehostError('ERR_RUN_FAILED', undefined, { cause: thrown })))
        .finally(() => {
          clearTimeout(timer)
          this.#inFlight--
        })
    })
  }
}
