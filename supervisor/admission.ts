// Hands out the places at the workers; who finds none waits in line for whichever worker frees first.

import type { AnswerCode } from '../runtime/errors.ts'
import type { Upstream } from './front/front.ts'
import { type Place, Upstreams } from './upstreams.ts'

export interface AdmissionLimits {
  /** Requests that may wait. */
  readonly queueSize: number
  readonly queueTimeoutMs: number
}

/** Called exactly once, now or later, unless the waiting is cancelled. */
export interface Candidate {
  granted(place: Place): void
  refused(code: AnswerCode): void
}

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #upstreams = new Upstreams()
  /** In the order of their arrival. */
  readonly #line = new Map<Candidate, { readonly timer: NodeJS.Timeout; readonly except: number | null }>()

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#line.size
  }

  /** Requests in flight at a worker; null for one that is not in rotation. */
  inFlight(id: number): number | null {
    return this.#upstreams.inFlight(id)
  }

  /** Sets the workers in rotation; those who wait keep waiting where there is none. */
  update(upstreams: readonly Upstream[]): void {
    this.#upstreams.replace(upstreams)
    this.#serveLine()
  }

  /**
   * Asks for a place.
   *
   * @param except A worker not to be sent to: the one that has just refused this request.
   */
  admit(candidate: Candidate, except: number | null = null): void {
    // where a place is free, whoever waits may not take it
    const place = this.#upstreams.acquire(except)
    if (place !== null) candidate.granted(this.#watched(place))
    else if (this.#upstreams.empty) candidate.refused('ERR_NO_WORKER')
    else if (this.#line.size >= this.#limits.queueSize) candidate.refused('ERR_QUEUE_FULL')
    else {
      const timer = setTimeout(() => this.#overdue(candidate), this.#limits.queueTimeoutMs)
      this.#line.set(candidate, { timer, except })
    }
  }

  /** The worker that a body which has yet to come is best sent to; null where none is in rotation. */
  leastBusy(except: number | null = null): Upstream | null {
    return this.#upstreams.leastBusy(except)
  }

  /** Takes a place at a worker that has the request already. */
  occupy(upstream: Upstream): Place {
    return this.#watched(this.#upstreams.occupy(upstream))
  }

  /** Leaves the line. */
  cancel(candidate: Candidate): void {
    clearTimeout(this.#line.get(candidate)?.timer)
    this.#line.delete(candidate)
  }

  #overdue(candidate: Candidate): void {
    this.#line.delete(candidate)
    candidate.refused('ERR_QUEUE_TIMEOUT')
  }

  #watched(place: Place): Place {
    return {
      upstream: place.upstream,
      release: () => {
        place.release()
        this.#serveLine()
      },
    }
  }

  #serveLine(): void {
    for (const [candidate, { except }] of this.#line) {
      const place = this.#upstreams.acquire(except)
      if (place === null && except === null) return
      if (place === null) continue
      this.cancel(candidate)
      candidate.granted(this.#watched(place))
    }
  }
}
