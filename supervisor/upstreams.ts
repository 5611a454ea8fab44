// The workers in rotation and how many requests each has in flight.

import type { Upstream } from './front/front.ts'

interface Entry {
  upstream: Upstream
  inFlight: number
  /** Number of the last request it was given: among equals the one that has waited longest is next. */
  lastPick: number
  /** When it last answered, or was given work after it had none. */
  movedMs: number
}

/**
 * A worker that has work and has answered nothing for so long may have a run() that blocks it. Short, so that where every run
 * takes longer all workers stall alike.
 */
const STALL_MS = 5
/**
 * It counts as if it had so many requests more, half of what a worker takes by default. No more than these wait elsewhere for
 * nothing where its event loop is free, as it is while a run waits for something, or streams. With 4 those that a run of 100 ms
 * holds up were twice as many.
 */
const STALL_LOAD = 16

/** A request's place at a worker. */
export interface Place {
  readonly upstream: Upstream
  /** Gives the place back; a second call does nothing. */
  release(): void
}

/** Picks the worker with the fewest requests in flight; one that stalls has some more than it has. */
export class Upstreams {
  readonly #now: () => number
  #entries = new Map<number, Entry>()
  #picks = 0

  /** @param now A monotonic clock, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Sets the workers in rotation. One that leaves and comes back has its count from anew. */
  replace(upstreams: readonly Upstream[]): void {
    this.#entries = new Map(
      upstreams.map(upstream => [
        upstream.id,
        Object.assign(this.#entries.get(upstream.id) ?? newEntry(upstream), { upstream }),
      ]),
    )
  }

  /** True where no worker is in rotation. */
  get empty(): boolean {
    return this.#entries.size === 0
  }

  /** Requests in flight at a worker; null for one that is not in rotation. */
  inFlight(id: number): number | null {
    return this.#entries.get(id)?.inFlight ?? null
  }

  /**
   * Takes a place at the least busy worker that has one free.
   *
   * @param except A worker not to pick: the one that has just refused this request.
   * @returns null where none has
   */
  acquire(except: number | null = null): Place | null {
    const entry = this.#leastBusy(
      ({ upstream, inFlight }) => upstream.id !== except && inFlight < upstream.concurrency,
    )
    return entry === null ? null : this.#take(entry)
  }

  /** The least busy worker, without a place at it: for a body that has yet to come. */
  leastBusy(except: number | null = null): Upstream | null {
    return this.#leastBusy(({ upstream }) => upstream.id !== except)?.upstream ?? null
  }

  /** Takes a place at this worker also where none is free: it has the body already, and lets the request wait there. */
  occupy(upstream: Upstream): Place {
    return this.#take(this.#entries.get(upstream.id) ?? newEntry(upstream))
  }

  #leastBusy(eligible: (entry: Entry) => boolean): Entry | null {
    const nowMs = this.#now()
    let best: Entry | null = null
    for (const entry of this.#entries.values()) {
      if (eligible(entry) && (best === null || isBefore(entry, best, nowMs))) best = entry
    }
    return best
  }

  #take(entry: Entry): Place {
    if (entry.inFlight === 0) entry.movedMs = this.#now()
    entry.inFlight++
    entry.lastPick = ++this.#picks
    let held = true
    const release = () => {
      if (!held) return
      held = false
      entry.inFlight--
      entry.movedMs = this.#now()
    }
    return { upstream: entry.upstream, release }
  }
}

function newEntry(upstream: Upstream): Entry {
  return { upstream, inFlight: 0, lastPick: 0, movedMs: 0 }
}

function isBefore(one: Entry, other: Entry, nowMs: number): boolean {
  const difference = loadOf(one, nowMs) - loadOf(other, nowMs)
  if (difference !== 0) return difference < 0
  // of two that are busy the one that moves is the better guess, of two that are idle each has its turn
  if (one.inFlight > 0 && one.movedMs !== other.movedMs) return one.movedMs > other.movedMs
  return one.lastPick < other.lastPick
}

function loadOf({ inFlight, movedMs }: Entry, nowMs: number): number {
  const stalls = inFlight > 0 && nowMs - movedMs > STALL_MS
  return inFlight + (stalls ? STALL_LOAD : 0)
}
