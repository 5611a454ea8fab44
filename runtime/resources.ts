// What the container grants this process: its CPUs, read from cgroup v1 or v2 and the CPU set.

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { posix } from 'node:path'

export interface CpuLimit {
  /** CPUs, a fraction where the quota is one: 1.5 is one and a half cores. */
  readonly cpus: number
  /** Where the number comes from, for the reader of the boot log. */
  readonly origin: string
}

/** Reads a file, or gives null where it is not there or not readable. */
export type ReadFile = (path: string) => string | null

export const readFileOrNull: ReadFile = path => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/**
 * CPUs this process may use: the smallest quota of its cgroup and that cgroup's parents, else the CPUs of its set.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
 * @see https://docs.kernel.org/scheduler/sched-bwc.html
 */
export function cpuLimit(
  readFile: ReadFile = readFileOrNull,
  cpuSet: number = availableParallelism(),
): CpuLimit {
  const quota = cgroupQuotas(readFile).reduce<CpuLimit | null>(
    (smallest, next) => (smallest === null || next.cpus < smallest.cpus ? next : smallest),
    null,
  )
  if (quota !== null && quota.cpus < cpuSet) return quota
  return { cpus: cpuSet, origin: `${cpuSet} CPUs of this machine` }
}

function cgroupQuotas(readFile: ReadFile): CpuLimit[] {
  const memberships = (readFile('/proc/self/cgroup') ?? '').split('\n')
  const found: CpuLimit[] = []
  for (const line of memberships) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    if (controllers === '')
      found.push(...quotasUpwards(path, folder => quotaV2(readFile, `/sys/fs/cgroup${folder}`)))
    else if (controllers.split(',').includes('cpu')) {
      found.push(
        ...quotasUpwards(path, folder => quotaV1(readFile, `/sys/fs/cgroup/${controllers}${folder}`)),
      )
      found.push(...quotasUpwards(path, folder => quotaV1(readFile, `/sys/fs/cgroup/cpu${folder}`)))
    }
  }
  return found
}

/** Asks the folder and each of its parents: a container sees its own cgroup as the root, a service below it. */
function quotasUpwards(path: string, ask: (folder: string) => CpuLimit | null): CpuLimit[] {
  const quotas: CpuLimit[] = []
  for (let folder = path; ; folder = posix.dirname(folder)) {
    const quota = ask(folder === '/' ? '' : folder)
    if (quota !== null) quotas.push(quota)
    if (folder === '/' || folder === '.') return quotas
  }
}

function quotaV2(readFile: ReadFile, folder: string): CpuLimit | null {
  const [quota, period] = (readFile(`${folder}/cpu.max`) ?? '').trim().split(' ')
  return asLimit(Number(quota), Number(period), `cgroup v2 quota, ${folder}/cpu.max`)
}

function quotaV1(readFile: ReadFile, folder: string): CpuLimit | null {
  const quota = Number(readFile(`${folder}/cpu.cfs_quota_us`) ?? Number.NaN)
  const period = Number(readFile(`${folder}/cpu.cfs_period_us`) ?? Number.NaN)
  return asLimit(quota, period, `cgroup v1 quota, ${folder}/cpu.cfs_quota_us`)
}

/** A quota of -1 or `max` is none. */
function asLimit(quota: number, period: number, origin: string): CpuLimit | null {
  return quota > 0 && period > 0
    ? { cpus: quota / period, origin: `${quota / period} CPUs by ${origin}` }
    : null
}
