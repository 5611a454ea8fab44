// nginx as a child process: checked, started, started again when it dies, and gone with the supervisor.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { ScorehostError, summariseThrown } from '../../runtime/errors.ts'
import { findProgram } from '../../runtime/find-program.ts'
import type { Log } from '../../runtime/log.ts'
import type { Guard } from '../guard.ts'
import { countDeath, restartDelayMs } from '../plan.ts'

export interface NginxEvents {
  /** A line of its error log. */
  line(text: string): void
}

/** Where distributions put nginx. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin']

export class NginxProcess {
  /** Its path: the environment of the service may be any. */
  readonly #program = findProgram('nginx', USUAL_FOLDERS) ?? 'nginx'
  readonly #configFile: string
  readonly #guard: Guard
  readonly #events: NginxEvents
  readonly #log: Log
  #process: ChildProcess | null = null
  #stopping = false
  #deathsInARow = 0

  /** @param configFile Absolute path. */
  constructor(configFile: string, guard: Guard, events: NginxEvents, log: Log) {
    this.#configFile = configFile
    this.#guard = guard
    this.#events = events
    this.#log = log
  }

  /** @throws ScorehostError ERR_CONFIG_INVALID where there is no nginx, ERR_INTERNAL where it refuses the configuration */
  async check(): Promise<void> {
    const child = spawn(this.#program, [...this.#words, '-t'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let output = ''
    child.stderr.on('data', chunk => {
      output += chunk
    })
    const [exitCode] = await once(child, 'close').catch(thrown => {
      const why = `SCOREHOST_FRONT: nginx cannot be started (${summariseThrown(thrown)}); install it, or choose the front node`
      throw new ScorehostError('ERR_CONFIG_INVALID', why)
    })
    if (exitCode !== 0)
      throw new ScorehostError('ERR_INTERNAL', `nginx refuses its configuration: ${output.trim()}`)
  }

  /** In a process group of its own: a terminal's Ctrl-C, which for nginx means at once, is not for it. */
  start(): void {
    const startMs = performance.now()
    const child = spawn(this.#program, this.#words, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = child
    createInterface(child.stderr).on('line', line => this.#events.line(line))
    const group = child.pid === undefined ? null : -child.pid
    if (group !== null) this.#guard.watch(group)
    child.once('error', error => this.#log.error({ err: error }, 'nginx cannot be started'))
    child.once('exit', (exitCode, signal) => {
      if (group !== null) this.#guard.release(group)
      if (this.#process === child) this.#process = null
      if (!this.#stopping) this.#died(performance.now() - startMs, exitCode, signal)
    })
  }

  /** Closes the port and finishes what is in flight; after the deadline what is left is cut. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true
    const child = this.#process
    if (child === null) return
    const gone = once(child, 'exit')
    child.kill('SIGQUIT')
    const timer = setTimeout(() => this.#killGroup(child), deadlineMs)
    await gone
    clearTimeout(timer)
  }

  /** Ends it at once, and what is in flight with it. */
  kill(): void {
    this.#stopping = true
    if (this.#process !== null) this.#killGroup(this.#process)
  }

  get #words(): string[] {
    // without -e it opens the log that it was built with before it reads where the log is
    return ['-e', 'stderr', '-c', this.#configFile]
  }

  #killGroup(child: ChildProcess): void {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // it has just gone by itself
    }
  }

  #died(lifetimeMs: number, exitCode: number | null, signal: NodeJS.Signals | null): void {
    this.#deathsInARow = countDeath(this.#deathsInARow, lifetimeMs)
    // the port is closed until it is back: at once after the first death
    const delayMs = this.#deathsInARow === 1 ? 0 : restartDelayMs(this.#deathsInARow - 1)
    const how = signal === null ? `exited with code ${exitCode}` : `was killed by ${signal}`
    this.#log.error({ exitCode, signal, restartInMs: delayMs }, `nginx ${how}; next start in ${delayMs} ms`)
    setTimeout(() => {
      if (!this.#stopping) this.start()
    }, delayMs)
  }
}
