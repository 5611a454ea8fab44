// The CPUs of a container, from made-up cgroup files.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuLimit } from '../../runtime/resources.ts'

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
