// The engine's promises where a result is a stream.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Engine } from '../../runtime/engine/engine.ts'
import { ResultStream } from '../../runtime/result-stream.ts'
import { ManualScorer, request, settled } from '../support/engine-crowd.ts'

const TIMEOUT_MS = 1000

/** A source that gives its pieces when a test says so. */
class ManualSource {
  readonly asked: PromiseWithResolve[] = []
  cancelled = 0
  readonly stream = new ResultStream(
    () => new Promise((resolve, reject) => this.asked.push({ resolve, reject })),
    () => {
      this.cancelled += 1
    },
  )

  give(value: unknown): void {
    this.asked.shift()?.resolve({ done: false, value })
  }

  end(): void {
    this.asked.shift()?.resolve({ done: true, value: undefined })
  }
}

interface PromiseWithResolve {
  readonly resolve: (piece: IteratorResult<unknown>) => void
  readonly reject: (thrown: unknown) => void
}

/** The stream, or what was thrown in its place. */
interface Outcome {
  readonly stream: ResultStream
  readonly thrown: { readonly code?: string } | null
}

function scene(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const scorer = new ManualScorer()
  const engine = new Engine(scorer, { scoringTimeoutMs: TIMEOUT_MS, concurrency: 1 })
  const source = new ManualSource()
  const asked = request('streams')
  const outcome: Promise<Outcome> = engine.score(asked).then(
    ({ value }) => ({ stream: value as ResultStream, thrown: null }), // true: the scorer gives one
    thrown => ({ stream: source.stream, thrown }),
  )
  scorer.run('streams').end({ value: source.stream })
  return { engine, scorer, source, asked, outcome, tick: (ms: number) => t.mock.timers.tick(ms) }
}

test('a stream keeps its place until its end, and gives its pieces in order', async t => {
  const { engine, source, outcome } = scene(t)
  await settled()
  source.give(1)
  const { stream } = await outcome
  assert.deepEqual(await stream.next(), { done: false, value: 1 })
  const second = stream.next()
  source.give(2)
  assert.deepEqual(await second, { done: false, value: 2 })
  assert.equal(engine.inFlight, 1)
  const end = stream.next()
  source.end()
  assert.equal((await end).done, true)
  assert.equal((await stream.next()).done, true)
  assert.equal(engine.inFlight, 0)
  assert.equal(source.cancelled, 0)
})

test('a stream that fails at its first piece is a failure of run()', async t => {
  const { engine, source, outcome } = scene(t)
  await settled()
  source.asked.shift()?.reject(new Error('at once'))
  assert.equal((await outcome).thrown?.code, 'ERR_RUN_FAILED')
  assert.equal(engine.inFlight, 0)
})

test('a first piece that is late is a timeout, counted from the arrival of the request', async t => {
  const { engine, source, asked, outcome, tick } = scene(t)
  tick(TIMEOUT_MS - 1)
  await settled()
  tick(1)
  assert.equal((await outcome).thrown?.code, 'ERR_SCORING_TIMEOUT')
  assert.equal(asked.cancellation.signal.aborted, true)
  assert.deepEqual([source.cancelled, engine.inFlight], [1, 0])
})

test('a later piece has the timeout for itself, and between the pieces no time runs', async t => {
  const { engine, source, outcome, tick } = scene(t)
  await settled()
  source.give(1)
  const { stream } = await outcome
  await stream.next()
  tick(10 * TIMEOUT_MS)
  const second = stream.next()
  tick(TIMEOUT_MS - 1)
  source.give(2)
  assert.equal((await second).value, 2)
  const third = stream.next().catch(thrown => thrown)
  tick(TIMEOUT_MS)
  assert.equal((await third).code, 'ERR_SCORING_TIMEOUT')
  assert.deepEqual([source.cancelled, engine.inFlight], [1, 0])
})

test('a client that goes cancels the source once, while it is waited for and while it is not', async t => {
  for (const waits of [true, false]) {
    const { engine, source, asked, outcome } = scene(t)
    await settled()
    source.give(1)
    const { stream } = await outcome
    await stream.next()
    const second = waits ? stream.next().catch(thrown => thrown) : null
    asked.cancellation.abort('gone')
    if (second !== null) assert.equal(await second, 'gone')
    assert.deepEqual([source.cancelled, engine.inFlight], [1, 0])
    await assert.rejects(stream.next())
    t.mock.timers.reset()
  }
})

test('a reader that has enough cancels the source and frees the place', async t => {
  const { engine, source, outcome } = scene(t)
  await settled()
  source.give(1)
  for await (const piece of (await outcome).stream) {
    assert.equal(piece, 1)
    break
  }
  assert.deepEqual([source.cancelled, engine.inFlight], [1, 0])
})

test('a stream that comes after the timeout is cancelled unread', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const scorer = new ManualScorer()
  const engine = new Engine(scorer, { scoringTimeoutMs: TIMEOUT_MS, concurrency: 1 })
  const outcome = engine.score(request('late')).catch(thrown => thrown)
  t.mock.timers.tick(TIMEOUT_MS)
  const source = new ManualSource()
  scorer.run('late').end({ value: source.stream })
  await settled()
  assert.equal((await outcome).code, 'ERR_SCORING_TIMEOUT')
  assert.deepEqual([source.cancelled, source.asked.length], [1, 0])
})
