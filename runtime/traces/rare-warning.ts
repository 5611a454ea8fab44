// A warning that is written once a minute at the most, however often there is reason for it.

import type { Log } from '../log.ts'

const EVERY_MS = 60_000

export class RareWarning {
  readonly #log: Log
  readonly #now: () => number
  #nextMs = Number.NEGATIVE_INFINITY

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  /** @returns whether it was written */
  say(fields: object, text: string): boolean {
    const nowMs = this.#now()
    if (nowMs < this.#nextMs) return false
    this.#nextMs = nowMs + EVERY_MS
    this.#log.warn(fields, text)
    return true
  }
}
