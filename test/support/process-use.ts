// What a process uses, as Linux counts it.

import { readdirSync, readFileSync } from 'node:fs'

/** Linux reports in ticks of 10 ms on every architecture that Node runs on, whatever the kernel's own clock is. */
const MICROS_PER_TICK = 10_000

/** Open file descriptors, sockets among them. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Memory, resident. */
export function rssBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/**
 * User and system time of all threads of a process since it started, in microseconds.
 *
 * @throws Error where there is no such process, or no /proc
 */
export function cpuMicros(pid: number): number {
  return parseCpuMicros(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

/**
 * @param stat The text of /proc/{pid}/stat. The name in it may hold spaces and brackets, so it is read from its last bracket on.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseCpuMicros(stat: string): number {
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(user) + Number(system)) * MICROS_PER_TICK
}
