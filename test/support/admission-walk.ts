// Random walks through an admission, with all that its candidates see written down: what admission.test.ts judges.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import fc from 'fast-check'
import type { AnswerCode } from '../../runtime/errors.ts'
import { Admission, type AdmissionLimits, type Candidate } from '../../supervisor/admission.ts'
import type { Upstream } from '../../supervisor/front/front.ts'
import type { Place } from '../../supervisor/upstreams.ts'

export function upstream(id: number, concurrency = 1): Upstream {
  return { id, concurrency, address: { host: '127.0.0.1', port: 9090 + id } }
}

/** A candidate that writes down what it is told. */
export class Caller implements Candidate {
  readonly told: ('granted' | AnswerCode)[] = []
  place: Place | null = null
  cancelled = false
  /** Called with the place, before granted() returns. */
  readonly #onGrant: (caller: Caller) => void

  constructor(onGrant: (caller: Caller) => void = () => {}) {
    this.#onGrant = onGrant
  }

  get waits(): boolean {
    return this.told.length === 0 && !this.cancelled
  }

  granted(place: Place): void {
    this.told.push('granted')
    this.place = place
    this.#onGrant(this)
  }

  refused(code: AnswerCode): void {
    this.told.push(code)
  }
}

type Step =
  /** Asks for a place; a hasty one gives it back before granted() returns. */
  | { readonly kind: 'admit'; readonly hasty: boolean }
  | { readonly kind: 'occupy'; readonly id: number }
  /** Any place that was ever taken, so that some are given back twice. */
  | { readonly kind: 'release'; readonly which: number }
  /** Any candidate that there ever was, so that some have their answer already. */
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'update'; readonly rotation: readonly Upstream[] }
  | { readonly kind: 'wait'; readonly ms: number }

const concurrency = fc.integer({ min: 1, max: 3 })

/** Workers that may each take another number of requests at once. */
export const mixedRotation: fc.Arbitrary<readonly Upstream[]> = fc.uniqueArray(
  fc.tuple(fc.nat(3), concurrency).map(([id, most]) => upstream(id, most)),
  { selector: one => one.id, maxLength: 3 },
)

/** Workers that all take as many at once, as those of one score module do. */
const evenRotation: fc.Arbitrary<readonly Upstream[]> = fc
  .tuple(fc.uniqueArray(fc.nat(3), { maxLength: 3 }), concurrency)
  .map(([ids, most]) => ids.map(id => upstream(id, most)))

function steps(rotation: fc.Arbitrary<readonly Upstream[]>): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('admit' as const), hasty: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('occupy' as const), id: fc.nat(3) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('update' as const), rotation }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }),
    },
  )
  return fc.array(step, { maxLength: 60 })
}

export const QUEUE_TIMEOUT_MS = 100

/** A place that was granted, with what was in flight at its worker at that moment, itself included. */
export interface Grant {
  readonly caller: Caller
  readonly worker: Upstream
  readonly inFlight: number
}

/** One admission, everyone who asked it, and what came of it. */
export class Walk {
  readonly admission: Admission
  readonly limits: AdmissionLimits
  readonly #tick: (ms: number) => void
  nowMs = 0
  rotation: readonly Upstream[] = []
  /** In the order of their arrival. */
  readonly callers: { readonly caller: Caller; readonly atMs: number; readonly rotationEmpty: boolean }[] = []
  /** In the order in which they were made. */
  readonly grants: Grant[] = []
  /** Places taken, of both kinds. */
  readonly places: Place[] = []

  constructor(limits: AdmissionLimits, tick: (ms: number) => void) {
    this.limits = limits
    this.admission = new Admission(limits)
    this.#tick = tick
  }

  take(one: Step): void {
    if (one.kind === 'admit') this.#admit(one.hasty)
    else if (one.kind === 'occupy') this.#occupy(one.id)
    else if (one.kind === 'release') this.places[one.which % this.places.length]?.release()
    else if (one.kind === 'cancel') this.#cancel(one.which)
    else if (one.kind === 'update') {
      this.rotation = one.rotation
      this.admission.update(one.rotation)
    } else {
      this.nowMs += one.ms
      this.#tick(one.ms)
    }
  }

  #occupy(id: number): void {
    const known = this.rotation.find(one => one.id === id) ?? upstream(id)
    this.places.push(this.admission.occupy(known))
  }

  #cancel(which: number): void {
    const caller = this.callers[which % this.callers.length]?.caller
    if (caller === undefined) return
    if (caller.waits) caller.cancelled = true
    this.admission.cancel(caller)
  }

  #admit(hasty: boolean): void {
    const caller = new Caller(({ place }) => {
      assert(place)
      this.grants.push({
        caller,
        worker: place.upstream,
        inFlight: this.admission.inFlight(place.upstream.id) ?? 0,
      })
      this.places.push(place)
      if (hasty) place.release()
    })
    this.callers.push({ caller, atMs: this.nowMs, rotationEmpty: this.rotation.length === 0 })
    this.admission.admit(caller)
  }
}

/** Judges the admission after every step of many walks. */
export function afterEveryStep(t: TestContext, judge: (walk: Walk) => void, rotation = evenRotation): void {
  fc.assert(
    fc.property(rotation, fc.nat(4), steps(rotation), (first, queueSize, following) => {
      t.mock.timers.enable({ apis: ['setTimeout'] })
      try {
        const walk = new Walk({ queueSize, queueTimeoutMs: QUEUE_TIMEOUT_MS }, ms => t.mock.timers.tick(ms))
        for (const one of [{ kind: 'update' as const, rotation: first }, ...following]) {
          walk.take(one)
          judge(walk)
        }
      } finally {
        t.mock.timers.reset()
      }
    }),
    { numRuns: 300 },
  )
}
