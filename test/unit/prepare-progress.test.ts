// The lines that say how far a preparation is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Progress } from '../../cli/prepare/progress.ts'

const MIB = 1_048_576

function progressAt(intervalMs: number) {
  const clock = { nowMs: 0 }
  const lines: string[] = []
  const progress = new Progress({ write: line => lines.push(line), nowMs: () => clock.nowMs, intervalMs })
  return { clock, lines, progress }
}

test('a line comes when the interval is over, and no sooner', () => {
  const { clock, lines, progress } = progressAt(1000)
  progress.start('Models["iris:3"]', 8 * MIB)
  for (const nowMs of [400, 999, 1000, 1999, 2001, 5000]) {
    clock.nowMs = nowMs
    progress.add(MIB)
  }
  progress.finish('done')
  assert.deepEqual(lines, [
    'Models["iris:3"]: 3 MiB of 8 MiB',
    'Models["iris:3"]: 5 MiB of 8 MiB',
    'Models["iris:3"]: 6 MiB of 8 MiB',
    'Models["iris:3"]: done',
  ])
})

test('each entry begins anew', () => {
  const { clock, lines, progress } = progressAt(1000)
  progress.start('a', MIB)
  clock.nowMs = 900
  progress.add(MIB)
  progress.finish('done')
  progress.start('b', 2 * MIB)
  clock.nowMs = 1100
  progress.add(MIB)
  clock.nowMs = 1900
  progress.add(0)
  assert.deepEqual(lines, ['a: done', 'b: 1 MiB of 2 MiB'])
})
