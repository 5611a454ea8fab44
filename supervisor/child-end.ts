// The end of a worker process: when there is nothing more to hear from it.

import type { ChildProcess } from 'node:child_process'

/** How long what it said last may take to be read. The channel of a dead process closes at once, but a fork of its own may hold it. */
const LAST_WORDS_MS = 1000

export type Leave = (exitCode: number | null, signal: NodeJS.Signals | null) => void

/**
 * Calls back once, when the process has exited and all of its messages have been taken: `exit` may come before them.
 *
 * A process that cannot be spawned has an `error` and no `exit`; a channel that breaks has an `error` beside it.
 */
export function whenGone(child: Pick<ChildProcess, 'pid' | 'connected' | 'on' | 'once'>, leave: Leave): void {
  child.once('exit', (exitCode, signal) => {
    let left = false
    const leaveOnce = () => {
      clearTimeout(overdue)
      if (!left) leave(exitCode, signal)
      left = true
    }
    const overdue = setTimeout(leaveOnce, LAST_WORDS_MS)
    if (child.connected) child.once('disconnect', leaveOnce)
    // what it said before the channel closed is handed over in this turn of the event loop
    else setImmediate(leaveOnce)
  })
  child.on('error', () => {
    if (child.pid === undefined) leave(null, null)
  })
}
