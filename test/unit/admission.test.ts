// Who gets a place at a worker, who waits for one and for how long: for any walk, and by examples.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Admission } from '../../supervisor/admission.ts'
import {
  afterEveryStep,
  Caller,
  mixedRotation,
  QUEUE_TIMEOUT_MS,
  upstream,
} from '../support/admission-walk.ts'

const UNKNOWN_WORKER = 99

/** An admission with one worker in rotation, and timers that stand still. */
function single(t: TestContext, limits: { readonly queueSize?: number; readonly concurrency?: number } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const admission = new Admission({ queueSize: limits.queueSize ?? 10, queueTimeoutMs: QUEUE_TIMEOUT_MS })
  admission.update([upstream(0, limits.concurrency)])
  return admission
}

function ask(admission: Admission, except: number | null = null): Caller {
  const caller = new Caller()
  admission.admit(caller, except)
  return caller
}

const told = (...callers: Caller[]) => callers.map(caller => caller.told)

test('a worker is given no request beyond its concurrency, and none once it has left', t => {
  afterEveryStep(
    t,
    ({ grants, rotation }) => {
      for (const { worker, inFlight } of grants.splice(0)) {
        assert(inFlight <= worker.concurrency, `${inFlight} in flight where ${worker.concurrency} may be`)
        assert(rotation.includes(worker), `worker ${worker.id} is not in rotation`)
      }
    },
    mixedRotation,
  )
})

test('everyone who asks is granted or refused once, unless they cancel; until then they wait', t => {
  afterEveryStep(t, ({ callers, admission }) => {
    for (const { caller } of callers) assert(caller.told.length <= (caller.cancelled ? 0 : 1))
    assert.equal(admission.waiting, callers.filter(({ caller }) => caller.waits).length)
  })
})

test('first come, first served', t => {
  afterEveryStep(t, ({ callers, grants }) => {
    const order = grants.map(({ caller }) => callers.findIndex(one => one.caller === caller))
    assert.deepEqual(
      order,
      [...order].sort((one, other) => one - other),
    )
  })
})

test('nobody waits while a place is free', t => {
  afterEveryStep(t, ({ rotation, admission }) => {
    if (admission.waiting === 0) return
    for (const { id, concurrency } of rotation) assert((admission.inFlight(id) ?? 0) >= concurrency)
  })
})

test('the line is never longer than the queue size', t => {
  afterEveryStep(t, ({ admission, limits }) => assert(admission.waiting <= limits.queueSize))
})

test('nobody waits longer than the queue timeout, and nobody is refused for it before', t => {
  afterEveryStep(t, ({ callers, nowMs }) => {
    for (const { caller, atMs } of callers) {
      if (caller.waits) assert(nowMs < atMs + QUEUE_TIMEOUT_MS)
      if (caller.told[0] === 'ERR_QUEUE_TIMEOUT') assert(nowMs >= atMs + QUEUE_TIMEOUT_MS)
    }
  })
})

test('who comes while no worker is in rotation is refused for that, and nobody else is', t => {
  afterEveryStep(t, ({ callers }) => {
    for (const { caller, rotationEmpty } of callers)
      assert.equal(caller.told[0] === 'ERR_NO_WORKER', rotationEmpty)
  })
})

test('what is in flight is what was taken and not given back', t => {
  const admission = single(t, { concurrency: 2 })
  const [first, second] = [ask(admission), ask(admission)]
  const large = admission.occupy(upstream(0))
  assert.equal(admission.inFlight(0), 3)
  first.place?.release()
  large.release()
  assert.equal(admission.inFlight(0), 1)
  second.place?.release()
  assert.equal(admission.inFlight(0), 0)
  assert.equal(admission.inFlight(UNKNOWN_WORKER), null)
})

test('where the line is full a new one is refused, and those in it keep their turn', t => {
  const admission = single(t, { queueSize: 1 })
  const [first, second, third] = [ask(admission), ask(admission), ask(admission)]
  assert.deepEqual(told(first, second, third), [['granted'], [], ['ERR_QUEUE_FULL']])
  first.place?.release()
  assert.deepEqual(told(second), [['granted']])
})

test('where nobody may wait a busy worker means a refusal', t => {
  const admission = single(t, { queueSize: 0 })
  assert.deepEqual(told(ask(admission), ask(admission)), [['granted'], ['ERR_QUEUE_FULL']])
})

test('who is in line when the last worker leaves keeps waiting, and is served when one comes', t => {
  const admission = single(t)
  ask(admission)
  const waiting = ask(admission)
  admission.update([])
  assert.deepEqual(told(waiting, ask(admission)), [[], ['ERR_NO_WORKER']])
  admission.update([upstream(1)])
  assert.deepEqual(told(waiting), [['granted']])
  assert.equal(waiting.place?.upstream.id, 1)
})

test('a wait ends exactly with the queue timeout', t => {
  const admission = single(t)
  const served = ask(admission)
  const waiting = ask(admission)
  t.mock.timers.tick(QUEUE_TIMEOUT_MS - 1)
  assert.deepEqual(told(waiting), [[]])
  t.mock.timers.tick(1)
  assert.deepEqual(told(waiting), [['ERR_QUEUE_TIMEOUT']])
  served.place?.release()
  t.mock.timers.tick(QUEUE_TIMEOUT_MS)
  assert.deepEqual(told(served, waiting), [['granted'], ['ERR_QUEUE_TIMEOUT']])
})

test('who cancels is never told anything, and holds nobody up', t => {
  const admission = single(t)
  const [first, second, third] = [ask(admission), ask(admission), ask(admission)]
  admission.cancel(second)
  first.place?.release()
  t.mock.timers.tick(QUEUE_TIMEOUT_MS)
  assert.deepEqual(told(second, third), [[], ['granted']])
})

test('a worker that takes more at once serves the line at once', t => {
  const admission = single(t)
  const [, second, third, fourth] = [ask(admission), ask(admission), ask(admission), ask(admission)]
  admission.update([upstream(0, 3)])
  assert.deepEqual(told(second, third, fourth), [['granted'], ['granted'], []])
})

test('who has the body already may exceed the concurrency, and the line is served when enough have gone', t => {
  const admission = single(t)
  const first = ask(admission)
  const [one, other] = [admission.occupy(upstream(0)), admission.occupy(upstream(0))]
  assert.equal(admission.inFlight(0), 3)
  const waiting = ask(admission)
  first.place?.release()
  one.release()
  assert.deepEqual(told(waiting), [[]])
  other.release()
  assert.deepEqual(told(waiting), [['granted']])
})

test('a place that is given back twice is free once', t => {
  const admission = single(t)
  const [first, second, third] = [ask(admission), ask(admission), ask(admission)]
  first.place?.release()
  first.place?.release()
  assert.deepEqual(told(second, third), [['granted'], []])
  assert.equal(admission.inFlight(0), 1)
})

test('the worker for a large body is the least busy one, however busy that is', t => {
  const admission = single(t)
  admission.update([upstream(0), upstream(1)])
  admission.occupy(upstream(0))
  assert.equal(admission.leastBusy()?.id, 1)
  assert.equal(admission.leastBusy(1)?.id, 0)
  admission.update([])
  assert.equal(admission.leastBusy(), null)
})

test('nobody waits while a place is free, also where one worker takes more at once than another', t => {
  const admission = single(t)
  admission.update([upstream(0, 1), upstream(1, 2)])
  assert.deepEqual(told(ask(admission), ask(admission)), [['granted'], ['granted']])
  assert.deepEqual(told(ask(admission)), [['granted']])
})

test('a request that a worker refused is sent to another one', t => {
  const admission = single(t)
  admission.update([upstream(0), upstream(1)])
  const first = ask(admission)
  first.place?.release()
  assert.equal(ask(admission, 1).place?.upstream.id, 0)
})

test('a request that the only worker refused waits for the one that takes its place', t => {
  const admission = single(t)
  const again = ask(admission, 0)
  assert.deepEqual(told(again), [[]])
  admission.update([upstream(1)])
  assert.equal(again.place?.upstream.id, 1)
})

test('a request that a worker refused is not sent back to it after a wait', t => {
  const admission = single(t)
  admission.update([upstream(0), upstream(1)])
  const busy = ask(admission)
  assert.equal(busy.place?.upstream.id, 0)
  const again = ask(admission, 1)
  busy.place?.release()
  assert.equal(again.place?.upstream.id, 0)
})
