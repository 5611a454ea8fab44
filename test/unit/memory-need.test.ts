// Whether a generation with one model more has room, reckoned from made-up workers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lackOfMemory, type MemoryView } from '../../supervisor/memory-need.ts'

const MIB = 1024 ** 2

function view(more: Partial<MemoryView> & { readonly freeMib: number }): MemoryView {
  const free = { bytes: more.freeMib * MIB, origin: '1 GiB by cgroup v2 limit, /sys/fs/cgroup/memory.max' }
  return { workerCount: 2, heldBytes: [100 * MIB, 100 * MIB], modelBytes: 50 * MIB, ...more, free }
}

test('the need is what the workers of now hold once more, and the new model in each', () => {
  assert.equal(lackOfMemory(view({ freeMib: 300 })), null)
  assert.equal(
    lackOfMemory(view({ freeMib: 299 })),
    'not enough memory: 2 workers with 100 MiB each, and 50 MiB for the new model in each, need at least 300 MiB beside those that' +
      ' serve, and 299 MiB of 1 GiB by cgroup v2 limit, /sys/fs/cgroup/memory.max are left',
  )
})

test('where a worker is missing at the moment the others stand for it', () => {
  const one = { heldBytes: [100 * MIB] }
  assert.equal(lackOfMemory(view({ ...one, freeMib: 300 })), null)
  assert.match(lackOfMemory(view({ ...one, freeMib: 299 })) ?? '', /at least 300 MiB/)
})

test('where nothing is known of the workers the model counts alone', () => {
  assert.equal(lackOfMemory(view({ heldBytes: [], freeMib: 100 })), null)
  assert.match(lackOfMemory(view({ heldBytes: [], freeMib: 99 })) ?? '', /2 workers with 0 B each/)
})

test('a model that is loaded anew needs no more than there is', () => {
  assert.equal(lackOfMemory(view({ modelBytes: 0, freeMib: 200 })), null)
  assert.match(lackOfMemory(view({ modelBytes: 0, workerCount: 1, freeMib: 99 })) ?? '', /: 1 worker with/)
})

test('more room never turns a yes into a no, and a larger model or more workers never a no into a yes', () => {
  const bytes = fc.nat({ max: 2 ** 40 })
  const views = fc.record({
    workerCount: fc.integer({ min: 1, max: 256 }),
    heldBytes: fc.array(bytes, { maxLength: 8 }),
    modelBytes: bytes,
    free: fc.record({ bytes, origin: fc.constant('here') }),
  })
  fc.assert(
    fc.property(views, bytes, (before, more) => {
      const { workerCount, modelBytes, free } = before
      if (lackOfMemory(before) === null)
        assert.equal(lackOfMemory({ ...before, free: { ...free, bytes: free.bytes + more } }), null)
      else {
        assert.notEqual(lackOfMemory({ ...before, modelBytes: modelBytes + more }), null)
        assert.notEqual(lackOfMemory({ ...before, workerCount: workerCount + 1 }), null)
      }
    }),
  )
})
