// The cgroups of this process: which folders of /sys/fs/cgroup say what the kernel grants it and what it has counted.

import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

export interface Cgroup {
  readonly version: 1 | 2
  /** Folder of its files, for example `/sys/fs/cgroup/memory/pod`. */
  readonly folder: string
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
 * The cgroup that this process is in and its parents, the nearest first. A container sees its own cgroup as the root, or
 * its path on the host without the folder to it, a service sees its own below the root: so some of these may not exist.
 *
 * @param controller Counts in v1, where each controller has a hierarchy of its own; v2 has one for all.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function cgroups(controller: 'cpu' | 'memory', readFile: ReadFile): Cgroup[] {
  const memberships = (readFile('/proc/self/cgroup') ?? '').split('\n')
  return memberships.flatMap(line => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) return []
    const upwards = (version: 1 | 2, mount: string) =>
      withParents(path).map(folder => ({ version, folder: mount + folder }))
    if (controllers === '') return upwards(2, '/sys/fs/cgroup')
    if (!controllers.split(',').includes(controller)) return []
    // one that is mounted with others, cpu,cpuacct, has a link by its own name or has not
    return [...new Set([controllers, controller])].flatMap(name => upwards(1, `/sys/fs/cgroup/${name}`))
  })
}

/** `/a/b`, `/a` and the root, which is the empty text. */
function withParents(path: string): string[] {
  const parent = posix.dirname(path)
  return path === '/' || path === '.' ? [''] : [path, ...withParents(parent)]
}
