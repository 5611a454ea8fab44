// Sees to it that a supervisor that is killed leaves no process behind.

import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { summariseThrown } from '../runtime/errors.ts'
import type { Log } from '../runtime/log.ts'
import { countDeath, restartDelayMs } from './plan.ts'

/**
 * Keeps the list that it is told, and at the end of its input kills what is on it.
 *
 * The end of a pipe is the one thing that no death of the supervisor can keep from being noticed, and a process that
 * loops in run() can only be ended from outside. Signals of the terminal and of `kill -- -group` reach this process
 * too; while the supervisor drains it is still needed. POSIX sh: tried with dash, bash and busybox.
 */
const SCRIPT = `trap '' HUP INT QUIT TERM
watched=
while read -r change pid; do
  case $change in
  +) watched="$watched $pid" ;;
  -)
    rest=
    for each in $watched; do [ "$each" = "$pid" ] || rest="$rest $each"; done
    watched=$rest
    ;;
  esac
done
for each in $watched; do kill -s KILL -- "$each"; done`

/** A process of its own, started with the first process to watch, and again whenever it dies. */
export class Guard {
  readonly #log: Log
  readonly #watched = new Set<number>()
  #process: ChildProcess | null = null
  #deathsInARow = 0
  #restartTimer: NodeJS.Timeout | null = null
  /** There is no sh, or the guard was closed: it is not started any more. */
  #over = false

  constructor(log: Log) {
    this.#log = log
  }

  /** From now on this process dies with the supervisor. */
  watch(pid: number): void {
    this.#watched.add(pid)
    if (this.#process !== null) this.#tell(`+ ${pid}\n`)
    else if (this.#restartTimer === null) this.#start()
  }

  /** This process has exited: its id may soon be another's. */
  release(pid: number): void {
    if (this.#watched.delete(pid)) this.#tell(`- ${pid}\n`)
  }

  /** Ends the guard, and what it still watches with it. */
  close(): void {
    this.#over = true
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer)
    this.#process?.stdin?.end()
  }

  #start(): void {
    this.#restartTimer = null
    if (this.#over) return
    const startMs = performance.now()
    try {
      this.#process = spawnGuard(
        () => this.#died(performance.now() - startMs, 'the guard has died'),
        error => this.#notStarted(error),
      )
    } catch (thrown) {
      this.#notStarted(thrown)
    }
    this.#log.debug({ guardPid: this.#process?.pid }, 'starting the guard')
    for (const pid of this.#watched) this.#tell(`+ ${pid}\n`)
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(line)
  }

  /** Where there is no sh there will be none later; no process or file left for it is a matter of time. */
  #notStarted(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code !== 'ENOENT' && code !== 'EACCES') {
      this.#died(0, `the guard cannot be started (${summariseThrown(error)})`)
      return
    }
    this.#process = null
    this.#over = true
    this.#log.warn(
      `sh cannot be started (${code}): should the supervisor be killed, a worker whose run() never ends stays behind`,
    )
  }

  #died(lifetimeMs: number, what: string): void {
    this.#process = null
    if (this.#over) return
    this.#deathsInARow = countDeath(this.#deathsInARow, lifetimeMs)
    // at once after the first death, for until then nothing is guarded
    const delayMs = this.#deathsInARow === 1 ? 0 : restartDelayMs(this.#deathsInARow - 1)
    this.#log.warn({ restartInMs: delayMs }, `${what}; next start in ${delayMs} ms`)
    this.#restartTimer = setTimeout(() => this.#start(), delayMs).unref()
  }
}

/** Calls one of the two when there is no guard any more. */
function spawnGuard(exited: () => void, failed: (error: Error) => void): ChildProcess {
  // nothing of the environment but where sh is: it needs nothing, and an LD_PRELOAD would cost it memory
  const env = { PATH: process.env['PATH'] }
  const guard: ChildProcess = spawn('sh', ['-c', SCRIPT], {
    cwd: '/',
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('exit', exited)
  guard.on('error', error => {
    if (guard.pid === undefined) failed(error)
  })
  guard.stdin?.on('error', () => {}) // EPIPE: it has died, and 'exit' says so
  // neither may keep a supervisor alive that has nothing else to do
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  return guard
}
