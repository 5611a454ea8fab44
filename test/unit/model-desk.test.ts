// What the supervisor knows of the models of all workers, those that are gone included.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { FromWorker, Question, ToWorker } from '../../runtime/ipc.ts'
import { Statistics, type StatisticsSnapshot } from '../../runtime/statistics.ts'
import type { ReloadOutcome } from '../../supervisor/generations.ts'
import { MeasurementDesk } from '../../supervisor/measurement-desk.ts'
import { ModelDesk } from '../../supervisor/model-desk.ts'
import type { WorkerHandle } from '../../supervisor/worker-handle.ts'

/** As if a worker had run so many requests of one row. */
function scored(rows: number): StatisticsSnapshot {
  const statistics = new Statistics()
  for (let row = 0; row < rows; row++)
    statistics.executed(1, 1, { compute_input: 0, compute_infer: 0, compute_output: 0 })
  return statistics.snapshot()
}

class FakeWorker {
  readonly id: number
  readonly sent: ToWorker[] = []
  phase = 'ready'

  constructor(id: number) {
    this.id = id
  }

  send(message: ToWorker): void {
    this.sent.push(message)
  }

  get answers(): (ToWorker & { readonly kind: 'answer' })[] {
    return this.sent.filter(message => message.kind === 'answer')
  }
}

const settled = () => new Promise<void>(resolve => setImmediate(resolve))

function scene(t: TestContext, loaded: readonly string[] = []) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const workers = [new FakeWorker(0), new FakeWorker(1)] as const
  const all: FakeWorker[] = [...workers]
  const reloads: {
    models: string[]
    required: string | null
    newBytes: number | null
    end: (outcome: ReloadOutcome) => void
  }[] = []
  const measurements = new MeasurementDesk(() => all as unknown as WorkerHandle[]) // true: the desk takes no more of them
  const desk = new ModelDesk(
    {
      statistics: async () => (await measurements.measure(false)).statistics,
      reload: ({ models, ...wish }) =>
        new Promise(end => {
          reloads.push({ models: [...models], ...wish, end })
        }),
    },
    new Set(loaded),
  )
  const heard = (worker: FakeWorker, message: FromWorker) => {
    const handle = worker as unknown as WorkerHandle // true: as above
    measurements.heard(handle, message)
    desk.heard(handle, message)
  }
  const say = (worker: FakeWorker, rows: number, id: number | null = null) =>
    heard(worker, { kind: 'statistics', id, statistics: { 'm/1': scored(rows) }, routes: [], process: null })
  const exit = (worker: FakeWorker) => {
    all.splice(all.indexOf(worker), 1)
    measurements.exited(worker as unknown as WorkerHandle) // true: as above
  }
  const ask = (worker: FakeWorker, question: Question, id = 7) => heard(worker, { kind: 'ask', id, question })
  /** Rows that a worker is told; who is given here answers that it has scored so many, the others are silent. */
  const rows = async (asker: FakeWorker, answering: ReadonlyMap<FakeWorker, number>): Promise<number> => {
    ask(asker, { what: 'statistics' })
    for (const [worker, count] of answering) {
      const asked = worker.sent.findLast(message => message.kind === 'statistics')
      say(worker, count, asked?.id ?? null)
    }
    await settled()
    if (asker.answers.length === 0) t.mock.timers.tick(500)
    await settled()
    const [answer] = asker.answers.splice(0)
    asker.sent.length = 0
    assert(answer?.ok)
    const value = answer.value as Record<string, StatisticsSnapshot> // true: that is what is answered
    return value['m/1']?.inference_count ?? 0
  }
  return { workers, reloads, say, exit, ask, rows }
}

test('the counts of all workers are one', async t => {
  const { workers, rows } = scene(t)
  const [a, b] = workers
  assert.equal(
    await rows(
      a,
      new Map([
        [a, 2],
        [b, 3],
      ]),
    ),
    5,
  )
  assert.equal(
    await rows(
      b,
      new Map([
        [a, 4],
        [b, 3],
      ]),
    ),
    7,
  )
})

test('what a worker said last counts when it is silent', async t => {
  const { workers, say, rows } = scene(t)
  const [a, b] = workers
  say(b, 10)
  assert.equal(await rows(a, new Map([[a, 1]])), 11)
  assert.equal(
    await rows(
      a,
      new Map([
        [a, 2],
        [b, 12],
      ]),
    ),
    14,
  )
})

test('what a worker has scored is not forgotten with it', async t => {
  const { workers, say, exit, rows } = scene(t)
  const [a, b] = workers
  say(b, 3)
  say(b, 5)
  exit(b)
  assert.equal(await rows(a, new Map([[a, 1]])), 6)
  assert.equal(await rows(a, new Map([[a, 1]])), 6)
})

test('a worker that is starting is not asked, for it would not answer', async t => {
  const { workers, rows } = scene(t)
  const [a, b] = workers
  b.phase = 'starting'
  assert.equal(await rows(a, new Map([[a, 1]])), 1)
  assert.deepEqual(b.sent, [])
})

test('a change is a generation with the models of before and the new one, which must be there', async t => {
  const { workers, reloads, ask } = scene(t, ['a'])
  const [worker] = workers
  ask(worker, { what: 'load', model: 'b', fileBytes: 9 })
  await settled()
  assert.deepEqual(
    reloads.map(({ models, required }) => [models, required]),
    [[['a', 'b'], 'b']],
  )
  assert.deepEqual(worker.answers, [])
  reloads[0]?.end({ ok: true, message: 'generation 1 serves' })
  await settled()
  assert.deepEqual(worker.answers, [{ kind: 'answer', id: 7, ok: true, value: 'generation 1 serves' }])
})

test('changes come one after the other, each upon what the one before has left', async t => {
  const { workers, reloads, ask } = scene(t, ['a'])
  const [worker] = workers
  ask(worker, { what: 'load', model: 'b', fileBytes: 9 }, 1)
  ask(worker, { what: 'load', model: 'broken', fileBytes: 9 }, 2)
  ask(worker, { what: 'unload', model: 'a' }, 3)
  for (const [index, ok] of [true, false, true].entries()) {
    await settled()
    assert.equal(reloads.length, index + 1)
    const message = `outcome ${index}`
    reloads[index]?.end(ok ? { ok, message } : { ok, code: 'ERR_MODEL_NOT_LOADED', message })
  }
  await settled()
  assert.deepEqual(
    reloads.map(({ models, required }) => [models, required]),
    [
      [['a', 'b'], 'b'],
      [['a', 'b', 'broken'], 'broken'],
      [['b'], null],
    ],
  )
  assert.deepEqual(
    worker.answers.map(answer => [answer.id, answer.ok ? answer.value : answer.message]),
    [
      [1, 'outcome 0'],
      [2, 'outcome 1'],
      [3, 'outcome 2'],
    ],
  )
})

test('a change that fails is answered with its code', async t => {
  const { workers, reloads, ask } = scene(t)
  const [worker] = workers
  ask(worker, { what: 'add', model: 'b', fileBytes: 9 })
  await settled()
  const failure = { ok: false, code: 'ERR_MODEL_MEMORY', message: 'too large' } as const
  reloads[0]?.end(failure)
  await settled()
  assert.deepEqual(worker.answers, [{ kind: 'answer', id: 7, ...failure }])
})

test('what a change needs of memory is told: the file of a new model, nothing for one that is loaded, and a model that goes', async t => {
  const { workers, reloads, ask } = scene(t, ['a'])
  const [worker] = workers
  ask(worker, { what: 'load', model: 'b', fileBytes: 9 })
  ask(worker, { what: 'load', model: 'b', fileBytes: 9 })
  ask(worker, { what: 'unload', model: 'b' })
  for (let index = 0; index < 3; index++) {
    await settled()
    reloads[index]?.end({ ok: true, message: '' })
  }
  assert.deepEqual(
    reloads.map(({ newBytes }) => newBytes),
    [9, 0, null],
  )
})

test('a model that was loaded while another waited to add it is loaded already, one that could not be is tried again', async t => {
  for (const ok of [true, false]) {
    const { workers, reloads, ask } = scene(t)
    const [a, b] = workers
    ask(a, { what: 'add', model: 'm', fileBytes: 9 })
    ask(b, { what: 'add', model: 'm', fileBytes: 9 })
    await settled()
    reloads[0]?.end(
      ok ? { ok, message: 'done' } : { ok, code: 'ERR_MODEL_NOT_LOADED', message: 'no such model' },
    )
    await settled()
    assert.equal(reloads.length, ok ? 1 : 2)
    const [answer] = b.answers
    if (ok) assert(answer?.ok === false && answer.code === 'ERR_MODEL_LOADED')
    else assert.equal(answer, undefined)
    t.mock.timers.reset()
  }
})
