// What the statistics of the V2 protocol say of several workers, and batches as they are seen from outside.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Answer, appRoot, call, infer, LOOKUP, slowModel } from '../support/served-models.ts'
import { startReady } from '../support/start-runtime.ts'

interface Counted {
  readonly count: number
  readonly ns: number
}

/** One model of the statistics, as far as it is looked at here. */
interface Stats {
  readonly inference_count: number
  readonly execution_count: number
  readonly last_inference: number
  readonly inference_stats: Readonly<Record<string, Counted>>
  readonly batch_stats: readonly { readonly batch_size: number; readonly compute_infer: Counted }[]
  readonly batch_releases: Readonly<Record<string, number>>
}

async function statsOf(url: string, model: string): Promise<Stats> {
  const { json } = await call(url, `/v2/models/${model}/stats`)
  return json.model_stats[0]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

it('the counts of two workers add up, and outlive a worker that is killed', async () => {
  await using runtime = await startReady({ module: 'one-model', env: { WORKER_COUNT: '2' } })
  const { url } = runtime
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      infer(url, 'plus', [
        [index, 0],
        [0, index],
      ]),
    ),
  )
  for (const [index, { data }] of answers.entries()) assert.deepEqual(data, [index + 1, 1, 1, index + 1])
  const before = await statsOf(url, 'plus')
  assert.equal(before.inference_count, 80)
  assert.equal(before.inference_stats['success']?.count, 40)
  assert.ok(before.last_inference > Date.now() - 60_000)

  const { workers } = await runtime.status()
  for (const { pid } of workers) {
    process.kill(Number(pid), 'SIGKILL')
    await runtime.waitForStatus(
      status =>
        status.workers.length === 2 &&
        status.workers.every(worker => worker.state === 'ready' && worker.pid !== pid),
    )
  }
  assert.deepEqual(await statsOf(url, 'plus'), before)
  await infer(url, 'plus', [[1, 1]])
  assert.equal((await statsOf(url, 'plus')).inference_count, 81)
})

const BATCHING = `max_batch_size: 16
dynamic_batching { preferred_batch_size: [ 4 ] max_queue_delay_microseconds: 2000 }
`

it('requests share runs, each gets its own rows, and the statistics say how', async t => {
  const module = appRoot(t, { 'slow/1/model.onnx': await slowModel(10), 'slow/config.pbtxt': BATCHING })
  await using runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
  const { url } = runtime
  const client = async (number: number) => {
    for (let round = 0; round < 3; round++) {
      const rows = Array.from({ length: 1 + (number % 3) }, (_, row) => [1000 * number + 10 * round + row])
      const { status, data } = await infer(url, 'slow', rows)
      assert.deepEqual([status, data], [200, rows.flat()])
    }
    return 3 * (1 + (number % 3))
  }
  const rows = sum(await Promise.all(Array.from({ length: 48 }, (_, number) => client(number))))
  const stats = await statsOf(url, 'slow')
  assert.equal(stats.inference_count, rows)
  assert.equal(stats.inference_stats['success']?.count, 144)
  assert.equal(stats.inference_stats['queue']?.count, 144)
  assert.ok(stats.execution_count < 144, `${stats.execution_count} runs for 144 requests`)
  assert.equal(sum(stats.batch_stats.map(batch => batch.compute_infer.count)), stats.execution_count)
  assert.equal(sum(stats.batch_stats.map(batch => batch.batch_size * batch.compute_infer.count)), rows)
  const sizes = stats.batch_stats.map(batch => batch.batch_size)
  assert.ok(Math.max(...sizes) > 3 && Math.max(...sizes) <= 16, `${sizes}`)
  assert.equal(sum(Object.values(stats.batch_releases)), stats.execution_count)
  for (const reason of Object.keys(stats.batch_releases))
    assert.ok(['full', 'shape', 'preferred', 'delay'].includes(reason), reason)
})

it('a bad request never fails its batch', async t => {
  const module = appRoot(t, {
    'lookup/1/model.onnx': LOOKUP,
    'lookup/config.pbtxt': 'max_batch_size: 32 dynamic_batching {}',
    'slow/1/model.onnx': await slowModel(20),
  })
  await using runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
  const { url } = runtime
  const ask = (index: number) => infer(url, 'lookup', [[index]], { name: 'index', datatype: 'INT64' })
  const judge = (index: number, { status, data }: Answer) => {
    if (index < 4) assert.deepEqual([status, data], [200, [10 + index]])
    else assert.equal(status, 502)
  }
  let asked = 0
  // what comes while the other model runs is one batch
  for (let size = 0; size < 2; ) {
    const running = infer(url, 'slow', [[1]])
    const indices = Array.from({ length: 24 }, (_, place) => (place % 8 === 5 ? 7 : place % 4))
    const answers = await Promise.all(indices.map(ask))
    for (const [place, answer] of answers.entries()) judge(indices[place] ?? 0, answer)
    assert.equal((await running).status, 200)
    asked += 24
    assert.ok(asked < 1000, 'no batch of two came together')
    const releases = sum(Object.values((await statsOf(url, 'lookup')).batch_releases))
    size = asked / releases
  }
  const { inference_stats } = await statsOf(url, 'lookup')
  assert.equal(inference_stats['fail']?.count, asked / 8)
  assert.equal(inference_stats['success']?.count, asked - asked / 8)
})
