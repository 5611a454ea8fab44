// http-proxy, behind what this project needs of it. The only file that knows it.

import type { ClientRequest, Agent as HttpAgent, IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Stream } from 'node:stream'
import util from 'node:util'
import type ProxyServer from 'http-proxy'
import type { WorkerAddress } from '../../runtime/ipc.ts'
import { Agent } from '../../runtime/node-http.ts'
import type { Upstream } from './front.ts'
import { type HopEvents, IDLE_CONNECTION_MS } from './hop.ts'

/** Passes requests on over connections that are kept alive; the target of a request goes on as it came (`toProxy`). */
export class Relay {
  readonly #proxy: ProxyServer
  /**
   * Connections by worker, not by address: a worker that drains gives its port free while it still answers, and the next
   * one may get that port. A connection that is left of the first is not the second's.
   */
  readonly #agents = new Map<number, HttpAgent>()

  constructor() {
    this.#proxy = loadHttpProxy().createProxyServer({ xfwd: true, toProxy: true, selfHandleResponse: true })
  }

  /** Forgets the connections to all other workers; those end when they have been idle for a while, or their worker ends them. */
  keep(upstreams: readonly Upstream[]): void {
    const ids = new Set(upstreams.map(({ id }) => id))
    for (const id of this.#agents.keys()) if (!ids.has(id)) this.#agents.delete(id)
  }

  /**
   * Passes the head of one request on. The body is the caller's to write, once the worker has accepted the connection: until
   * then a request that is refused can be sent to another worker whole.
   *
   * @throws TypeError where Node's parser took what Node does not send: a header name with a space, on Node 20.19
   */
  send(
    request: IncomingMessage,
    response: ServerResponse,
    { id, address }: Pick<Upstream, 'id' | 'address'>,
    events: HopEvents,
  ): void {
    // true: all that http-proxy does with `buffer` is to call its pipe()
    const buffer = { pipe: (upstream: ClientRequest) => listen(upstream, events) } as unknown as Stream
    const agent = this.#agentOf(id)
    const target = targetOf(address)
    this.#proxy.web(request, response, { target, buffer, agent }, error => events.error(error))
  }

  /** Ends the idle connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy()
  }

  #agentOf(id: number): HttpAgent {
    const known = this.#agents.get(id)
    if (known !== undefined) return known
    const agent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: IDLE_CONNECTION_MS })
    this.#agents.set(id, agent)
    return agent
  }
}

/** What http-proxy takes; the host is only what it puts into the header where it may. */
function targetOf(address: WorkerAddress) {
  if ('host' in address && address.socketPath === undefined) return { host: address.host, port: address.port }
  return { host: 'localhost', port: 80, socketPath: address.socketPath }
}

function listen(upstream: ClientRequest, events: HopEvents): void {
  let answer: IncomingMessage | null = null
  events.begun({
    abort() {
      const connectionReusable = answer?.readableEnded === true && upstream.writableFinished
      if (!connectionReusable) upstream.destroy()
    },
    pause: () => answer?.pause(),
    resume: () => answer?.resume(),
  })
  upstream.once('response', (incoming: IncomingMessage) => {
    answer = incoming
    const { statusCode = 0, statusMessage = '', rawHeaders } = incoming
    events.head(statusCode, statusMessage, rawHeaders)
    incoming.on('data', bytes => events.piece(bytes))
    incoming.once('end', () => events.end())
    incoming.once('close', () => {
      if (!incoming.complete) events.error(new Error('the answer broke off'))
    })
  })
  const connected = () => events.connected(upstream)
  upstream.once('socket', socket => (socket.connecting ? socket.once('connect', connected) : connected()))
}

/** http-proxy 1.18.1 copies headers with util._extend, which warns from Node 22 on; it takes what it finds at load. */
function loadHttpProxy(): typeof ProxyServer {
  Object.assign(util, { _extend: Object.assign })
  return createRequire(import.meta.url)('http-proxy')
}
