// The engine's promises where requests are scored in batches.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { Engine } from '../../runtime/engine/engine.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import { type BatchPolicy, ScoreFailure, type Scorer } from '../../runtime/scoring.ts'
import { ManualScorer, request, settled } from '../support/engine-crowd.ts'

const TIMEOUT_MS = 1000

/** An engine and its scorer, with timers that stand still. */
function scene(t: TestContext, policy: BatchPolicy) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const scorer = new ManualScorer(policy)
  let nowMs = 0
  const limits = { scoringTimeoutMs: TIMEOUT_MS, concurrency: 1 }
  const engine = new Engine(scorer, limits, () => nowMs)
  const tick = (ms: number) => {
    nowMs += ms
    t.mock.timers.tick(ms)
  }
  const ask = (requestId: string) => {
    const asked = request(requestId)
    const outcome = engine.score(asked).then(
      ({ value }) => value,
      thrown => (thrown instanceof ScorehostError ? thrown.code : thrown),
    )
    return { outcome, cancellation: asked.cancellation }
  }
  const batches = () => scorer.runs.map(run => run.requestIds)
  return { engine, scorer, ask, tick, batches }
}

test('what one turn of the event loop brings is one batch', async t => {
  const { ask, batches } = scene(t, { maxSize: 8, maxDelayMs: 0, preferredSizes: [] })
  for (const id of ['a', 'b', 'c']) ask(id)
  assert.deepEqual(batches(), [])
  await settled()
  assert.deepEqual(batches(), [['a', 'b', 'c']])
})

test('one batch runs at a time, and what queued meanwhile is the next, up to the most', async t => {
  const { scorer, ask, batches } = scene(t, { maxSize: 2, maxDelayMs: 0, preferredSizes: [] })
  ask('a')
  await settled()
  for (const id of ['b', 'c', 'd']) ask(id)
  await settled()
  assert.deepEqual(batches(), [['a']])
  scorer.run('a').endBatch([1])
  await settled()
  await settled()
  assert.deepEqual(batches(), [['a'], ['b', 'c']])
})

test('a batch waits for its delay, and a lone request is run when that is over', async t => {
  const { ask, tick, batches } = scene(t, { maxSize: 8, maxDelayMs: 50, preferredSizes: [] })
  ask('a')
  await settled()
  tick(30)
  ask('b')
  await settled()
  assert.deepEqual(batches(), [])
  tick(20)
  assert.deepEqual(batches(), [['a', 'b']])
})

test('the member whose client goes before dispatch is not in the batch', async t => {
  const { ask, batches } = scene(t, { maxSize: 8, maxDelayMs: 0, preferredSizes: [] })
  ask('a')
  const gone = ask('gone')
  ask('c')
  gone.cancellation.abort(new Error('the client has gone'))
  await settled()
  assert.deepEqual(batches(), [['a', 'c']])
})

test('the member whose client goes while the batch runs harms no other', async t => {
  const { scorer, ask, engine } = scene(t, { maxSize: 8, maxDelayMs: 0, preferredSizes: [] })
  const [a, gone, c] = [ask('a'), ask('gone'), ask('c')]
  await settled()
  gone.cancellation.abort('gone')
  assert.equal(await gone.outcome, 'gone')
  assert.equal(engine.inFlight, 2)
  scorer.run('a').endBatch(['A', 'B', 'C'])
  assert.deepEqual(await Promise.all([a.outcome, c.outcome]), ['A', 'C'])
})

test('a batch that runs for too long fails all its members, and makes room for the next', async t => {
  const { scorer, ask, tick, batches } = scene(t, { maxSize: 2, maxDelayMs: 0, preferredSizes: [] })
  const [a, b] = [ask('a'), ask('b')]
  await settled()
  tick(TIMEOUT_MS - 1)
  const next = ask('next')
  await settled()
  tick(1)
  assert.deepEqual(await Promise.all([a.outcome, b.outcome]), ['ERR_SCORING_TIMEOUT', 'ERR_SCORING_TIMEOUT'])
  await settled()
  assert.deepEqual(batches(), [['a', 'b'], ['next']])
  scorer.run('a').endBatch(['late', 'late'])
  await settled()
  scorer.run('next').endBatch(['fine'])
  assert.equal(await next.outcome, 'fine')
})

test('a batch that fails as a whole is run one by one, without those who have left', async t => {
  const { scorer, ask, batches } = scene(t, { maxSize: 8, maxDelayMs: 0, preferredSizes: [] })
  const [a, b, gone, c] = [ask('a'), ask('b'), ask('gone'), ask('c')]
  await settled()
  gone.cancellation.abort('gone')
  scorer.run('a').fail(new Error('somebody is to blame'))
  await settled()
  const alone = (id: string) => scorer.runs.find(run => run.requestIds.length === 1 && run.requestId === id)
  alone('a')?.endBatch(['A'])
  await settled()
  alone('b')?.fail(new Error('b is to blame'))
  await settled()
  alone('c')?.endBatch(['C'])
  assert.deepEqual(await Promise.all([a.outcome, b.outcome, c.outcome]), ['A', 'ERR_RUN_FAILED', 'C'])
  assert.deepEqual(batches(), [['a', 'b', 'gone', 'c'], ['a'], ['b'], ['c']])
})

/** Gives each request its own id back, fails those who ask for it, and whole batches that have a poisoned one. */
function echoScorer(policy: BatchPolicy, sizes: number[]): Scorer {
  return {
    ...new ManualScorer(policy),
    async score(batch) {
      sizes.push(batch.length)
      await sleep(batch.length % 3)
      if (batch.some(({ requestId }) => requestId.endsWith('poison'))) throw new Error('poisoned')
      return batch.map(({ requestId }) =>
        requestId.endsWith('fail')
          ? new ScoreFailure(new Error(requestId))
          : { value: requestId, status: 200, headers: {} },
      )
    },
    shareOf: () => ({ rows: 1, key: '' }),
    async close() {},
  }
}

test("nobody ever gets another's result, whatever fails, leaves and comes when", async () => {
  const fates = fc.constantFrom('fine', 'fine', 'fine', 'fail', 'poison', 'leave')
  const crowd = fc.array(fc.record({ fate: fates, afterMs: fc.nat({ max: 6 }) }), { maxLength: 30 })
  const policies = fc.record({
    maxSize: fc.integer({ min: 1, max: 5 }),
    maxDelayMs: fc.nat({ max: 3 }),
    preferredSizes: fc.constant([]),
  })
  await fc.assert(
    fc.asyncProperty(crowd, policies, async (members, policy) => {
      const sizes: number[] = []
      const limits = { scoringTimeoutMs: 30_000, concurrency: 1 }
      const engine = new Engine(echoScorer(policy, sizes), limits)
      await Promise.all(
        members.map(async ({ fate, afterMs }, index) => {
          await sleep(afterMs)
          const asked = request(`${index} ${fate}`)
          if (fate === 'leave') setTimeout(() => asked.cancellation.abort('left'), index % 4)
          const outcome = await engine.score(asked).catch(thrown => thrown)
          if (fate === 'fine') assert.equal(outcome.value, asked.requestId)
          else if (fate === 'leave') assert(outcome === 'left' || outcome.value === asked.requestId)
          else assert.equal(outcome.code, 'ERR_RUN_FAILED')
          if (fate === 'fail') assert.equal(outcome.cause.message, asked.requestId)
        }),
      )
      assert(sizes.every(size => size <= policy.maxSize))
      assert.deepEqual([engine.inFlight, engine.queued], [0, 0])
    }),
    { numRuns: 60 },
  )
})
