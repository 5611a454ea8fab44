// How many rows a batch of a model may have where nobody said: as many as batches are seen to pay.

import type { BatchPolicy } from './scoring.ts'

/** The least of so many runs is what a batch of one size costs: whatever else the machine does makes a run longer, never shorter. */
const RUNS_OF_A_TRIAL = 4
/** A larger batch has to save this part of the time for each row, or it is not worth the memory that it takes. */
const LEAST_GAIN = 0.08
/** A size that did not pay is tried again after so many runs: the first runs of a model tell little. */
const RUNS_BETWEEN_TRIALS = 500

interface Trial {
  runs: number
  leastMsPerRow: number
}

/**
 * Doubles the most rows of a batch, from one on, for as long as a row gets cheaper.
 *
 * A convolutional network gains nothing from batches and would hold 150 MB more for them; a small one gains half its time, and
 * a wide one two thirds.
 */
export class AdaptiveBatch implements BatchPolicy {
  readonly maxDelayMs = 0
  readonly preferredSizes: readonly number[] = []
  #mostRows: number
  readonly #trials = new Map<number, Trial>()
  /** A power of two: the largest size that is known to pay. */
  #paying = 1
  #runsSinceTrial = 0

  /** @param mostRows Never more than this. */
  constructor(mostRows: number) {
    this.#mostRows = mostRows
  }

  /** Rows: the size that pays, or, while that is not known well enough to decide, the next one to try. */
  get maxSize(): number {
    if (!this.#isKnown(this.#paying)) return this.#paying
    const next = this.#next
    return next !== null && !this.#isKnown(next) ? next : this.#paying
  }

  /** A batch of so many rows took so long. */
  observe(rows: number, ms: number): void {
    if (rows === 0) return
    const size = 2 ** Math.floor(Math.log2(rows))
    const trial = this.#trials.get(size) ?? { runs: 0, leastMsPerRow: Number.POSITIVE_INFINITY }
    this.#trials.set(size, trial)
    trial.runs += 1
    trial.leastMsPerRow = Math.min(trial.leastMsPerRow, ms / rows)
    this.#decide()
  }

  /** A batch is wrong, whatever it costs: every request is run by itself from now on. */
  giveUp(): void {
    this.#mostRows = 1
    this.#paying = 1
  }

  /** Twice as many rows, or all that may be; null where there are no more. */
  get #next(): number | null {
    return this.#paying * 2 <= this.#mostRows ? this.#paying * 2 : null
  }

  #isKnown(size: number): boolean {
    return (this.#trials.get(size)?.runs ?? 0) >= RUNS_OF_A_TRIAL
  }

  #decide(): void {
    const next = this.#next
    if (next === null || !this.#isKnown(this.#paying) || !this.#isKnown(next)) return
    const gain = 1 - this.#cost(next) / this.#cost(this.#paying)
    if (gain >= LEAST_GAIN) {
      this.#paying = next
      this.#runsSinceTrial = 0
    } else if (++this.#runsSinceTrial >= RUNS_BETWEEN_TRIALS) {
      this.#runsSinceTrial = 0
      this.#trials.delete(next)
      this.#trials.delete(this.#paying)
    }
  }

  #cost(size: number): number {
    return this.#trials.get(size)?.leastMsPerRow ?? Number.POSITIVE_INFINITY
  }
}
