// What the log says of a death for which memory may be the cause, from made-up cgroup files.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryWatch } from '../../supervisor/memory-death.ts'
import type { WorkerExit } from '../../supervisor/worker-handle.ts'

const MIB = 1024 ** 2
const KILLED: WorkerExit = { exitCode: null, signal: 'SIGKILL', killedFor: null }

type Files = Record<string, string>

/** A container's own v2 cgroup at the root. */
function v2(oomKills: number): Files {
  return {
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': `${512 * MIB}\n`,
    '/sys/fs/cgroup/memory.peak': `${511.5 * MIB}\n`,
    '/sys/fs/cgroup/memory.events': `low 0\nhigh 0\nmax 97\noom 1\noom_kill ${oomKills}\noom_group_kill 0\n`,
  }
}

/** The limit is the pod's, the counter that of the container's own cgroup. */
function v1(oomKills: number): Files {
  const pod = '/sys/fs/cgroup/memory/pod'
  return {
    '/proc/self/cgroup': '4:memory:/pod/one\n1:cpu:/\n0::/\n',
    [`${pod}/memory.limit_in_bytes`]: `${300 * MIB}\n`,
    [`${pod}/memory.max_usage_in_bytes`]: `${300 * MIB}\n`,
    [`${pod}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n',
    [`${pod}/one/memory.limit_in_bytes`]: '9223372036854771712\n',
    [`${pod}/one/memory.max_usage_in_bytes`]: `${100 * MIB}\n`,
    [`${pod}/one/memory.oom_control`]: `oom_kill_disable 0\nunder_oom 0\noom_kill ${oomKills}\n`,
  }
}

/** A watch that began with some files, and then sees others. */
function watch(begin: Files) {
  let files = begin
  const memory = new MemoryWatch(path => files[path] ?? null, 8192 * MIB)
  return (now: Files, exit = KILLED, nowMs = 0) => {
    files = now
    return memory.explain(exit, nowMs)
  }
}

test('v2: an OOM kill that was counted is named, with the limit, the peak and what to do', () => {
  assert.deepEqual(watch(v2(3))(v2(4)), {
    text:
      '. Memory is the likely cause: the kernel counted an OOM kill.' +
      ' The memory limit is 512 MiB by cgroup v2 limit, /sys/fs/cgroup/memory.max, the peak use was 511.5 MiB.' +
      " Lower WORKER_COUNT or raise the container's memory (docker --memory, Kubernetes resources.limits.memory).",
    outOfMemory: true,
    fields: {
      memory: {
        limitBytes: 512 * MIB,
        limitOrigin: '512 MiB by cgroup v2 limit, /sys/fs/cgroup/memory.max',
        peakBytes: 511.5 * MIB,
        oomKill: true,
      },
    },
  })
})

test('v1: the count is that of the own cgroup, the peak that of the one with the limit', () => {
  const { text } = watch(v1(0))(v1(1))
  assert.match(text, /the kernel counted an OOM kill\./)
  assert.match(
    text,
    /300 MiB by cgroup v1 limit, .*\/pod\/memory\.limit_in_bytes, the peak use was 300 MiB\./,
  )
})

test('where the count did not rise it may have been a kill -9', () => {
  const { text, outOfMemory, fields } = watch(v2(4))(v2(4))
  assert.equal(outOfMemory, false)
  assert.match(text, /Memory is a possible cause, but the kernel counted no OOM kill, so .* kill -9\./)
  assert.match(text, /If it was memory, lower WORKER_COUNT/)
  assert.equal(fields.memory?.['oomKill'], false)
})

test('where nothing can be read it says so, and that the limit is the machine', () => {
  const { text, outOfMemory, fields } = watch({})({})
  assert.equal(outOfMemory, true)
  assert.match(
    text,
    /this kernel does not tell its OOM kills, so .* kill -9\. The memory limit is 8 GiB of this/,
  )
  assert.doesNotMatch(text, /peak/)
  assert.deepEqual(fields.memory, {
    limitBytes: 8192 * MIB,
    limitOrigin: '8 GiB of this machine',
    peakBytes: null,
    oomKill: null,
  })
})

test('an old v1 kernel, whose counter has no such line, does not tell', () => {
  const old = { ...v1(0), '/sys/fs/cgroup/memory/pod/one/memory.oom_control': 'under_oom 0\n' }
  assert.equal(watch(old)(old).fields.memory?.['oomKill'], null)
})

test('a rise counts for the deaths of the same moment and not for a later one', () => {
  const explain = watch(v2(0))
  const oomKill = (kills: number, nowMs: number) =>
    explain(v2(kills), KILLED, nowMs).fields.memory?.['oomKill']
  assert.equal(oomKill(2, 5000), true)
  assert.equal(oomKill(2, 5010), true)
  assert.equal(oomKill(2, 60_000), false)
  assert.equal(oomKill(3, 70_000), true)
})

test('an abort may be a full JavaScript heap, by signal or by exit code', () => {
  const aborts: WorkerExit[] = [
    { exitCode: null, signal: 'SIGABRT', killedFor: null },
    { exitCode: 134, signal: null, killedFor: null },
  ]
  for (const exit of aborts) {
    const { text, outOfMemory } = watch(v2(0))(v2(0), exit)
    assert.equal(outOfMemory, false)
    assert.match(text, /NODE_OPTIONS=--max-old-space-size=<MiB>/)
    assert.match(text, /512 MiB by cgroup v2 limit/)
  }
})

test('other deaths have nothing to do with memory, and nothing is read for them', () => {
  const exits: WorkerExit[] = [
    { exitCode: 0, signal: null, killedFor: null },
    { exitCode: 1, signal: null, killedFor: null },
    { exitCode: null, signal: null, killedFor: null },
    { exitCode: null, signal: 'SIGSEGV', killedFor: null },
    { exitCode: null, signal: 'SIGKILL', killedFor: 'wedged' },
    { exitCode: null, signal: 'SIGKILL', killedFor: 'shutdown' },
  ]
  for (const exit of exits)
    assert.deepEqual(watch(v2(0))(v2(1), exit), {
      text: '',
      outOfMemory: false,
      fields: {},
    })
})
