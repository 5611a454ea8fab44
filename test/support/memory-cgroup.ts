// A cgroup with a memory limit, to run a program in, where this machine lets a test make one.

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface MemoryCgroup {
  readonly folder: string
  readonly limitBytes: number
  /** For `wrap` of startRuntime: enters the cgroup and becomes the program. */
  readonly wrap: readonly string[]
  /** Removes it; its processes have ended by then. */
  [Symbol.asyncDispose](): Promise<void>
}

const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'
const REMOVE_ATTEMPTS = 100

/** Makes a cgroup, without swap; gives back why where it cannot: not root, read-only, no memory controller. */
export function makeMemoryCgroup(limitBytes: number): MemoryCgroup | string {
  const name = `scorehost-test-${process.pid}`
  try {
    const folder = isV1() ? makeV1(`${V1}/${name}`, limitBytes) : makeV2(`${V2}/${name}`, limitBytes)
    const wrap = ['sh', '-c', `echo $$ >${folder}/cgroup.procs && exec "$@"`, 'sh']
    return { folder, limitBytes, wrap, [Symbol.asyncDispose]: () => remove(folder) }
  } catch (thrown) {
    return `no cgroup with a memory limit can be made here: ${thrown}`
  }
}

function isV1(): boolean {
  return /^\d+:memory:/m.test(readFileSync('/proc/self/cgroup', 'utf8'))
}

function makeV1(folder: string, limitBytes: number): string {
  mkdirSync(folder)
  return limited(folder, () => {
    writeFileSync(`${folder}/memory.limit_in_bytes`, `${limitBytes}`)
    writeFileSync(`${folder}/memory.swappiness`, '0')
  })
}

function makeV2(folder: string, limitBytes: number): string {
  const enabled = readFileSync(`${V2}/cgroup.subtree_control`, 'utf8').split(/\s+/)
  if (!enabled.includes('memory')) writeFileSync(`${V2}/cgroup.subtree_control`, '+memory')
  mkdirSync(folder)
  return limited(folder, () => {
    writeFileSync(`${folder}/memory.max`, `${limitBytes}`)
    writeFileSync(`${folder}/memory.swap.max`, '0')
  })
}

/** Leaves no cgroup behind where its limit cannot be set. */
function limited(folder: string, limit: () => void): string {
  try {
    limit()
    return folder
  } catch (thrown) {
    rmdirSync(folder)
    throw thrown
  }
}

/** The kernel says EBUSY until it has let go of the last process, of which nothing tells. */
async function remove(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      rmdirSync(folder)
      return
    } catch (thrown) {
      if (attempt === REMOVE_ATTEMPTS) throw thrown
      await sleep(50)
    }
  }
}
