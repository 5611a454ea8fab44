// The processes that the benchmark has started, which must not outlive it, however it ends.

import type { ChildProcess } from 'node:child_process'

const CHILDREN = new Map<ChildProcess, NodeJS.Signals>()

/** @param signal Ends it and all that it has started itself. */
export function endWithBench(child: ChildProcess, signal: NodeJS.Signals): void {
  CHILDREN.set(child, signal)
  child.once('exit', () => CHILDREN.delete(child))
}

/** For the end of a process that does not dispose of what it has started. */
export function endChildren(): void {
  for (const [child, signal] of CHILDREN) child.kill(signal)
}
