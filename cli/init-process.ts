// Process 1 of a container, where nobody else is: puts tini in that place.

import { spawn } from 'node:child_process'
import { signalExitCode } from '../runtime/exit-codes.ts'
import { findProgram } from '../runtime/find-program.ts'
import type { Log } from '../runtime/log.ts'

/** Where distributions put tini. */
const USUAL_FOLDERS = ['/usr/bin', '/sbin']
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Replaces this program by another, in the same process. Since Node 22.15; does not return. */
type Execve = (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never

/**
 * Has the same command run below tini when this is process 1.
 *
 * Orphans, say of a program that a score module started and whose parent ended, become children of process 1, and stay
 * zombies until it waits for them. Node waits only for children that it started itself. Must come before anything is
 * started: what this process has is lost or is there twice. Below tini the process id is not 1, so it happens once.
 *
 * @returns the exit code once the command has ended below tini; null where this process is to go on itself
 */
export async function runBelowInit(log: Log): Promise<number | null> {
  if (process.pid !== 1) return null
  // looked at beforehand: up to Node 24 an execve that fails ends the process
  const tini = findProgram('tini', USUAL_FOLDERS)
  if (tini === null) {
    log.warn(
      'this is process 1 and there is no tini: orphans that a score module leaves will not be reaped; ' +
        'install tini in the image, or use docker run --init',
    )
    return null
  }
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  // true: the declarations are those of Node 20, which does not have it
  const { execve } = process as { execve?: Execve }
  if (execve === undefined) return runBelow(tini, command)
  log.debug({ tini }, 'making tini process 1')
  return execve(tini, [tini, '--', ...command], process.env)
}

/**
 * With `-s` tini takes in orphans without being process 1, which this stays: it passes signals on and waits.
 *
 * A process 1 cannot end by a signal of its own, so the exit code says which one it was.
 */
function runBelow(tini: string, command: readonly string[]): Promise<number> {
  const child = spawn(tini, ['-s', '--', ...command], { stdio: 'inherit' })
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (exitCode, signal) =>
      resolve(signal === null ? (exitCode ?? 0) : signalExitCode(signal)),
    )
  })
}
