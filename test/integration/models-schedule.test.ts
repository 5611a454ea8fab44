// The queue before a slow model: priorities, timeouts, limits, and clients that have gone; and the warm-up before all of them.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { notBehindNginx } from '../support/front.ts'
import { type Answer, appRoot, call, infer, LOOKUP, slowModel } from '../support/served-models.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

/** One request a run, so that the others wait. */
const ALONE = 'max_batch_size: 1'
const SUMS = 90
/** Less than a run takes, and more than a free engine takes to begin one. */
const SHORT_US = 40_000

const uncounted = notBehindNginx(
  'it does not count requests, and a run that blocks its worker keeps that from counting',
)

function queue(policy: string): string {
  return `${ALONE} dynamic_batching { default_queue_policy { ${policy} } }`
}

const CONFIGS = {
  full: queue('max_queue_size: 2'),
  late: queue(`default_timeout_microseconds: ${SHORT_US}`),
  patient: queue('allow_timeout_override: true'),
  strict: queue('allow_timeout_override: false'),
  ordered: `${ALONE} dynamic_batching { priority_levels: 2 default_priority_level: 2 }`,
  hung: `${ALONE} dynamic_batching {}`,
}

describe('requests to a slow model', () => {
  let runtime: Runtime
  const cleanUp: (() => void)[] = []
  before(async () => {
    const slow = await slowModel(SUMS)
    const models = Object.entries(CONFIGS).flatMap(([name, config]) => [
      [`${name}/1/model.onnx`, slow] as const,
      [`${name}/config.pbtxt`, config] as const,
    ])
    // true: all that is asked of the test is to clean up
    const owner = { after: (done: () => void) => cleanUp.push(done) } as unknown as Parameters<
      typeof appRoot
    >[0]
    const module = appRoot(owner, Object.fromEntries(models))
    runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
  })
  after(async () => {
    await runtime?.[Symbol.asyncDispose]()
    for (const done of cleanUp) done()
  })

  /** So many requests, all at once; settles with those that were refused, when all are answered. */
  async function crowd(model: string, size: number, parameters: object = {}): Promise<readonly Answer[]> {
    const answers = await Promise.all(
      Array.from({ length: size }, (_, number) => infer(runtime.url, model, [[number]], { parameters })),
    )
    for (const [number, { status, data }] of answers.entries())
      if (status === 200) assert.deepEqual(data, [number])
    return answers.filter(({ status }) => status !== 200)
  }

  function says(refused: readonly Answer[], message: string): void {
    assert.notEqual(refused.length, 0)
    for (const { status, error } of refused) assert.deepEqual([status, error], [503, message])
  }

  it('find the queue full, and are told so', async () => {
    const refused = await crowd('full', 8)
    says(refused, 'Exceeds maximum queue size')
    assert.ok(refused.length <= 6, `${refused.length} of 8 were refused, where two may wait`)
  })

  it('wait for as long as the model says', async () => {
    says(await crowd('late', 4), 'Request timeout expired')
  })

  it('wait for as long as they say themselves, where the model allows it', async () => {
    says(await crowd('patient', 4, { timeout: SHORT_US }), 'Request timeout expired')
    assert.deepEqual(await crowd('patient', 3, { timeout: 3_600_000_000_000 }), [])
    assert.deepEqual(await crowd('patient', 3), [])
    assert.deepEqual(await crowd('strict', 3, { timeout: SHORT_US }), [])
  })

  it('overtake others of a lower priority', { skip: uncounted }, async () => {
    const order: string[] = []
    const ask = (name: string, priority: number) =>
      infer(runtime.url, 'ordered', [[1]], { parameters: { priority } }).then(({ status }) => {
        assert.equal(status, 200)
        order.push(name)
      })
    const lows = Array.from({ length: 6 }, () => ask('low', 2))
    await runtime.waitForStatus(({ workers }) => (workers[0]?.inFlight ?? 0) >= 6)
    const highs = Array.from({ length: 2 }, () => ask('high', 1))
    await Promise.all([...lows, ...highs])
    assert.deepEqual(order.slice(-2), ['low', 'low'], order.join())
  })

  it('are never run when their clients have hung up', { skip: uncounted }, async () => {
    const first = infer(runtime.url, 'hung', [[0]])
    const gone = new AbortController()
    const others = Array.from({ length: 6 }, () =>
      infer(runtime.url, 'hung', [[1]], {}, { signal: gone.signal }).then(
        () => 'answered',
        () => 'gone',
      ),
    )
    await runtime.waitForStatus(({ workers }) => (workers[0]?.inFlight ?? 0) >= 5)
    gone.abort()
    const outcomes = await Promise.all(others)
    assert.equal((await first).status, 200)
    assert.equal((await infer(runtime.url, 'hung', [[2]])).status, 200)
    await runtime.waitForStatus(({ workers }) => workers[0]?.inFlight === 0)
    assert.ok(outcomes.filter(outcome => outcome === 'gone').length >= 4, outcomes.join())
    const { json } = await call(runtime.url, '/v2/models/hung/stats')
    const { execution_count, inference_stats } = json.model_stats[0]
    // one of those that hung up may have been running
    assert.ok(execution_count <= 4, `${execution_count} runs`)
    assert.ok(inference_stats.fail.count >= 3, `${inference_stats.fail.count} failed`)
  })
})

it('a warm-up is run before a model is ready: where it fails, the model is not', async t => {
  const warm = (fill: string) => `max_batch_size: 4
    model_warmup [ { name: "first" batch_size: 2 inputs { key: "index" value: { data_type: TYPE_INT64 dims: [ 1 ] ${fill} } } } ]`
  const module = appRoot(t, {
    'zeros/1/model.onnx': LOOKUP,
    'zeros/config.pbtxt': warm('zero_data: true'),
    'good_file/1/model.onnx': LOOKUP,
    'good_file/config.pbtxt': warm('input_data_file: "indices"'),
    'good_file/warmup/indices': new Uint8Array(BigInt64Array.of(3n, 0n).buffer),
    'bad_file/1/model.onnx': LOOKUP,
    'bad_file/config.pbtxt': warm('input_data_file: "indices"'),
    'bad_file/warmup/indices': new Uint8Array(BigInt64Array.of(3n, 4n).buffer),
    'no_file/1/model.onnx': LOOKUP,
    'no_file/config.pbtxt': warm('input_data_file: "indices"'),
  })
  await using runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
  const { json } = await call(runtime.url, '/v2/repository/index', {})
  const states = json as readonly { name: string; state: string; reason: string }[] // true: the shape of the index
  assert.deepEqual(
    states.map(({ name, state }) => [name, state]),
    [
      ['bad_file', 'UNAVAILABLE'],
      ['good_file', 'READY'],
      ['no_file', 'UNAVAILABLE'],
      ['zeros', 'READY'],
    ],
  )
  assert.match(states[0]?.reason ?? '', /out of .*bounds|indices element/i)
  assert.match(states[2]?.reason ?? '', /indices/)
})
