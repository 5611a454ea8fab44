// The TCP ports that a service has open, as Linux tells.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LISTENING = '0A'

/** A process and all that descend from it. */
export function processTree(pid: number): readonly number[] {
  const children = or('', () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    .split(' ')
    .filter(text => text !== '')
  return [pid, ...children.flatMap(child => processTree(Number(child)))]
}

/** Ports that these processes listen on, whatever the address. */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  const theirs = new Set(pids.flatMap(socketsOf))
  const rows = ['tcp', 'tcp6'].flatMap(table =>
    or('', () => readFileSync(`/proc/net/${table}`, 'utf8'))
      .split('\n')
      .slice(1)
      .map(row => row.trim().split(/\s+/)),
  )
  const ports = rows
    .filter(([, , , state, , , , , , inode]) => state === LISTENING && theirs.has(inode ?? ''))
    .map(([, local]) => Number.parseInt(local?.split(':').at(-1) ?? '', 16))
  return [...new Set(ports)].toSorted((a, b) => a - b)
}

/** The sockets of a process, by inode. */
function socketsOf(pid: number): readonly string[] {
  const links = or([], () => readdirSync(`/proc/${pid}/fd`)).map(fd =>
    or('', () => readlinkSync(`/proc/${pid}/fd/${fd}`)),
  )
  return links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

/** A process may end while it is looked at. */
function or<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
