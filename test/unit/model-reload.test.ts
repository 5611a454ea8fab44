// When a reload with other models is refused for memory, and when it waits for workers on their way out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReloadOutcome } from '../../supervisor/generations.ts'
import { ModelReload } from '../../supervisor/model-reload.ts'
import type { WorkerHandle } from '../../supervisor/worker-handle.ts'

const MIB = 1024 ** 2
const LIMIT_MIB = 500
const SERVES = { ok: true, message: 'generation 1 serves' } as const

interface FakeWorker {
  readonly pid: number
  readonly phase: 'ready' | 'draining'
  readonly ownMib: number
}

/** A container with these workers, all of whose memory is in use; `goes` are the workers that exit one by one when that is awaited. */
function scene(workers: readonly FakeWorker[], goes: readonly number[] = [], tellsOwn = true) {
  const there = [...workers]
  const leaving = [...goes]
  const used = () => there.reduce((sum, { ownMib }) => sum + ownMib, 0) * MIB
  const readFile = (path: string): string | null => {
    if (path === '/proc/self/cgroup') return '0::/\n'
    if (path === '/sys/fs/cgroup/memory.max') return `${LIMIT_MIB * MIB}\n`
    if (path === '/sys/fs/cgroup/memory.current') return `${used()}\n`
    const worker = there.find(({ pid }) => path === `/proc/${pid}/status`)
    return worker === undefined || !tellsOwn ? null : `Name:\tnode\nRssAnon:\t${worker.ownMib * 1024} kB\n`
  }
  const chosen: [string[], string | null, boolean | null][] = []
  const all = () =>
    there.map(({ pid, phase, ownMib }) => ({
      pid,
      phase,
      killed: false,
      load: { rssBytes: (ownMib + 60) * MIB },
    })) as unknown as WorkerHandle[] // true: no more of them is looked at
  const outcomes: ReloadOutcome[] = [SERVES]
  const reload = new ModelReload(
    {
      get all() {
        return all()
      },
      chooseModels: (models, required) => {
        const entry: (typeof chosen)[number] = [[...models], required, null]
        chosen.push(entry)
        return succeeded => {
          entry[2] = succeeded
        }
      },
      oneGone: async () => {
        const pid = leaving.shift()
        const index = there.findIndex(worker => worker.pid === pid)
        assert(index >= 0, 'nobody else goes')
        there.splice(index, 1)
      },
    },
    1,
    {
      reload: async () => outcomes[0] ?? SERVES,
      settled: async () => outcomes.at(-1) ?? SERVES,
      serving: () => true,
    },
    readFile,
  )
  const load = (newMib: number | null) =>
    reload.with({
      models: new Set(['a', 'b']),
      required: 'b',
      newBytes: newMib === null ? null : newMib * MIB,
    })
  return { load, chosen, outcomes, leaving }
}

const SERVING: FakeWorker = { pid: 1, phase: 'ready', ownMib: 200 }

test('what may fit is tried, with its models and the one that must be there', async () => {
  const { load, chosen } = scene([SERVING])
  assert.deepEqual(await load(100), SERVES)
  assert.deepEqual(chosen, [[['a', 'b'], 'b', true]])
})

test('what cannot fit is refused, and nothing is tried', async () => {
  const { load, chosen } = scene([SERVING])
  const outcome = await load(101)
  assert(!outcome.ok && outcome.code === 'ERR_MODEL_MEMORY')
  assert.match(outcome.message, /need at least 301 MiB .* and 300 MiB of 500 MiB by cgroup v2 limit/)
  assert.deepEqual(chosen, [])
})

test('a model that goes is let go, however little memory there is', async () => {
  assert.deepEqual(await scene([{ ...SERVING, ownMib: 499 }]).load(null), SERVES)
})

test('workers on their way out are waited for where their memory lacks, and only there', async () => {
  const old = [2, 3].map(pid => ({ pid, phase: 'draining', ownMib: 50 }) as const)
  const waits = scene([SERVING, ...old], [2, 3])
  assert.deepEqual(await waits.load(60), SERVES)
  assert.deepEqual(waits.leaving, [])
  const fits = scene([SERVING, ...old], [2, 3])
  assert.deepEqual(await fits.load(0), SERVES)
  assert.deepEqual(fits.leaving, [2, 3])
  const stillLacks = await scene([SERVING, ...old], [2, 3]).load(400)
  assert(!stillLacks.ok)
})

test('where the kernel does not tell what a worker has for itself, its last word does', async () => {
  const { load } = scene([SERVING], [], false)
  assert.deepEqual(await load(40), SERVES)
  const outcome = await load(41)
  assert.match(outcome.message, /1 worker with 260 MiB each/)
})

test('a reload that fails is undone; one that was overtaken ends as what took its place', async () => {
  const failed = scene([SERVING])
  const failure = { ok: false, code: 'ERR_MODEL_NOT_LOADED', message: 'broken' } as const
  failed.outcomes.splice(0, 1, failure)
  assert.deepEqual(await failed.load(0), failure)
  assert.equal(failed.chosen[0]?.[2], false)
  const overtaken = scene([SERVING])
  overtaken.outcomes.splice(0, 1, failure, SERVES)
  assert.deepEqual(await overtaken.load(0), SERVES)
  assert.equal(overtaken.chosen[0]?.[2], true)
})
