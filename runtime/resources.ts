// What the container grants this process: its CPUs and its memory, read from cgroup v1 or v2.

import { availableParallelism, freemem, totalmem } from 'node:os'
import { byteSize } from './byte-size.ts'
import { type Cgroup, cgroups, type ReadFile, readFileOrNull } from './cgroup.ts'

export interface CpuLimit {
  /** CPUs, a fraction where the quota is one: 1.5 is one and a half cores. */
  readonly cpus: number
  /** Where the number comes from, for the reader of the boot log. */
  readonly origin: string
}

export interface MemoryLimit {
  readonly bytes: number
  /** Where the number comes from, as for the CPUs. */
  readonly origin: string
  /** The cgroup whose limit it is; null where it is the memory of the machine. */
  readonly cgroup: Cgroup | null
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
  const quotas = cgroups('cpu', readFile).flatMap(cgroup => cpuQuota(cgroup, readFile) ?? [])
  const quota = smallest(quotas, one => one.cpus)
  if (quota !== null && quota.cpus < cpuSet) return quota
  return { cpus: cpuSet, origin: `${cpuSet} CPUs of this machine` }
}

/**
 * Memory this process may use: the smallest limit of its cgroup and that cgroup's parents, else that of the machine.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 * @see https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 */
export function memoryLimit(
  readFile: ReadFile = readFileOrNull,
  totalBytes: number = totalmem(),
): MemoryLimit {
  const limits = cgroups('memory', readFile).flatMap(cgroup => cgroupMemory(cgroup, readFile) ?? [])
  const limit = smallest(limits, one => one.bytes)
  // v1 has no word for "no limit": it is the largest number of pages, near 2^63 bytes
  if (limit !== null && limit.bytes < totalBytes) return limit
  return { bytes: totalBytes, origin: `${byteSize(totalBytes)} of this machine`, cgroup: null }
}

/** Memory that may be taken without anybody being killed for it. */
export interface MemoryLeft {
  readonly bytes: number
  /** Of which memory it is what is left, as for the limit. */
  readonly origin: string
}

/**
 * What is left of the limit: what is not in use, and page cache that no process has mapped, for the kernel gives that up first. Without a
 * limit what the machine has. Swap does not count: a model in it is of no use.
 *
 * @param freeBytes Of the machine; os.freemem() is MemAvailable on Linux.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 * @see https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#stat-file
 */
export function memoryLeft(
  readFile: ReadFile = readFileOrNull,
  totalBytes: number = totalmem(),
  freeBytes: number = freemem(),
): MemoryLeft {
  const { bytes, origin, cgroup } = memoryLimit(readFile, totalBytes)
  const usedBytes = cgroup === null ? null : memoryInUse(cgroup, readFile)
  if (usedBytes === null) return { bytes: freeBytes, origin: `${byteSize(totalBytes)} of this machine` }
  return { bytes: Math.max(0, bytes - usedBytes), origin }
}

/** Null where the kernel does not say. */
function memoryInUse({ version, folder }: Cgroup, readFile: ReadFile): number | null {
  const usage = Number(
    readFile(`${folder}/${version === 2 ? 'memory.current' : 'memory.usage_in_bytes'}`) ?? '',
  )
  if (!(usage > 0)) return null
  const stat = readFile(`${folder}/memory.stat`) ?? ''
  // the names with total_ are v1's for a cgroup and those below it, which v2 always counts
  const bytes = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0)
  const [cache, mapped] =
    version === 2
      ? [bytes('inactive_file') + bytes('active_file'), bytes('file_mapped')]
      : [bytes('total_inactive_file') + bytes('total_active_file'), bytes('total_mapped_file')]
  return usage - Math.max(0, cache - mapped)
}

function smallest<T>(all: readonly T[], size: (one: T) => number): T | null {
  return all.reduce<T | null>(
    (least, next) => (least === null || size(next) < size(least) ? next : least),
    null,
  )
}

function cpuQuota({ version, folder }: Cgroup, readFile: ReadFile): CpuLimit | null {
  const name = version === 2 ? 'cpu.max' : 'cpu.cfs_quota_us'
  const text = readFile(`${folder}/${name}`) ?? ''
  const [quota, period] =
    version === 2 ? text.trim().split(' ') : [text, readFile(`${folder}/cpu.cfs_period_us`) ?? '']
  const cpus = Number(quota) / Number(period)
  // none is -1 in v1 and `max` in v2
  if (!(cpus > 0 && Number.isFinite(cpus))) return null
  return { cpus, origin: `${cpus} CPUs by cgroup v${version} quota, ${folder}/${name}` }
}

function cgroupMemory(cgroup: Cgroup, readFile: ReadFile): MemoryLimit | null {
  const path = `${cgroup.folder}/${cgroup.version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`
  const bytes = Number(readFile(path) ?? '')
  if (!(bytes > 0)) return null // also `max`, which is none
  return { bytes, origin: `${byteSize(bytes)} by cgroup v${cgroup.version} limit, ${path}`, cgroup }
}
