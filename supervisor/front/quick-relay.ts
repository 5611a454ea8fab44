// The way of small requests: undici's dispatch, with the body in hand.
//
// Nearly all requests to score are small, and what http-proxy and Node's own client do for each takes the front twice the CPU:
// 43 µs against 25 (Node 26). What this cannot carry goes by the Relay.

import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { Dispatcher, Pool as UndiciPool } from 'undici'
import type { WorkerAddress } from '../../runtime/ipc.ts'
import type { Upstream } from './front.ts'
import { type HopEvents, IDLE_CONNECTION_MS } from './hop.ts'

/** Of the body, in bytes. */
const MOST_BYTES = 16_384
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST'])
const FORWARDED = ['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'] as const
/** undici writes the first two itself, and we the others. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  ...FORWARDED,
  'x-forwarded-host',
])

/** undici's code for a request that it does not send: a header name with a space, which Node 20.19's parser takes. */
export const NOT_SENT = 'UND_ERR_INVALID_ARG'

/** undici as a whole is 20 MB and 35 ms: fetch, WebSocket, caches, of which nothing is used here. */
function loadPool(): typeof UndiciPool {
  return createRequire(import.meta.url)('undici/lib/dispatcher/pool.js')
}

export class QuickRelay {
  readonly #Pool = loadPool()
  /** By worker, not by address, as in the Relay. */
  readonly #pools = new Map<number, UndiciPool>()

  /** Ends the connections to all other workers, each when its last answer is here. */
  keep(upstreams: readonly Upstream[]): void {
    const ids = new Set(upstreams.map(({ id }) => id))
    for (const [id, pool] of this.#pools)
      if (!ids.has(id)) {
        this.#pools.delete(id)
        void pool.close()
      }
  }

  /** Ends the idle connections. */
  close(): void {
    this.keep([])
  }

  /** @param bytes Of the body, which has to be here as a whole. */
  carries({ method = '', url = '', headers }: IncomingMessage, bytes: number): boolean {
    const isFramed = headers['transfer-encoding'] === undefined
    return bytes <= MOST_BYTES && isFramed && METHODS.has(method) && url.startsWith('/')
  }

  /** Sends a request whole, and gives the answer as it comes. */
  send(
    request: IncomingMessage,
    body: Buffer,
    { id, address }: Pick<Upstream, 'id' | 'address'>,
    events: HopEvents,
  ): void {
    const { method = '', url: path = '' } = request
    const headers = headersFor(request)
    this.#poolOf(id, address).dispatch(
      { method: method as Dispatcher.HttpMethod, path, headers, body: body.length === 0 ? null : body }, // true: carries() knows it
      new Handler(events),
    )
  }

  #poolOf(id: number, address: WorkerAddress): UndiciPool {
    const known = this.#pools.get(id)
    if (known !== undefined) return known
    const timeouts = {
      // ours to watch: a worker that says nothing is the supervisor's to know of
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MS,
    }
    const { socketPath } = address
    const pool =
      'host' in address && socketPath === undefined
        ? new this.#Pool(`http://${address.host}:${address.port}`, timeouts)
        : new this.#Pool('http://localhost', { ...timeouts, socketPath: socketPath ?? '' })
    this.#pools.set(id, pool)
    return pool
  }
}

/** Names and values in turns. */
function headersFor(request: IncomingMessage): string[] {
  const { headers } = request
  const list: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined || NOT_COPIED.has(name)) continue
    if (typeof value === 'string') list.push(name, value)
    else for (const one of value) list.push(name, one)
  }
  addForwarded(list, request)
  return list
}

/** What a proxy says of where a request came from, as http-proxy does. */
function addForwarded(list: string[], { headers, socket }: IncomingMessage): void {
  const { host = '' } = headers
  const own = {
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-port': /:(\d+)/.exec(host)?.[1] ?? '80',
    'x-forwarded-proto': 'http',
  }
  for (const name of FORWARDED) {
    const before = headers[name]
    list.push(name, before === undefined ? own[name] : `${before},${own[name]}`)
  }
  list.push('x-forwarded-host', headers['x-forwarded-host']?.toString() ?? host)
}

/** undici's calls, as the exchange has them. */
class Handler implements Dispatcher.DispatchHandler {
  readonly #events: HopEvents
  #isOver = false

  constructor(events: HopEvents) {
    this.#events = events
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#events.begun({
      abort: () => {
        // an error takes its stack when it is made
        if (!this.#isOver) controller.abort(new Error('nobody waits for it'))
      },
      pause: () => controller.pause(),
      resume: () => controller.resume(),
    })
    this.#events.connected(null)
  }

  onResponseStart(
    { rawHeaders }: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason = '',
  ): void {
    const raw = rawHeaders as Buffer[] // true: of HTTP/1.1
    this.#events.head(
      status,
      reason,
      raw.map(bytes => bytes.toString('latin1')),
    )
  }

  onResponseData(_controller: unknown, bytes: Buffer): void {
    this.#events.piece(bytes)
  }

  onResponseEnd(): void {
    this.#isOver = true
    this.#events.end()
  }

  onResponseError(_controller: unknown, error: NodeJS.ErrnoException): void {
    this.#isOver = true
    this.#events.error(error)
  }
}
