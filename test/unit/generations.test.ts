// Which generation serves and which is started, through reloads that succeed, fail and overtake each other.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Generations, type ReloadOutcome } from '../../supervisor/generations.ts'

function state({ serving, wanted, changing }: Generations) {
  return { serving, wanted, changing }
}

test('in the beginning generation 0 serves, and nothing changes', () => {
  assert.deepEqual(state(new Generations()), { serving: 0, wanted: 0, changing: false })
})

test('a reload wants a new generation while the old one serves', () => {
  const generations = new Generations()
  void generations.begin()
  assert.deepEqual(state(generations), { serving: 0, wanted: 1, changing: true })
})

test('a reload that succeeds serves from then on, and says so', async () => {
  const generations = new Generations()
  const outcome = generations.begin()
  generations.succeed()()
  assert.deepEqual(state(generations), { serving: 1, wanted: 1, changing: false })
  assert.deepEqual(await outcome, { ok: true, message: 'generation 1 serves' })
})

test('a reload that fails leaves the old generation serving, and says why', async () => {
  const generations = new Generations()
  const outcome = generations.begin()
  generations.fail('ERR_MODEL_NOT_LOADED', 'init() threw')
  assert.deepEqual(state(generations), { serving: 0, wanted: 0, changing: false })
  assert.deepEqual(await outcome, {
    ok: false,
    code: 'ERR_MODEL_NOT_LOADED',
    message: 'init() threw',
  })
})

test('a later reload takes the place of one that is still being started', async () => {
  const generations = new Generations()
  const first = generations.begin()
  const second = generations.begin()
  assert.deepEqual(await first, {
    ok: false,
    code: 'ERR_MODEL_NOT_LOADED',
    message: 'a later reload took its place',
  })
  generations.succeed()()
  assert.deepEqual(await second, { ok: true, message: 'generation 2 serves' })
})

test('whoever waits for it to settle is told of the last reload that took its place', async () => {
  for (const ok of [true, false]) {
    const generations = new Generations()
    void generations.begin()
    const settled = generations.settled()
    for (let overtaking = 0; overtaking < 2; overtaking++) {
      void generations.begin()
      await new Promise(resolve => setImmediate(resolve))
    }
    if (ok) generations.succeed()()
    else generations.fail('ERR_MODEL_NOT_LOADED', 'init() threw')
    assert.equal((await settled).message, ok ? 'generation 3 serves' : 'init() threw')
  }
})

type Step = 'begin' | 'succeed' | 'fail'
const steps = fc.array(fc.constantFrom<Step>('begin', 'succeed', 'fail'), { maxLength: 30 })

/** Does the steps; a generation succeeds or fails only while one is being started, as in the supervisor. */
function perform(sequence: readonly Step[], look: (generations: Generations) => void = () => {}) {
  const generations = new Generations()
  const outcomes: Promise<ReloadOutcome>[] = []
  for (const step of sequence) {
    if (step === 'begin') outcomes.push(generations.begin())
    else if (generations.changing && step === 'succeed') generations.succeed()()
    else if (generations.changing) generations.fail('ERR_MODEL_NOT_LOADED', 'failed')
    look(generations)
  }
  return { generations, outcomes }
}

test('no number is used for two generations, not even after a failure', () => {
  fc.assert(
    fc.property(steps, sequence => {
      let last = 0
      const generations = new Generations()
      for (const step of sequence) {
        if (step === 'begin') {
          void generations.begin()
          assert(generations.wanted > last)
          last = generations.wanted
        } else if (generations.changing)
          step === 'succeed' ? generations.succeed()() : generations.fail('ERR_MODEL_NOT_LOADED', 'failed')
      }
    }),
  )
})

test('the serving generation never goes back, and is never newer than the wanted one', () => {
  fc.assert(
    fc.property(steps, sequence => {
      let before = 0
      perform(sequence, ({ serving, wanted, changing }) => {
        assert(serving >= before && serving <= wanted)
        assert.equal(changing, serving < wanted)
        before = serving
      })
    }),
  )
})

test('every reload but one that is still being started has its outcome, and as many succeed as generations served', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async sequence => {
      let switches = 0
      let before = 0
      const { generations, outcomes } = perform(sequence, ({ serving }) => {
        if (serving !== before) switches++
        before = serving
      })
      const pending = generations.changing ? outcomes.pop() : undefined
      const settled = await Promise.all(outcomes)
      assert.equal(settled.filter(({ ok }) => ok).length, switches)
      if (pending === undefined) return
      generations.fail('ERR_MODEL_MEMORY', 'the end')
      assert.deepEqual(await pending, { ok: false, code: 'ERR_MODEL_MEMORY', message: 'the end' })
    }),
  )
})
