// The workers in rotation and how many requests each has in flight.

import type { Upstream } from './front/front.ts'

interface Entry {
  readonly upstream: Upstream
  inFlight: number
  /** Number of the last request it was given: among equals the one that has waited longest is next. */
  lastPick: number
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
        this.#entries.get(upstream.id) ?? { upstream, inFlight: 0, lastPick: 0 },
      ]),
    )
  }

  /**
   * Takes a place at the least busy worker; give it back by calling `release`, once.
   *
   * @param except A worker not to pick: the one that has just refused this request.
   * @returns null where no worker is in rotation
   */
  acquire(
    except: number | null = null,
  ): { readonly upstream: Upstream; readonly release: () => void } | null {
    let best: Entry | null = null
    for (const entry of this.#entries.values()) {
      if (entry.upstream.id === except) continue
      if (
        best === null ||
        entry.inFlight < best.inFlight ||
        (entry.inFlight === best.inFlight && entry.lastPick < best.lastPick)
      )
        best = entry
    }
    if (best === null) return null
    const taken = best
    taken.inFlight++
    taken.lastPick = ++this.#picks
    return { upstream: taken.upstream, release: () => void taken.inFlight-- }
  }
}
