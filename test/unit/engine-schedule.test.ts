// The engine's promises about who waits how long, by priority and by what a request asks for.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Engine } from '../../runtime/engine/engine.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import { FIRST_COME, type QueuePolicy, type SchedulePolicy } from '../../runtime/scoring.ts'
import { ManualScorer, request, settled } from '../support/engine-crowd.ts'

function scene(t: TestContext, schedule: SchedulePolicy) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const scorer = Object.assign(new ManualScorer({ maxSize: 1, maxDelayMs: 0, preferredSizes: [] }), {
    schedule,
  })
  let nowMs = 0
  const engine = new Engine(scorer, { scoringTimeoutMs: 1000, concurrency: 1 }, () => nowMs)
  const ask = (requestId: string, priority = 0, timeoutMs = 0) =>
    engine.score({ ...request(requestId), schedule: { priority, timeoutMs } }).then(
      ({ value }) => value,
      thrown => (thrown instanceof ScorehostError ? `${thrown.code}: ${thrown.message}` : thrown),
    )
  const tick = (ms: number) => {
    nowMs += ms
    t.mock.timers.tick(ms)
  }
  const end = async (requestId: string) => {
    scorer.run(requestId).end({ value: requestId })
    await settled()
    await settled()
  }
  return { engine, scorer, ask, tick, end }
}

function policy(queue: Partial<QueuePolicy>, more: Partial<SchedulePolicy> = {}): SchedulePolicy {
  return { ...FIRST_COME, defaultQueuePolicy: { ...FIRST_COME.defaultQueuePolicy, ...queue }, ...more }
}

test('the higher priority is run first, whenever it came', async t => {
  const { scorer, ask, end } = scene(t, { ...FIRST_COME, priorityLevels: 3, defaultPriority: 2 })
  void ask('running')
  await settled()
  for (const [id, priority] of [
    ['low', 3],
    ['default', 0],
    ['high', 1],
  ] as const)
    void ask(id, priority)
  for (const id of ['running', 'high', 'default']) await end(id)
  assert.deepEqual(scorer.started, ['running', 'high', 'default', 'low'])
})

test('a full queue refuses at once, and counts the refusal', async t => {
  const { ask, scorer } = scene(t, policy({ maxQueueSize: 1 }))
  void ask('running')
  await settled()
  void ask('waits')
  assert.equal(await ask('one too many'), 'ERR_QUEUE_FULL: Exceeds maximum queue size')
  assert.equal(scorer.statistics.snapshot().inference_stats.fail.count, 1)
})

test('who has waited for longer than the policy allows is refused while the engine is busy, and never run', async t => {
  const { scorer, ask, tick, end } = scene(t, policy({ defaultTimeoutMs: 100 }))
  void ask('running')
  await settled()
  const late = ask('late')
  tick(100)
  assert.equal(await late, 'ERR_QUEUE_TIMEOUT: Request timeout expired')
  await end('running')
  assert.deepEqual(scorer.started, ['running'])
})

test('a request may ask for a shorter wait where that is allowed, and never for a longer one', async t => {
  for (const [allowTimeoutOverride, asked, waits] of [
    [true, 50, 50],
    [true, 500, 100],
    [false, 50, 100],
  ] as const) {
    const { ask, tick } = scene(t, policy({ defaultTimeoutMs: 100, allowTimeoutOverride }))
    void ask('running')
    await settled()
    let outcome: unknown = null
    void ask('asks', 0, asked).then(value => {
      outcome = value
    })
    tick(waits - 1)
    await settled()
    assert.equal(outcome, null)
    tick(1)
    await settled()
    assert.equal(outcome, 'ERR_QUEUE_TIMEOUT: Request timeout expired')
    t.mock.timers.reset()
  }
})

test('the wait ends when the run begins: the time of the queue does not cut a run', async t => {
  const { ask, tick, end } = scene(t, policy({ defaultTimeoutMs: 100 }))
  const outcome = ask('runs')
  await settled()
  tick(500)
  await end('runs')
  assert.equal(await outcome, 'runs')
})

test('a wait may be shorter than any timer: where nobody is before it, a request is run', async t => {
  const { ask, end } = scene(t, policy({}))
  const outcome = ask('hurries', 0, 0.5)
  await settled()
  await end('hurries')
  assert.equal(await outcome, 'hurries')
})

test('where the policy delays, who is late is run when nobody else waits', async t => {
  const { scorer, ask, tick, end } = scene(t, policy({ defaultTimeoutMs: 100, timeoutAction: 'delay' }))
  void ask('running')
  await settled()
  void ask('late')
  tick(100)
  void ask('new')
  for (const id of ['running', 'new']) await end(id)
  assert.deepEqual(scorer.started, ['running', 'new', 'late'])
})

test('waits that are longer than any timer of Node, which would fire at once, are as long as a timer can be', async t => {
  const timers = t.mock.method(globalThis, 'setTimeout')
  const batching = { maxSize: 2, maxDelayMs: 1e13, preferredSizes: [] }
  const engine = new Engine(new ManualScorer(batching), { scoringTimeoutMs: 1000, concurrency: 1 })
  const asked = { ...request('asks'), schedule: { priority: 0, timeoutMs: 9e12 } }
  const outcome = engine.score(asked).catch(thrown => thrown)
  await settled()
  assert.deepEqual(
    timers.mock.calls.map(({ arguments: [, ms] }) => ms),
    [1000, 2 ** 31 - 1, 2 ** 31 - 1],
  )
  asked.cancellation.abort(new Error('the test is over'))
  await outcome
  // the engine still means to look for a batch, in 24 days
  for (const { result } of timers.mock.calls) clearTimeout(result)
})
