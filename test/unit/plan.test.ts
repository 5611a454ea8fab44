// What the plan promises, by examples and for any state that the workers can be in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countDeath, type Desired, plan, restartDelayMs, type WorkerView } from '../../supervisor/plan.ts'
import { anyState, calm, NOW, perform, type State, settle, worker } from '../support/plan-states.ts'

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

test('unless it stops, only another generation retires, and only for one with every slot ready, or a slot too many', () => {
  fc.assert(
    fc.property(anyState, ({ desired, workers }) => {
      fc.pre(!desired.stopping)
      const ready = workers.filter(one => one.phase === 'ready' && isCurrent(one, desired))
      const complete = new Set(ready.map(one => one.slot)).size === desired.slots
      for (const action of plan(desired, workers, NOW).actions) {
        if (action.kind !== 'retire') continue
        const retired = workers.find(one => one.id === action.id)
        assert(retired)
        assert(retired.slot >= desired.slots || (complete && retired.generation !== desired.generation))
      }
    }),
  )
})

test('every worker of a slot too many leaves at once, whatever its generation', () => {
  fc.assert(
    fc.property(anyState, state => {
      const { desired, workers } = settle(state)
      assert(workers.every(one => one.slot < desired.slots || one.phase === 'draining'))
    }),
  )
})

test('a worker is killed exactly when the limit of its phase is reached, wherever it stands', () => {
  fc.assert(
    fc.property(anyState, ({ desired, workers }) => {
      const overdue = workers.filter(({ phase, phaseSinceMs, lastHeardMs }) => {
        if (phase === 'starting') return NOW - phaseSinceMs >= desired.initLimitMs
        if (phase === 'ready') return NOW - lastHeardMs >= desired.silenceLimitMs
        return NOW - phaseSinceMs >= desired.drainLimitMs
      })
      const kills = plan(desired, workers, NOW).actions.filter(action => action.kind === 'kill')
      assert.deepEqual(
        kills.map(kill => kill.id),
        overdue.map(one => one.id),
      )
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
      // the limits in these states are so short that nothing can be due after the horizon
      const horizonMs = Math.min(wakeAtMs, NOW + restartDelayMs(1) + 1)
      for (let atMs = NOW + 1; atMs < horizonMs; atMs++)
        assert.deepEqual(plan(desired, workers, atMs).actions, [])
      if (Number.isFinite(wakeAtMs)) assert.notDeepEqual(plan(desired, workers, wakeAtMs).actions, [])
    }),
  )
})

/** A killed worker exits, and its exit is looked at for itself: here nobody's time is over. */
function withoutOverdue({ desired, workers }: State): State {
  const killed = plan(desired, workers, NOW).actions.flatMap(action =>
    action.kind === 'kill' ? [action.id] : [],
  )
  return { desired, workers: workers.filter(one => !killed.includes(one.id)) }
}

test('the time to wake that comes with actions is soon enough for all that comes of them', () => {
  fc.assert(
    fc.property(anyState.map(withoutOverdue), state => {
      const { actions, wakeAtMs } = plan(state.desired, state.workers, NOW)
      const { desired, workers } = perform(state, actions)
      assert(wakeAtMs <= plan(desired, workers, NOW).wakeAtMs)
    }),
  )
})

test('where nothing but starts is to do, the time to wake is exactly that of the next thing to do', () => {
  const current = anyState.map(withoutOverdue).map(({ desired, workers }) => {
    const calmed = { ...desired, stopping: false }
    return { desired: calmed, workers: workers.filter(one => isCurrent(one, calmed)) }
  })
  fc.assert(
    fc.property(current, state => {
      const { actions, wakeAtMs } = plan(state.desired, state.workers, NOW)
      assert(actions.every(action => action.kind === 'spawn'))
      const { desired, workers } = perform(state, actions)
      assert.deepEqual(plan(desired, workers, wakeAtMs - 1).actions, [])
      assert.notDeepEqual(plan(desired, workers, wakeAtMs).actions, [])
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
