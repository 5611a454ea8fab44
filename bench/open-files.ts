// How many files a process may have open, and connections are files.

import { readFileSync } from 'node:fs'

/** Beside the idle connections: those of the load, those to the workers, and what every process has open. */
const OTHERS = 500

/** @throws Error that says what to do, where this process and those that it starts may not have so many connections */
export function requireOpenFiles(connections: number): void {
  // Node raises the soft limit to the hard one when it starts, nginx is started with what is then in force
  const limit = parseOpenFiles(readFileSync('/proc/self/limits', 'utf8'))
  if (limit < connections + OTHERS)
    throw new Error(
      `${connections} idle connections need ${connections + OTHERS} open files, and ${limit} is the limit: raise it (ulimit -n), or lower --idle`,
    )
}

/** The soft limit. @param limits The text of /proc/{pid}/limits. */
export function parseOpenFiles(limits: string): number {
  const [, soft = '0'] = /^Max open files +(\S+)/m.exec(limits) ?? []
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}
