// What the plan promises, by examples and for any state that the workers can be in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Action,
  countDeath,
  type Desired,
  plan,
  restartDelayMs,
  type WorkerView,
} from '../../supervisor/plan.ts'

const NOW = 1_000_000

const calm: Desired = {
  slots: 1,
  generation: 0,
  stopping: false,
  silenceLimitMs: 65_000,
  drainLimitMs: 20_000,
  initLimitMs: 300_000,
  notBeforeMs: new Map(),
}

function worker(view: Partial<WorkerView> = {}): WorkerView {
  return { id: 1, slot: 0, generation: 0, phase: 'ready', phaseSinceMs: NOW, lastHeardMs: NOW, ...view }
}

interface State {
  readonly desired: Desired
  readonly workers: readonly WorkerView[]
}

/** Times and limits lie within a few milliseconds of each other, so that every order and every tie comes up. */
const pastMs = fc.integer({ min: NOW - 9, max: NOW })
const limitMs = fc.integer({ min: 1, max: 9 })

/** Any state with at most one worker of a slot and generation that is not draining: the plan never makes another. */
const anyState: fc.Arbitrary<State> = fc
  .record({ slots: fc.integer({ min: 1, max: 3 }), generation: fc.integer({ min: 0, max: 2 }) })
  .chain(({ slots, generation }) => {
    const size = slots * (generation + 1)
    const times = { phaseSinceMs: pastMs, lastHeardMs: pastMs }
    const live = fc.record({ phase: fc.constantFrom('starting' as const, 'ready' as const), ...times })
    const draining = fc.record({
      phase: fc.constant('draining' as const),
      slot: fc.nat(slots - 1),
      generation: fc.nat(generation),
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
              one === null ? [] : [{ ...one, slot: index % slots, generation: Math.floor(index / slots) }],
            ),
            ...leaving,
          ].map((one, id) => ({ ...one, id })),
        ),
    })
  })

/** The state when everything the plan says is done and no time has gone. A death delays the next start of its slot. */
function perform({ desired, workers }: State, actions: readonly Action[]): State {
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

function settle(state: State): State {
  return perform(state, plan(state.desired, state.workers, NOW).actions)
}

const isCurrent = (one: WorkerView, { slots, generation }: Desired) =>
  one.generation === generation && one.phase !== 'draining' && one.slot < slots

test('an empty service starts one worker for each slot', () => {
  assert.deepEqual(plan({ ...calm, slots: 2, generation: 3 }, [], NOW).actions, [
    { kind: 'spawn', slot: 0, generation: 3 },
    { kind: 'spawn', slot: 1, generation: 3 },
  ])
})

test('a draining worker does not hold its slot', () => {
  assert.deepEqual(plan(calm, [worker({ phase: 'draining' })], NOW).actions, [
    { kind: 'spawn', slot: 0, generation: 0 },
  ])
})

test('a slot whose worker died waits for its time, and not longer', () => {
  const waiting = { ...calm, notBeforeMs: new Map([[0, NOW + 100]]) }
  assert.deepEqual(plan(waiting, [], NOW), { actions: [], wakeAtMs: NOW + 100 })
  assert.equal(plan(waiting, [], NOW + 100).actions[0]?.kind, 'spawn')
})

test('a ready worker is killed as wedged exactly when its silence reaches the limit', () => {
  const silent = worker({ lastHeardMs: NOW - 64_999 })
  assert.deepEqual(plan(calm, [silent], NOW), { actions: [], wakeAtMs: NOW + 1 })
  assert.deepEqual(plan(calm, [silent], NOW + 1).actions, [{ kind: 'kill', id: 1, reason: 'wedged' }])
})

test('a worker in init() may be silent, and is killed exactly when its init limit is reached', () => {
  const starting = worker({ phase: 'starting', lastHeardMs: 0, phaseSinceMs: NOW - 299_999 })
  assert.deepEqual(plan(calm, [starting], NOW), { actions: [], wakeAtMs: NOW + 1 })
  assert.deepEqual(plan(calm, [starting], NOW + 1).actions, [{ kind: 'kill', id: 1, reason: 'init timeout' }])
})

test('a draining worker is killed exactly when its drain limit is reached', () => {
  const stopping = { ...calm, stopping: true }
  const draining = worker({ phase: 'draining', phaseSinceMs: NOW - 19_999 })
  assert.deepEqual(plan(stopping, [draining], NOW), { actions: [], wakeAtMs: NOW + 1 })
  const kill = { kind: 'kill', id: 1, reason: 'drain timeout' }
  assert.deepEqual(plan(stopping, [draining], NOW + 1).actions, [kill])
})

test('an older generation serves until the newer one is complete, then retires', () => {
  const wanted = { ...calm, slots: 2, generation: 1 }
  const old = [worker({ id: 1, slot: 0 }), worker({ id: 2, slot: 1 })]
  const first = worker({ id: 3, slot: 0, generation: 1 })
  const second = worker({ id: 4, slot: 1, generation: 1 })
  assert.deepEqual(plan(wanted, [...old, first, { ...second, phase: 'starting' }], NOW).actions, [])
  assert.deepEqual(plan(wanted, [...old, first, second], NOW).actions, [
    { kind: 'retire', id: 1 },
    { kind: 'retire', id: 2 },
  ])
})

test('a worker that is started is looked at again when its init limit is over', () => {
  const { actions, wakeAtMs } = plan(calm, [], NOW)
  assert.deepEqual(actions, [{ kind: 'spawn', slot: 0, generation: 0 }])
  assert.equal(wakeAtMs, NOW + 300_000)
})

test('a worker that is told to retire is looked at again when its drain limit is over', () => {
  const { actions, wakeAtMs } = plan({ ...calm, stopping: true }, [worker()], NOW)
  assert.deepEqual(actions, [{ kind: 'retire', id: 1 }])
  assert.equal(wakeAtMs, NOW + 20_000)
})

test('a slot is started at most once, never beside a worker it has, never before its time', () => {
  fc.assert(
    fc.property(anyState, ({ desired, workers }) => {
      const spawns = plan(desired, workers, NOW).actions.filter(action => action.kind === 'spawn')
      const slots = spawns.map(spawn => spawn.slot)
      assert.equal(new Set(slots).size, slots.length)
      for (const { slot, generation } of spawns) {
        assert.equal(generation, desired.generation)
        assert(!workers.some(one => one.slot === slot && isCurrent(one, desired)))
        assert((desired.notBeforeMs.get(slot) ?? NOW) <= NOW)
      }
    }),
  )
})

test('doing what the plan says and asking again with no time gone gives nothing more to do', () => {
  fc.assert(
    fc.property(anyState, state => {
      const { desired, workers } = settle(state)
      assert.deepEqual(plan(desired, workers, NOW).actions, [])
    }),
  )
})

test('unless it stops, every slot then has a worker or waits for its time', () => {
  fc.assert(
    fc.property(anyState, state => {
      fc.pre(!state.desired.stopping)
      const { desired, workers } = settle(state)
      for (let slot = 0; slot < desired.slots; slot++) {
        const held = workers.some(one => one.slot === slot && isCurrent(one, desired))
        assert(held || (desired.notBeforeMs.get(slot) ?? NOW) > NOW)
      }
    }),
  )
})

test('when it stops nothing is started and everything leaves', () => {
  fc.assert(
    fc.property(anyState, ({ desired, workers }) => {
      const stopping = { desired: { ...desired, stopping: true }, workers }
      const { actions } = plan(stopping.desired, workers, NOW)
      assert(actions.every(action => action.kind !== 'spawn'))
      assert(perform(stopping, actions).workers.every(one => one.phase === 'draining'))
    }),
  )
})

test('unless it stops, only an older generation retires, and only for a newer one with every slot ready', () => {
  fc.assert(
    fc.property(anyState, ({ desired, workers }) => {
      fc.pre(!desired.stopping)
      const ready = workers.filter(one => one.phase === 'ready' && isCurrent(one, desired))
      const complete = new Set(ready.map(one => one.slot)).size === desired.slots
      for (const action of plan(desired, workers, NOW).actions) {
        if (action.kind !== 'retire') continue
        assert(complete)
        assert(workers.some(one => one.id === action.id && one.generation < desired.generation))
      }
    }),
  )
})

test('the time to wake lies ahead', () => {
  fc.assert(
    fc.property(anyState, ({ desired, workers }) => assert(plan(desired, workers, NOW).wakeAtMs > NOW)),
  )
})

test('where nothing is to do now, there is nothing to do before the time to wake, and something then', () => {
  fc.assert(
    fc.property(anyState, state => {
      const { desired, workers } = settle(state)
      const { wakeAtMs } = plan(desired, workers, NOW)
      const horizonMs = Math.min(wakeAtMs, NOW + restartDelayMs(1) + 1)
      for (let atMs = NOW + 1; atMs < horizonMs; atMs++)
        assert.deepEqual(plan(desired, workers, atMs).actions, [])
      if (Number.isFinite(wakeAtMs)) assert.notDeepEqual(plan(desired, workers, wakeAtMs).actions, [])
    }),
  )
})

test('the restart delay doubles from 100 ms and ends at 10 s', () => {
  assert.deepEqual([1, 2, 3, 7, 8, 2000].map(restartDelayMs), [100, 200, 400, 6400, 10_000, 10_000])
})

test('the restart delay never shrinks and stays between 100 ms and 10 s', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), deaths => {
      const delayMs = restartDelayMs(deaths)
      assert(delayMs >= 100 && delayMs <= 10_000)
      assert(restartDelayMs(deaths + 1) >= delayMs)
    }),
  )
})

test('a death after a life of a minute is the first again', () => {
  assert.equal(countDeath(0, 10), 1)
  assert.equal(countDeath(5, 59_999), 6)
  assert.equal(countDeath(5, 60_000), 1)
})
