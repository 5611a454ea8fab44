// The workers in rotation and how many requests each has in flight.

import type { Upstream } from './front/front.ts'

interface Entry {
  upstream: Upstream
  inFlight: number
  /** Number of the last request it was given: among equals the one that has waited longest is next. */
  lastPick: number
}

/** A request's place at a worker. */
export interface Place {
  readonly upstream: Upstream
  /** Gives the place back; a second call does nothing. */
  release(): void
}

/** Picks the worker with the fewest requests in flight. */
export class Upstreams {
  #entries = new Map<number, Entry>()
  #picks = 0

  /** Sets the workers in rotation. One that leaves and comes back has its count from anew. */
  replace(upstreams: readonly Upstream[]): void {
    this.#entries = new Map(
      upstreams.map(upstream => [
        upstream.id,
        Object.assign(this.#entries.get(upstream.id) ?? { inFlight: 0, lastPick: 0 }, { upstream }),
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
    return this.#take(this.#entries.get(upstream.id) ?? { upstream, inFlight: 0, lastPick: 0 })
  }

  #leastBusy(eligible: (entry: Entry) => boolean): Entry | null {
    let best: Entry | null = null
    for (const entry of this.#entries.values()) {
      if (eligible(entry) && (best === null || isBefore(entry, best))) best = entry
    }
    return best
  }

  #take(entry: Entry): Place {
    entry.inFlight++
    entry.lastPick = ++this.#picks
    let held = true
    const release = () => {
      if (held) entry.inFlight--
      held = false
    }
    return { upstream: entry.upstream, release }
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  if (one.inFlight !== other.inFlight) return one.inFlight < other.inFlight
  return one.lastPick < other.lastPick
}
