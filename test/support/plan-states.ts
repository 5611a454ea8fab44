// States that the workers can be in, for what the plan promises of any of them.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Action, type Desired, plan, restartDelayMs, type WorkerView } from '../../supervisor/plan.ts'

export const NOW = 1_000_000

export const calm: Desired = {
  slots: 1,
  generation: 0,
  stopping: false,
  silenceLimitMs: 65_000,
  drainLimitMs: 20_000,
  initLimitMs: 300_000,
  notBeforeMs: new Map(),
}

export function worker(view: Partial<WorkerView> = {}): WorkerView {
  return { id: 1, slot: 0, generation: 0, phase: 'ready', phaseSinceMs: NOW, lastHeardMs: NOW, ...view }
}

export interface State {
  readonly desired: Desired
  readonly workers: readonly WorkerView[]
}

/** Times and limits lie within a few milliseconds of each other, so that every order and every tie comes up. */
const pastMs = fc.integer({ min: NOW - 9, max: NOW })
const limitMs = fc.integer({ min: 1, max: 9 })

/**
 * Any state with at most one worker of a slot and generation that is not draining: the plan never makes another. Among them are
 * slots that are wanted no more, and generations newer than the wanted one: what a reload leaves that has failed.
 */
export const anyState: fc.Arbitrary<State> = fc
  .record({ slots: fc.integer({ min: 1, max: 3 }), generation: fc.integer({ min: 0, max: 2 }) })
  .chain(({ slots, generation }) => {
    const columns = slots + 1
    const rows = generation + 2
    const size = columns * rows
    const times = { phaseSinceMs: pastMs, lastHeardMs: pastMs }
    const live = fc.record({ phase: fc.constantFrom('starting' as const, 'ready' as const), ...times })
    const draining = fc.record({
      phase: fc.constant('draining' as const),
      slot: fc.nat(columns - 1),
      generation: fc.nat(rows - 1),
      ...times,
    })
    return fc.record({
      desired: fc.record({
        slots: fc.constant(slots),
        generation: fc.constant(generation),
        stopping: fc.boolean(),
        silenceLimitMs: limitMs,
        drainLimitMs: limitMs,
        initLimitMs: limitMs,
        notBeforeMs: fc
          .uniqueArray(fc.tuple(fc.nat(slots - 1), fc.integer({ min: NOW - 5, max: NOW + 5 })), {
            selector: ([slot]) => slot,
          })
          .map(entries => new Map(entries)),
      }),
      workers: fc
        .tuple(
          fc.array(fc.option(live), { minLength: size, maxLength: size }),
          fc.array(draining, { maxLength: 3 }),
        )
        .map(([grid, leaving]) =>
          [
            ...grid.flatMap((one, index) =>
              one === null
                ? []
                : [{ ...one, slot: index % columns, generation: Math.floor(index / columns) }],
            ),
            ...leaving,
          ].map((one, id) => ({ ...one, id })),
        ),
    })
  })

/** The state when everything the plan says is done and no time has gone. A death delays the next start of its slot. */
export function perform({ desired, workers }: State, actions: readonly Action[]): State {
  const notBeforeMs = new Map(desired.notBeforeMs)
  let after = [...workers]
  for (const [index, action] of actions.entries()) {
    if (action.kind === 'spawn') {
      const { slot, generation } = action
      after.push(worker({ id: 1000 + index, slot, generation, phase: 'starting' }))
      continue
    }
    const target = after.find(one => one.id === action.id)
    assert(target, `there is no worker ${action.id}`)
    after = after.filter(one => one !== target)
    if (action.kind === 'retire') after.push({ ...target, phase: 'draining', phaseSinceMs: NOW })
    else if (target.phase !== 'draining') notBeforeMs.set(target.slot, NOW + restartDelayMs(1))
  }
  return { desired: { ...desired, notBeforeMs }, workers: after }
}

export function settle(state: State): State {
  return perform(state, plan(state.desired, state.workers, NOW).actions)
}
