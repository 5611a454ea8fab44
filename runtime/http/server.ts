// A worker's HTTP server: method and path are looked up in the contracts' routes, and nothing else stands in between.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createSocketServer, type ListenOptions, type Server as SocketServer } from 'node:net'
import { AccessKeys } from '../access-keys.ts'
import type { Contract, HttpCall, HttpReply } from '../contracts/contract.ts'
import { CrossOrigin } from '../cross-origin.ts'
import { asScorehostError, ERRORS, errorHeaders, ScorehostError } from '../errors.ts'
import { setConnectionTimeouts, WORKER_KEEP_ALIVE_MS } from '../http-limits.ts'
import type { Log } from '../log.ts'
import { createServer } from '../node-http.ts'
import { mayOpen } from '../ports.ts'
import { MAX_REQUEST_ID_LENGTH, type RequestIds, requestIds } from '../request-id.ts'
import type { RequestObserver } from '../request-record.ts'
import { type RequestTarget, splitTarget } from '../request-target.ts'
import type { Tracing } from '../request-trace.ts'
import type { Core } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import { isPage, PAGE_METHODS, PAGES_ROUTE, Pages } from './app.ts'
import { readBody } from './body.ts'
import { compress } from './compress.ts'
import { requireKey } from './key-check.ts'
import { Progress } from './progress.ts'
import { errorReply, send } from './respond.ts'
import { Router } from './router.ts'

interface ServerOptions {
  readonly contracts: readonly Contract[]
  readonly core: Core
  readonly log: Log
  readonly settings: Settings
  readonly observers: readonly RequestObserver[]
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null
}

const NO_BODY = Buffer.alloc(0)
/** How long requests that were sent before the front took this worker out of rotation may take to arrive: nginx keeps idle connections for 900 ms. */
const LATE_REQUESTS_MS = { node: 100, nginx: 1000 }
/** How often connections that have become idle are ended while others are still in use. */
const SWEEP_MS = 100
/** How many ports above the first are tried before giving up. */
const PORTS_TRIED = 1000

export class ScoringServer {
  readonly #options: ServerOptions
  readonly #router: Router
  readonly #pages: Pages
  readonly #crossOrigin: CrossOrigin
  readonly #keys: AccessKeys
  readonly #server: Server
  #socketServer: SocketServer | null = null
  #draining = false

  constructor(options: ServerOptions) {
    this.#options = options
    this.#pages = new Pages(options.core.service.name, options.core.service.pathPrefix)
    this.#router = new Router(options.contracts)
    this.#crossOrigin = new CrossOrigin(options.settings)
    this.#keys = new AccessKeys(options.settings)
    this.#server = createServer((request, response) => void this.#serve(request, response))
    setConnectionTimeouts(this.#server, options.settings, WORKER_KEEP_ALIVE_MS)
  }

  /**
   * Listens on the first free port from `port` on.
   *
   * @returns the port
   * @throws the error of listen() where it is not EADDRINUSE, and where no port is free
   */
  async listen(host: string, port: number): Promise<number> {
    for (let candidate = port; ; candidate++) {
      if (!mayOpen(candidate, this.#options.settings)) {
        if (candidate < port + PORTS_TRIED) continue
        throw new ScorehostError('ERR_CONFIG_INVALID', `no port from ${port} on may be opened here`)
      }
      try {
        await this.#listenOn({ host, port: candidate })
        return candidate
      } catch (thrown) {
        const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE'
        if (!taken || candidate >= port + PORTS_TRIED) throw thrown
      }
    }
  }

  /**
   * Listens on a Unix socket, whose file must not be there.
   *
   * @param alone Not on a port too. A server of Node's knows which of its connections are idle only where it listens itself, and a
   *   worker that cannot end those waits out its drain timeout.
   */
  async listenOnSocket(socketPath: string, alone: boolean): Promise<{ readonly socketPath: string }> {
    if (alone) {
      await this.#listenOn({ path: socketPath })
      return { socketPath }
    }
    const server = createSocketServer(socket => this.#server.emit('connection', socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(socketPath, resolve)
    })
    this.#socketServer = server
    return { socketPath }
  }

  /** A server keeps the listeners of a listen() that failed, and warns when they are many. */
  #listenOn(where: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        this.#server.off('error', settle).off('listening', settle)
        if (error === undefined) resolve()
        else reject(error)
      }
      this.#server.once('error', settle).once('listening', settle).listen(where)
    })
  }

  /**
   * Takes no new connections and ends the idle ones; settles when the last request is answered.
   *
   * The front has been told already, but a request that it sent just before may still be unread, on a connection that looks
   * idle: it is read first. After a run that blocked the event loop timers come before sockets, hence the setImmediate.
   */
  async close(): Promise<void> {
    // a connection is used once more at the most
    this.#draining = true
    await new Promise(resolve => setTimeout(resolve, LATE_REQUESTS_MS[this.#options.settings.front]))
    await new Promise(resolve => setImmediate(resolve))
    // the front keeps its connections open, and one that has just finished its last request is idle only now
    const sweep = setInterval(() => this.#server.closeIdleConnections(), SWEEP_MS)
    const servers = [this.#server, this.#socketServer].filter(server => server?.listening === true)
    await Promise.all(servers.map(server => new Promise(resolve => server?.close(resolve))))
    clearInterval(sweep)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ids = requestIds(request.headers)
    const target = splitTarget(request.url ?? '/')
    const progress = new Progress(request, target.path, ids.requestId, this.#options.tracing)
    const { cancellation } = progress
    response.once('close', () => {
      if (!response.writableFinished) cancellation.abort(new Error('the client has gone'))
      progress.end(response, this.#options.observers)
    })
    const always = { ...ids.echo, ...this.#crossOrigin.headersFor(request.headers), ...progress.trace?.echo }
    try {
      refuseLongIds(ids)
      requireKey(this.#keys, request, target.path, always)
      if (isPage(target.path)) {
        this.#endWhereDraining(response)
        progress.route = PAGES_ROUTE
        await this.#pages.serve(request, response, target.path, always)
        return
      }
      const answer =
        this.#preflight(request, target) ?? (await this.#answer(request, target, progress, always))
      this.#endWhereDraining(response)
      const sending = send(response, answer, always, progress)
      const failure = sending === null ? null : await sending
      if (failure !== null) this.#noteFailure(failure, progress)
    } catch (thrown) {
      if (response.destroyed) return
      const error = asScorehostError(thrown)
      progress.code = error.code
      this.#noteFailure(error, progress)
      const reply = errorReply(target.path, error, ids.requestId, this.#options.settings)
      const allow = error.code === 'ERR_METHOD' ? { allow: this.#allowed(target.path) } : {}
      const headers = { ...reply.headers, ...allow, ...errorHeaders(error.code) }
      this.#endWhereDraining(response)
      await send(response, { ...reply, headers }, always, progress)
    }
  }

  /** Just before an answer: a connection on which a request came before the worker drained is to bring no further one. */
  #endWhereDraining(response: ServerResponse): void {
    if (this.#draining) response.shouldKeepAlive = false
  }

  async #answer(
    request: IncomingMessage,
    { path, query }: RequestTarget,
    progress: Progress,
    always: Record<string, string>,
  ): Promise<HttpReply> {
    const { route, params } = this.#router.find(request.method ?? 'GET', path)
    progress.route = route.path
    const body =
      route.body === 'none'
        ? NO_BODY
        : await readBody(request, this.#options.settings.maxBodyBytes, {
            encodings: route.encodings,
            alignedAt: route.alignedAt?.(request.headers),
          })
    progress.bytesIn = body.length
    const { requestId, cancellation, timing, trace } = progress
    const call: HttpCall = {
      method: route.method,
      path,
      params,
      query,
      headers: request.headers,
      body,
      requestId,
      cancellation,
      always,
      timing,
      trace,
    }
    const reply = await route.handle(call, this.#options.core)
    return route.compress === true ? compress(reply, request.headers['accept-encoding']) : reply
  }

  /** A browser asks before it sends what a form could not; null for any other request, and where there is no such path. */
  #preflight(request: IncomingMessage, { path }: RequestTarget): HttpReply | null {
    const headers = this.#crossOrigin.preflight(request.method, request.headers)
    if (headers === null || this.#allowed(path) === '') return null
    return { status: 200, headers, body: '' }
  }

  #allowed(path: string): string {
    return isPage(path) ? PAGE_METHODS : this.#router.methods(path).join(', ')
  }

  /** What is the client's own fault, or a refusal, needs no line of ours; what is the model's or ours comes with its stack. */
  #noteFailure(error: ScorehostError, { requestId, trace }: Progress): void {
    trace?.failed(error)
    const fields = { requestId, ...trace?.ids, code: error.code }
    const { fault } = ERRORS[error.code]
    if (fault === 'client' || fault === 'capacity') this.#options.log.debug(fields, error.message)
    else this.#options.log.error({ ...fields, err: error.cause ?? error }, error.message)
  }
}

/** @throws ScorehostError ERR_HEADER_TOO_LONG */
function refuseLongIds({ tooLong }: RequestIds): void {
  if (tooLong === null) return
  const message = `The header ${tooLong} is longer than ${MAX_REQUEST_ID_LENGTH} characters.`
  throw new ScorehostError('ERR_HEADER_TOO_LONG', message)
}
