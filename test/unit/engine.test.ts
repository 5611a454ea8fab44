// The engine's promises: so many runs at once and no more, turns in order, and a code for every way to fail.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { Engine } from '../../runtime/engine/engine.ts'
import { type ErrorCode, ScorehostError } from '../../runtime/errors.ts'
import type { Scorer } from '../../runtime/scoring.ts'
import { Crowd, ManualScorer, request, settled } from '../support/engine-crowd.ts'

const TIMEOUT_MS = 1000

/** An engine and its scorer, with timers that stand still. */
function scene(t: TestContext, concurrency: number) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const scorer = new ManualScorer()
  let nowMs = 0
  const engine = new Engine(scorer, { scoringTimeoutMs: TIMEOUT_MS, concurrency }, () => nowMs)
  const tick = (ms: number) => {
    nowMs += ms
    t.mock.timers.tick(ms)
  }
  /** Asks for a score; the outcome is the value or what was thrown. */
  const ask = (requestId: string) => {
    const asked = request(requestId)
    const outcome = engine.score(asked).then(
      ({ value }) => value,
      thrown => thrown,
    )
    return { outcome, cancellation: asked.cancellation, signal: asked.cancellation.signal }
  }
  return { engine, scorer, ask, tick }
}

async function failure(outcome: Promise<unknown>, code: ErrorCode): Promise<ScorehostError> {
  const thrown = await outcome
  assert(thrown instanceof ScorehostError, `${String(thrown)} is no ScorehostError`)
  assert.equal(thrown.code, code)
  return thrown
}

test('no more run at once than may, every request is run once, and turns come in order', async () => {
  const ask = fc.constant({ kind: 'ask' as const })
  const end = fc.record({ kind: fc.constant('end' as const), which: fc.nat(), throws: fc.boolean() })
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: ask }, { weight: 2, arbitrary: end }), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (concurrency, sequence) => {
      const crowd = new Crowd(concurrency)
      for (const step of sequence) {
        if (step.kind === 'ask') crowd.ask()
        else crowd.end(step.which, step.throws)
        await crowd.judge()
      }
      await crowd.finish()
    }),
  )
})

test('a result is passed on as it came', async t => {
  const { scorer, ask } = scene(t, 1)
  const { outcome, signal } = ask('a')
  const value = { any: ['thing'] }
  scorer.run('a').end({ value })
  assert.equal(await outcome, value)
  assert.equal(signal.aborted, false)
})

test('whatever run() throws becomes ERR_RUN_FAILED, with what was thrown as its cause', async t => {
  const { scorer, ask } = scene(t, 1)
  for (const thrown of [new TypeError('no such column'), 'a text', undefined, null]) {
    const { outcome } = ask(`throws ${String(thrown)}`)
    scorer.runs.at(-1)?.fail(thrown)
    assert.equal((await failure(outcome, 'ERR_RUN_FAILED')).cause, thrown)
  }
})

test('a run past the scoring timeout fails exactly then, and its signal fires with that error', async t => {
  const { engine, ask, tick } = scene(t, 1)
  const { outcome, signal } = ask('slow')
  tick(TIMEOUT_MS - 1)
  assert.equal(signal.aborted, false)
  tick(1)
  assert.equal(signal.reason, await failure(outcome, 'ERR_SCORING_TIMEOUT'))
  assert.equal(engine.inFlight, 0)
})

test('the time that a request waits counts towards its scoring timeout', async t => {
  const { scorer, ask, tick } = scene(t, 1)
  ask('first')
  const { outcome } = ask('second')
  tick(TIMEOUT_MS - 1)
  scorer.run('first').end({ value: 1 })
  await settled()
  assert.deepEqual(scorer.started, ['first', 'second'])
  tick(1)
  await failure(outcome, 'ERR_SCORING_TIMEOUT')
})

test('what comes of a run after its timeout is discarded, and costs nobody else their turn', async t => {
  const { engine, scorer, ask, tick } = scene(t, 1)
  const late = ask('late')
  const lateAndFailing = ask('late and failing')
  tick(TIMEOUT_MS)
  const running = ask('running')
  const waiting = ask('waiting')
  scorer.run('late').end({ value: 'too late' })
  scorer.runs.find(run => run.requestId === 'late and failing')?.fail(new Error('too late'))
  await settled()
  await failure(late.outcome, 'ERR_SCORING_TIMEOUT')
  assert((await lateAndFailing.outcome) instanceof ScorehostError)
  assert.deepEqual([engine.inFlight, engine.queued], [1, 1])
  scorer.run('running').end({ value: 1 })
  assert.equal(await running.outcome, 1)
  scorer.run('waiting').end({ value: 2 })
  assert.equal(await waiting.outcome, 2)
})

test("the turn of a run that has timed out is another one's", async t => {
  const { scorer, ask, tick } = scene(t, 1)
  ask('first')
  tick(TIMEOUT_MS - 1)
  const second = ask('second')
  assert.deepEqual(scorer.started, ['first'])
  tick(1)
  scorer.run('second').end({ value: 2 })
  assert.equal(await second.outcome, 2)
})

test('a request whose client hangs up while it waits is never run', async t => {
  const { engine, scorer, ask } = scene(t, 1)
  ask('first')
  const second = ask('second')
  const third = ask('third')
  const gone = new Error('the client has gone')
  second.cancellation.abort(gone)
  assert.equal(await second.outcome, gone)
  assert.equal(engine.queued, 1)
  scorer.run('first').end({ value: 1 })
  await settled()
  scorer.run('third').end({ value: 3 })
  assert.equal(await third.outcome, 3)
  assert.deepEqual(scorer.started, ['first', 'third'])
})

test('a client that hangs up while its request runs leaves its turn to another, and its result is discarded', async t => {
  const { engine, scorer, ask, tick } = scene(t, 1)
  const first = ask('first')
  const second = ask('second')
  const gone = new Error('the client has gone')
  first.cancellation.abort(gone)
  assert.equal(await first.outcome, gone)
  assert.deepEqual(scorer.started, ['first', 'second'])
  scorer.run('first').end({ value: 1 })
  await settled()
  assert.equal(engine.inFlight, 1)
  scorer.run('second').end({ value: 2 })
  assert.equal(await second.outcome, 2)
  tick(TIMEOUT_MS)
  assert.equal(first.signal.reason, gone)
})

test('a client that hangs up after its answer, and a timeout that would come then, change nothing', async t => {
  const { engine, scorer, ask, tick } = scene(t, 1)
  const { outcome, cancellation, signal } = ask('first')
  scorer.run('first').end({ value: 1 })
  await outcome
  const second = ask('second')
  tick(TIMEOUT_MS - 1)
  tick(1)
  await failure(second.outcome, 'ERR_SCORING_TIMEOUT')
  assert.equal(signal.aborted, false)
  ask('third')
  cancellation.abort()
  assert.equal(engine.inFlight, 1)
})

test('no timer is left behind, however a request ends', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const before = timers()
  const scorer = new ManualScorer()
  const engine = new Engine(scorer, { scoringTimeoutMs: 60_000, concurrency: 3 })
  const requests = ['ends', 'throws', 'aborted running', 'aborted waiting'].map(request)
  const outcomes = requests.map(one => engine.score(one))
  assert.equal(timers(), before + requests.length)
  for (const one of requests.slice(2).reverse()) one.cancellation.abort(new Error('gone'))
  scorer.run('ends').end({ value: 1 })
  scorer.run('throws').fail(new Error('thrown'))
  await Promise.allSettled(outcomes)
  assert.equal(timers(), before)
})

test('a request that has waited for all of its time is told that no turn came, and is never run', async t => {
  const { scorer, ask, tick } = scene(t, 1)
  ask('first')
  const second = ask('second')
  tick(TIMEOUT_MS)
  await failure(second.outcome, 'ERR_QUEUE_TIMEOUT')
  assert.deepEqual(scorer.started, ['first'])
})

test('a request whose time passed while a run blocked the event loop is never run', async () => {
  const started: string[] = []
  const scorer: Scorer = {
    ...new ManualScorer(),
    async score(batch) {
      await null
      started.push(...batch.map(one => one.requestId))
      const endMs = performance.now() + 10
      while (performance.now() < endMs);
      return batch.map(() => ({ value: 1, status: 200, headers: {} }))
    },
    shareOf: () => ({ rows: 1, key: '' }),
    async close() {},
  }
  const engine = new Engine(scorer, { scoringTimeoutMs: 5, concurrency: 1 })
  await Promise.allSettled([engine.score(request('first')), engine.score(request('second'))])
  assert.deepEqual(started, ['first'])
})

test('a request whose client hung up before it came to the engine is never run', async t => {
  const { engine, scorer } = scene(t, 1)
  const gone = request('gone')
  gone.cancellation.abort(new Error('the client has gone'))
  void engine.score(gone).catch(() => {})
  assert.deepEqual(scorer.started, [])
})
