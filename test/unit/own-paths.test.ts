// The supervisor's own pages: what becomes of one that cannot be made.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnswerOwn, OwnPaths } from '../../supervisor/own-paths.ts'
import { settingsOf } from '../support/settings.ts'

const settings = settingsOf({})
const DEFECT = new Error('a secret of the supervisor')

function scene(dashboard: AnswerOwn) {
  const failures: unknown[] = []
  const paths = new OwnPaths(settings, {
    state: () => 'ready',
    metrics: () => Promise.reject(DEFECT),
    dashboard: { paths: ['/dashboard/'], answer: dashboard },
    failed: (thrown, requestId) => failures.push([thrown, requestId]),
  })
  const ask = (answer: AnswerOwn, path: string) =>
    answer({ method: 'GET', path, headers: {}, requestId: 'r', client: null })
  return { paths, failures, ask }
}

async function assertInternal(answer: ReturnType<AnswerOwn>): Promise<void> {
  const made = await answer
  assert.equal(made?.status, 500)
  const { code, requestId } = JSON.parse(made.body)
  assert.deepEqual([code, requestId], ['ERR_INTERNAL', 'r'])
  assert.ok(!made.body.includes(DEFECT.message))
}

test('metrics that fail are an answer at every door, and noted', async () => {
  const { paths, failures, ask } = scene(() => null)
  for (const answer of [paths.answer, paths.answerMetrics, paths.answerAll])
    await assertInternal(ask(answer, '/metrics'))
  assert.deepEqual(failures, Array(3).fill([DEFECT, 'r']))
})

test('a page that fails is one, whether at once or later', async () => {
  for (const fail of [
    () => {
      throw DEFECT
    },
    () => Promise.reject(DEFECT),
  ]) {
    const { paths, failures, ask } = scene(fail)
    await assertInternal(ask(paths.answer, '/dashboard/'))
    assert.deepEqual(failures, [[DEFECT, 'r']])
    assert.equal(ask(paths.answer, '/score'), null)
  }
})
