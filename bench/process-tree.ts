// A process and all that it has started, as Linux knows them.

import { readdirSync, readFileSync } from 'node:fs'

/** @throws Error where there is no such process */
export function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(thread =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return [pid, ...children.flatMap(child => processTree(Number(child)))]
}
