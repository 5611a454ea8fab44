// The front that is nginx: a child process that finds the workers in rotation by links to their sockets.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CrossOrigin } from '../../runtime/cross-origin.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import type { WorkerAddress } from '../../runtime/ipc.ts'
import type { Log } from '../../runtime/log.ts'
import type { FrontTraces } from '../front-traces.ts'
import type { Guard } from '../guard.ts'
import type { OwnPaths } from '../own-paths.ts'
import type { Front, FrontEvents, PublicSettings, Upstream } from './front.ts'
import { listenError } from './listen-error.ts'
import { renderNginx } from './nginx-config.ts'
import { readOwnError } from './nginx-own-error.ts'
import { NginxProcess } from './nginx-process.ts'
import { OwnErrorLog } from './own-error-log.ts'
import { OwnErrors } from './own-errors.ts'
import { OwnServer } from './own-server.ts'
import { Places } from './places.ts'

const TEMPLATE = new URL('../../../nginx/nginx.conf.template', import.meta.url)
/** How long nginx may take to open its port. */
const START_MS = 10_000
const UPSTREAM_TIMEOUT =
  /upstream timed out .* while reading response header .*upstream: "http:\/\/unix:(.+?\.sock):?\/[^"]*"/
/** As root without capabilities it cannot set the groups that it has already, complains, and goes on. */
const ALARM = /\[(alert|emerg)\](?!.* initgroups\()/
/** Where the system does not say how many files a process may have open. */
const USUAL_OPEN_FILES = 1024

export class NginxFront implements Front {
  /** It keeps idle connections to a worker for 900 ms, and a worker that drains ends those in use with their next answer. */
  readonly handoverMs = 1000
  readonly #settings: PublicSettings
  readonly #folder: string
  readonly #configFile: string
  readonly #template = readFileSync(TEMPLATE, 'utf8')
  readonly #events: FrontEvents
  readonly #log: Log
  readonly #ownPaths: OwnPaths
  readonly #own: OwnServer
  readonly #ownErrors: OwnErrors
  readonly #ownErrorLog: OwnErrorLog
  readonly #nginx: NginxProcess
  #port = 0
  readonly #places: Places
  #upstreams: readonly Upstream[] = []
  #draining = false
  /** @param folder To be written by this front alone. */
  constructor(
    settings: PublicSettings,
    {
      folder,
      guard,
      traces,
    }: { readonly folder: string; readonly guard: Guard; readonly traces: FrontTraces | null },
    ownPaths: OwnPaths,
    events: FrontEvents,
    log: Log,
  ) {
    this.#settings = settings
    this.#folder = folder
    this.#configFile = join(folder, 'nginx.conf')
    this.#events = events
    this.#log = log
    this.#ownPaths = ownPaths
    this.#own = new OwnServer(ownPaths.answer, new CrossOrigin(settings))
    this.#ownErrors = new OwnErrors(settings, traces)
    this.#ownErrorLog = new OwnErrorLog(join(folder, 'own-errors.log'), line => {
      const error = readOwnError(line)
      if (error !== null) this.#ownErrors.answered(error)
    })
    this.#places = new Places(folder, settings.workerCount)
    this.#nginx = new NginxProcess(this.#configFile, guard, { line: text => this.#heard(text) }, log)
  }

  async start(): Promise<number> {
    const { host, port } = this.#settings
    this.#port = await freePort(host, port)
    await this.#own.listen({ path: join(this.#folder, 'supervisor.sock') })
    this.#ownErrorLog.start()
    this.#write()
    await this.#nginx.check()
    this.#nginx.start()
    await accepting(host, this.#port)
    return this.#port
  }

  update(upstreams: readonly Upstream[]): void {
    this.#upstreams = upstreams
    this.#places.update(upstreams.flatMap(({ address }) => socketOf(address) ?? []))
    if (upstreams.length > 0 && !this.#draining) this.#flag('serving')
  }

  waiting(): null {
    return null
  }

  inFlight(): null {
    return null
  }

  answers(): Readonly<Record<string, number>> {
    this.#ownErrorLog.read()
    return this.#ownErrors.byCode
  }

  drain(): void {
    if (this.#draining) return
    this.#draining = true
    this.#flag('draining')
    rmSync(join(this.#folder, 'serving'), { force: true })
  }

  async stop(deadlineMs: number): Promise<void> {
    this.drain()
    await this.#nginx.stop(deadlineMs)
    this.#ownErrorLog.stop()
    this.#own.stop()
  }

  kill(): void {
    this.#nginx.kill()
  }

  /** A file that says to nginx what state the service is in. */
  #flag(name: 'serving' | 'draining'): void {
    writeFileSync(join(this.#folder, name), '')
  }

  #write(): void {
    const config = renderNginx(this.#template, this.#settings, {
      folder: this.#folder,
      port: this.#port,
      places: this.#places.paths,
      ownPaths: this.#ownPaths.paths,
      user: process.geteuid?.() === 0 ? userInfo().username : null,
      openFiles: openFiles(),
    })
    writeFileSync(this.#configFile, config)
  }

  /** nginx tells of a worker that does not answer in its log alone. */
  #heard(line: string): void {
    const [, place = ''] = UPSTREAM_TIMEOUT.exec(line) ?? []
    const socket = this.#places.socketAt(place)
    const upstream = this.#upstreams.find(({ address }) => socket !== null && socketOf(address) === socket)
    if (upstream !== undefined) this.#events.edgeTimeout(upstream.id)
    this.#log[ALARM.test(line) ? 'warn' : 'debug'](`nginx: ${line}`)
  }
}

function socketOf(address: WorkerAddress): string | null {
  return address.socketPath ?? null
}

/**
 * The port, which nginx is to open itself: tried before, for its own words about a port that is taken are nobody's.
 *
 * @throws ScorehostError ERR_ADDRESS_IN_USE, ERR_CONFIG_INVALID
 */
function freePort(host: string, port: number): Promise<number> {
  const server = createTcpServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(listenError(error, host, port, 'SCOREHOST_PORT')),
    )
    server.listen(port, host, () => {
      const { port: given } = server.address() as AddressInfo // true: it listens on TCP
      server.close(() => resolve(given))
    })
  })
}

/** @throws ScorehostError ERR_INTERNAL where nginx does not open its port in time */
async function accepting(host: string, port: number): Promise<void> {
  const target = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  for (const deadlineMs = performance.now() + START_MS; performance.now() < deadlineMs; await sleep(10)) {
    const isOpen = await new Promise<boolean>(resolve => {
      const socket = connect(port, target, () => socket.end(() => resolve(true)))
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
  }
  throw new ScorehostError('ERR_INTERNAL', `nginx did not open port ${port} within ${START_MS} ms`)
}

/** The soft limit of this process, which nginx inherits. */
function openFiles(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return Number(line?.[1] ?? USUAL_OPEN_FILES)
  } catch {
    return USUAL_OPEN_FILES
  }
}
