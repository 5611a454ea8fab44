// What has happened in each slot: deaths, their reasons, and when the slot may be started again.

import { addCounts } from '../runtime/request-meters.ts'
import { countDeath, restartDelayMs } from './plan.ts'

interface History {
  deathsInARow: number
  notBeforeMs: number
  readonly reasons: Map<string, number>
}

export class Slots {
  readonly #histories = new Map<number, History>()

  /** By slot: not to be started before this time. */
  get notBeforeMs(): ReadonlyMap<number, number> {
    return new Map([...this.#histories].map(([slot, history]) => [slot, history.notBeforeMs]))
  }

  /** How often the worker of a slot died, by reason. */
  restarts(slot: number): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#histories.get(slot)?.reasons ?? [])
  }

  /** How often workers died, by reason. */
  get allRestarts(): Readonly<Record<string, number>> {
    return addCounts([...this.#histories.values()].map(({ reasons }) => Object.fromEntries(reasons)))
  }

  deathsInARow(slot: number): number {
    return this.#histories.get(slot)?.deathsInARow ?? 0
  }

  /** @returns how long the slot waits before its next start */
  recordDeath(slot: number, reason: string, lifetimeMs: number, nowMs: number): number {
    const history = this.#histories.get(slot) ?? { deathsInARow: 0, notBeforeMs: 0, reasons: new Map() }
    this.#histories.set(slot, history)
    history.reasons.set(reason, (history.reasons.get(reason) ?? 0) + 1)
    history.deathsInARow = countDeath(history.deathsInARow, lifetimeMs)
    const delayMs = restartDelayMs(history.deathsInARow)
    history.notBeforeMs = nowMs + delayMs
    return delayMs
  }
}
