// Waits for processes to end.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS } from './start-runtime.ts'

/** Settles when no process with this id runs any more, with how long that took in milliseconds. */
export async function gone(pid: number): Promise<number> {
  const startMs = performance.now()
  for (; performance.now() < startMs + PATIENCE_MS; await sleep(10)) {
    if (!runs(pid)) return performance.now() - startMs
  }
  throw new Error(`process ${pid} is still there`)
}

/** A zombie does not run: an orphan is one until process 1 reaps it, and that of a container may never do so. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return process.platform !== 'linux' // elsewhere there is no /proc; on Linux it has just gone
  }
}
