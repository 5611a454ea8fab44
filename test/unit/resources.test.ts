// The CPUs and the memory of a container, from made-up cgroup files.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuLimit, memoryLeft, memoryLimit } from '../../runtime/resources.ts'

function limit(files: Readonly<Record<string, string>>, cpuSet = 8) {
  return cpuLimit(path => files[path] ?? null, cpuSet)
}

test('a container sees its own v2 quota at the root', () => {
  const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '150000 100000\n' }
  assert.deepEqual(limit(files), {
    cpus: 1.5,
    origin: '1.5 CPUs by cgroup v2 quota, /sys/fs/cgroup/cpu.max',
  })
})

test('of a v2 cgroup and its parents the smallest quota holds', () => {
  const files = {
    '/proc/self/cgroup': '0::/a/b\n',
    '/sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
    '/sys/fs/cgroup/a/cpu.max': '200000 100000\n',
    '/sys/fs/cgroup/cpu.max': '600000 100000\n',
  }
  const { cpus, origin } = limit(files)
  assert.equal(cpus, 2)
  assert.match(origin, /\/sys\/fs\/cgroup\/a\/cpu\.max$/)
})

test('a v2 quota of max is none, and the parent is asked all the same', () => {
  const own = { '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/cpu.max': 'max 100000\n' }
  assert.equal(limit(own).cpus, 8)
  assert.equal(limit({ ...own, '/sys/fs/cgroup/cpu.max': '300000 100000\n' }).cpus, 3)
})

for (const folder of ['cpu,cpuacct', 'cpu']) {
  test(`a v1 quota is found where the controller is mounted as ${folder}`, () => {
    const at = `/sys/fs/cgroup/${folder}/pod`
    const files = {
      '/proc/self/cgroup': '5:memory:/pod\n4:cpu,cpuacct:/pod\n1:name=systemd:/pod\n',
      [`${at}/cpu.cfs_quota_us`]: '250000\n',
      [`${at}/cpu.cfs_period_us`]: '100000\n',
    }
    assert.deepEqual(limit(files), {
      cpus: 2.5,
      origin: `2.5 CPUs by cgroup v1 quota, ${at}/cpu.cfs_quota_us`,
    })
  })
}

test('a v1 path of the host that the container cannot see falls back to the root of the mount', () => {
  const files = {
    '/proc/self/cgroup': '4:cpu,cpuacct:/kubepods/pod1/abc\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '100000\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
  }
  assert.equal(limit(files).cpus, 1)
})

test('a v1 quota of -1 is none', () => {
  const files = {
    '/proc/self/cgroup': '4:cpu:/\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  }
  assert.equal(limit(files).cpus, 8)
})

test('the quota of another v1 controller is not that of the CPUs', () => {
  const files = {
    '/proc/self/cgroup': '6:cpuset:/\n',
    '/sys/fs/cgroup/cpuset/cpu.cfs_quota_us': '100000\n',
    '/sys/fs/cgroup/cpuset/cpu.cfs_period_us': '100000\n',
  }
  assert.equal(limit(files).cpus, 8)
})

test('without cgroups the CPUs of the machine hold', () => {
  assert.deepEqual(limit({}, 4), { cpus: 4, origin: '4 CPUs of this machine' })
})

test('a quota larger than the CPU set is no limit', () => {
  const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '400000 100000\n' }
  assert.deepEqual(limit(files, 2), { cpus: 2, origin: '2 CPUs of this machine' })
})

test('a file that makes no sense is no limit', () => {
  for (const text of ['', 'nonsense', '100000', '0 100000', '100000 0'])
    assert.equal(limit({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': text }).cpus, 8, text)
})

const MIB = 1024 ** 2

function memory(files: Readonly<Record<string, string>>, totalMiB = 8192) {
  return memoryLimit(path => files[path] ?? null, totalMiB * MIB)
}

test('a container sees its own v2 memory limit at the root', () => {
  const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': '536870912\n' }
  assert.deepEqual(memory(files), {
    bytes: 512 * MIB,
    origin: '512 MiB by cgroup v2 limit, /sys/fs/cgroup/memory.max',
    cgroup: { version: 2, folder: '/sys/fs/cgroup' },
  })
})

test('of a v2 cgroup and its parents the smallest memory limit holds', () => {
  const files = {
    '/proc/self/cgroup': '0::/a/b\n',
    '/sys/fs/cgroup/a/b/memory.max': `${900 * MIB}\n`,
    '/sys/fs/cgroup/a/memory.max': `${300 * MIB}\n`,
    '/sys/fs/cgroup/memory.max': 'max\n',
  }
  const { bytes, cgroup } = memory(files)
  assert.equal(bytes, 300 * MIB)
  assert.equal(cgroup?.folder, '/sys/fs/cgroup/a')
})

test('a v1 memory limit is found, in the own cgroup, in a parent, and at the root that a container sees', () => {
  const membership = { '/proc/self/cgroup': '5:memory:/pods/one\n4:cpu,cpuacct:/\n0::/\n' }
  for (const folder of ['/pods/one', '/pods', '']) {
    const path = `/sys/fs/cgroup/memory${folder}/memory.limit_in_bytes`
    assert.deepEqual(memory({ ...membership, [path]: `${1536 * MIB}\n` }), {
      bytes: 1536 * MIB,
      origin: `1.5 GiB by cgroup v1 limit, ${path}`,
      cgroup: { version: 1, folder: `/sys/fs/cgroup/memory${folder}` },
    })
  }
})

test('max in v2, a number near 2^63 in v1 and a limit above the memory of the machine are none', () => {
  const machine = { bytes: 8192 * MIB, origin: '8 GiB of this machine', cgroup: null }
  const v2 = (limit: string) => ({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': limit })
  const v1 = (limit: string) => ({
    '/proc/self/cgroup': '5:memory:/\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': limit,
  })
  const none = [v2('max\n'), v2(`${9000 * MIB}`), v1('9223372036854771712\n'), v1('9223372036854775807'), {}]
  for (const files of none) assert.deepEqual(memory(files), machine, JSON.stringify(files))
})

test('a memory limit that makes no sense is none', () => {
  for (const text of ['', '0', '-1', 'nonsense'])
    assert.equal(
      memory({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': text }).cgroup,
      null,
      text,
    )
})

function left(files: Readonly<Record<string, string>>) {
  return memoryLeft(path => files[path] ?? null, 8192 * MIB, 3000 * MIB)
}

test('v2: what is left is the limit without what is in use, but for page cache that nobody has mapped', () => {
  const files = {
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': `${1024 * MIB}\n`,
    '/sys/fs/cgroup/memory.current': `${600 * MIB}\n`,
    '/sys/fs/cgroup/memory.stat': [
      `anon ${300 * MIB}`,
      `file ${260 * MIB}`,
      `file_mapped ${60 * MIB}`,
      `inactive_file ${100 * MIB}`,
      `active_file ${160 * MIB}`,
      '',
    ].join('\n'),
  }
  assert.deepEqual(left(files), {
    bytes: 624 * MIB,
    origin: '1 GiB by cgroup v2 limit, /sys/fs/cgroup/memory.max',
  })
  assert.equal(left({ ...files, '/sys/fs/cgroup/memory.stat': 'anon 1\n' }).bytes, 424 * MIB)
  assert.equal(left({ ...files, '/sys/fs/cgroup/memory.current': `${2000 * MIB}\n` }).bytes, 0)
})

test('v1: the same, of the cgroup that has the limit and those below it', () => {
  const pod = '/sys/fs/cgroup/memory/pod'
  const files = {
    '/proc/self/cgroup': '4:memory:/pod/one\n',
    [`${pod}/memory.limit_in_bytes`]: `${512 * MIB}\n`,
    [`${pod}/memory.usage_in_bytes`]: `${400 * MIB}\n`,
    [`${pod}/memory.stat`]: `inactive_file 7\ntotal_inactive_file ${100 * MIB}\ntotal_active_file ${50 * MIB}\ntotal_mapped_file ${30 * MIB}\n`,
    [`${pod}/one/memory.limit_in_bytes`]: '9223372036854771712\n',
    [`${pod}/one/memory.usage_in_bytes`]: `${300 * MIB}\n`,
  }
  assert.equal(left(files).bytes, 232 * MIB)
})

test('without a limit, or where the kernel does not say what is in use, what the machine has is left', () => {
  const machine = { bytes: 3000 * MIB, origin: '8 GiB of this machine' }
  assert.deepEqual(left({}), machine)
  const silent = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': `${1024 * MIB}\n` }
  assert.deepEqual(left(silent), machine)
})
