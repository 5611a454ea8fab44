// Starts the built program as a user would, on ports of its own, and watches what it writes.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { askSupervisor } from '../../supervisor/admin.ts'
import type { ServiceStatus } from '../../supervisor/status.ts'

const REPOSITORY = new URL('../../../', import.meta.url)
const CLI = fileURLToPath(new URL('dist/cli/scorehost.js', REPOSITORY))

/** Away from 9090, which the test of the defaults wants for itself. */
const TEST_WORKER_PORT = '19090'

/** How long anything may take on a busy two-core machine before a test gives up. */
export const PATIENCE_MS = 30_000

export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

export interface ProcessEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** An answer of /score, read to its end. */
export interface Scored {
  readonly status: number
  readonly headers: Headers
  /** The body, which is a JSON object for all but a few of the behaviours. */
  readonly json: Readonly<Record<string, unknown>>
}

export interface Runtime {
  /** Where the front listens, without a slash at the end. */
  readonly url: string
  /** 0 where it has none. */
  readonly port: number
  readonly process: ChildProcess
  readonly stdout: readonly string[]
  readonly log: readonly LogLine[]
  /** What was written to standard error and is no log line. */
  readonly stderr: readonly string[]
  readonly end: Promise<ProcessEnd>
  /** Settles when every worker is ready. */
  readonly ready: Promise<void>
  /** The first log line for which this holds, also among those already written. */
  waitForLog(matches: (line: LogLine) => boolean): Promise<LogLine>
  /** What the supervisor says of itself and its workers. */
  status(): Promise<ServiceStatus>
  /** Asks for the status until this holds. */
  waitForStatus(holds: (status: ServiceStatus) => boolean): Promise<ServiceStatus>
  /** POSTs JSON to /score. */
  score(input: unknown, init?: RequestInit): Promise<Scored>
  [Symbol.asyncDispose](): Promise<void>
}

export interface RuntimeOptions {
  /** Folder below test/fixtures, or an absolute path. */
  readonly module: string
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  /** Command that takes the program as its further arguments and becomes it, as `env` does. */
  readonly wrap?: readonly string[]
  /** In place of `serve` with the app root, a free port and lines of JSON; the folder is then the working directory. */
  readonly words?: readonly string[]
  /** Started in a process group of its own, which is killed with it. */
  readonly ownGroup?: boolean
  /** How long a line of the log, and readiness, may take; unset: {@link PATIENCE_MS}. */
  readonly patienceMs?: number
}

/** Absolute path of something in the repository. */
export function repositoryPath(relative: string): string {
  return fileURLToPath(new URL(relative, REPOSITORY))
}

/** Runs `scorehost` to its end. */
export async function runCli(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [CLI, ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // a service that starts where a test expects a refusal would run for ever
    timeout: 4 * PATIENCE_MS,
    killSignal: 'SIGKILL',
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const [exitCode] = (await once(child, 'close')) as [number | null] // true: the arguments of 'close'
  return { exitCode, stdout: stdout.join('\n'), stderr: stderr.join('\n') }
}

/** Starts `scorehost serve` and settles when its port is open; the caller disposes of it. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const appRoot = options.module.startsWith('/')
    ? options.module
    : repositoryPath(`test/fixtures/${options.module}`)
  const [command = process.execPath, ...words] = [
    ...(options.wrap ?? []),
    process.execPath,
    CLI,
    ...(options.words ?? ['serve', '--app-root', appRoot, '--port', '0', '--log-format', 'json']),
    ...(options.flags ?? []),
  ]
  const { patienceMs = PATIENCE_MS, ownGroup = false } = options
  const child = spawn(command, words, {
    env: { ...process.env, SCOREHOST_WORKER_PORT: TEST_WORKER_PORT, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
    ...(options.words === undefined ? {} : { cwd: appRoot }),
  })
  const log: LogLine[] = []
  const stderr: string[] = []
  const stdout: string[] = []
  const watchers = new Set<() => void>()
  const onLine = (stream: NodeJS.ReadableStream, take: (line: string) => void) =>
    createInterface(stream).on('line', line => {
      take(line)
      for (const watcher of watchers) watcher()
    })
  onLine(child.stderr, line => (line.startsWith('{') ? log.push(JSON.parse(line)) : stderr.push(line)))
  onLine(child.stdout, line => stdout.push(line))
  const end = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal }) as ProcessEnd) // true: the arguments of 'close'

  /** Looks at each line that is written, until there is what it looks for. */
  const waitFor = <T>(what: string, find: () => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const found = find()
        if (found === undefined) return
        stop()
        resolve(found)
      }
      const fail = (why: string) => {
        stop()
        const written = [...log.map(line => JSON.stringify(line)), ...stderr].join('\n')
        reject(new Error(`${why} before ${what}; the log is:\n${written}`))
      }
      const timer = setTimeout(() => fail(`${patienceMs} ms went by`), patienceMs)
      const stop = () => {
        clearTimeout(timer)
        watchers.delete(look)
      }
      watchers.add(look)
      void end.then(() => setImmediate(() => watchers.has(look) && fail('the program ended')))
      look()
    })
  const waitForLog = (matches: (line: LogLine) => boolean) =>
    waitFor('the awaited log line', () => log.find(matches))

  const opened = /^(listening on|no public port)/
  const listening = await waitForLog(line => opened.test(line.msg)).catch(error => {
    child.kill('SIGKILL')
    throw error
  })
  const port = Number(listening['port'] ?? 0)
  const url = `http://127.0.0.1:${port}`
  const ready = waitFor('it was ready', () =>
    stdout.find(line => line.startsWith('Scorehost is ready')),
  ).then(() => {})
  ready.catch(() => {}) // a test that expects a failing start does not await it
  return {
    url,
    port,
    process: child,
    stdout,
    stderr,
    log,
    end,
    ready,
    waitForLog,
    status: () => readStatus(port || null),
    waitForStatus: holds => waitForStatus(port || null, holds),
    score: (input, init) => score(url, input, init),
    async [Symbol.asyncDispose]() {
      const runs = child.exitCode === null && child.signalCode === null
      if (runs && ownGroup) process.kill(-Number(child.pid), 'SIGKILL')
      else if (runs) child.kill('SIGINT')
      const overdue = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      await end
      clearTimeout(overdue)
    },
  }
}

/** As startRuntime, and settles when every worker is ready. */
export async function startReady(options: RuntimeOptions): Promise<Runtime> {
  const runtime = await startRuntime(options)
  await runtime.ready
  return runtime
}

async function readStatus(port: number | null): Promise<ServiceStatus> {
  return (await askSupervisor(port, 'GET', '/status')) as ServiceStatus // true: that is what it answers
}

async function waitForStatus(
  port: number | null,
  holds: (status: ServiceStatus) => boolean,
): Promise<ServiceStatus> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(20)) {
    const status = await readStatus(port)
    if (holds(status)) return status
    if (performance.now() > deadline) throw new Error(`the status is still ${JSON.stringify(status)}`)
  }
}

async function score(url: string, input: unknown, init: RequestInit = {}): Promise<Scored> {
  const answer = await fetch(`${url}/score`, {
    method: 'POST',
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })
  return { status: answer.status, headers: answer.headers, json: JSON.parse(await answer.text()) }
}

function collect(stream: NodeJS.ReadableStream): string[] {
  const lines: string[] = []
  createInterface(stream).on('line', line => lines.push(line))
  return lines
}
