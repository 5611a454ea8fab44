// One request on its way through the node front, from the client to a worker and back.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { bodyTooLarge, ERRORS, errorBody, ScorehostError, scoringTimedOut } from '../../runtime/errors.ts'
import type { Log } from '../../runtime/log.ts'
import type { RequestIds } from '../../runtime/request-id.ts'
import type { Upstreams } from '../upstreams.ts'
import type { FrontEvents, Upstream } from './front.ts'
import type { Relay } from './relay.ts'

/** The worker answers a timeout itself unless its event loop is blocked; the front waits this much longer. */
export const EDGE_MARGIN_MS = 1000

/** How long a client that was refused may go on sending its body. */
const LINGER_MS = 5000

/** What the exchanges of a front share. */
export interface ExchangeContext {
  readonly relay: Relay
  readonly upstreams: Upstreams
  readonly events: FrontEvents
  readonly log: Log
  readonly scoringTimeoutMs: number
  readonly maxBodyBytes: number
  readonly draining: () => boolean
}

export class Exchange {
  readonly #context: ExchangeContext
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #ids: RequestIds
  readonly #clientWantsClose: boolean
  #taken: { readonly upstream: Upstream; readonly release: () => void } | null = null
  #upstreamRequest: ClientRequest | null = null
  #edgeTimer: NodeJS.Timeout | null = null
  #bodyFlows = false
  #bodyBytes = 0
  #answerComplete = false
  /** True once an answer has begun or there is nobody to answer: what comes after is the echo of our own clean-up. */
  #settled = false

  constructor(context: ExchangeContext, request: IncomingMessage, response: ServerResponse, ids: RequestIds) {
    this.#context = context
    this.#request = request
    this.#response = response
    this.#ids = ids
    const wanted = request.headers.connection?.toLowerCase() ?? ''
    this.#clientWantsClose =
      request.httpVersion === '1.0' ? !wanted.includes('keep-alive') : wanted.includes('close')
  }

  start(): void {
    const { headers } = this.#request
    if (Number(headers['content-length'] ?? 0) > this.#context.maxBodyBytes) {
      this.#fail(bodyTooLarge(this.#context.maxBodyBytes))
      return
    }
    headers['x-request-id'] = this.#ids.requestId
    headers.connection = 'keep-alive'
    delete headers.upgrade
    delete headers.expect
    this.#response.once('close', () => this.#closed())
    this.#forward(null)
  }

  #forward(refusedBy: number | null): void {
    this.#taken = this.#context.upstreams.acquire(refusedBy)
    if (this.#taken === null) {
      this.#fail(new ScorehostError(this.#context.draining() ? 'ERR_DRAINING' : 'ERR_NO_WORKER'))
      return
    }
    const { id, address } = this.#taken.upstream
    this.#context.relay.send(this.#request, this.#response, address, {
      request: upstreamRequest => {
        this.#upstreamRequest = upstreamRequest
      },
      connected: () => this.#connected(),
      response: answer => this.#answered(answer),
      error: error => this.#failed(error, id, refusedBy === null),
    })
  }

  /** The edge timer runs from the last piece of the body on: a slow upload is not a slow run. */
  #connected(): void {
    this.#bodyFlows = true
    this.#edgeTimer = setTimeout(() => this.#edgeTimeout(), this.#context.scoringTimeoutMs + EDGE_MARGIN_MS)
    this.#request.on('data', (chunk: Buffer) => {
      this.#edgeTimer?.refresh()
      this.#bodyBytes += chunk.length
      if (this.#bodyBytes > this.#context.maxBodyBytes) this.#fail(bodyTooLarge(this.#context.maxBodyBytes))
    })
  }

  #answered(answer: IncomingMessage): void {
    this.#stopTimer()
    this.#settled = true
    delete answer.headers['keep-alive']
    // http-proxy takes the first of these for HTTP/1.1 clients and the second for those of HTTP/1.0
    const connection = this.#clientWantsClose || this.#context.draining() ? 'close' : 'keep-alive'
    answer.headers.connection = connection
    this.#request.headers.connection = connection
    // http-proxy leaves the client waiting where an answer breaks off in the middle
    answer.once('close', () => {
      if (!answer.complete) this.#response.destroy()
    })
    answer.once('end', () => {
      this.#answerComplete = true
      this.#release()
    })
  }

  #failed(error: NodeJS.ErrnoException, upstreamId: number, mayRetry: boolean): void {
    this.#release()
    if (this.#settled) return
    const refused = !this.#bodyFlows && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')
    if (refused && mayRetry) this.#forward(upstreamId)
    else if (refused) this.#fail(new ScorehostError('ERR_NO_WORKER'))
    else this.#fail(new ScorehostError('ERR_WORKER_LOST', undefined, { cause: error }))
  }

  #edgeTimeout(): void {
    if (!this.#request.complete && this.#upstreamRequest?.writableNeedDrain === false) {
      this.#fail(new ScorehostError('ERR_REQUEST_TIMEOUT', 'The body of the request stopped coming.'))
      return
    }
    if (this.#taken !== null) this.#context.events.edgeTimeout(this.#taken.upstream.id)
    this.#fail(scoringTimedOut(this.#context.scoringTimeoutMs))
  }

  /** Answers with an error of the front's own. */
  #fail(error: ScorehostError): void {
    if (this.#settled) return
    this.#settled = true
    this.#cleanUp()
    const { status, fault } = ERRORS[error.code]
    this.#context.log[fault === 'model' ? 'error' : 'debug'](
      { requestId: this.#ids.requestId, code: error.code, err: error.cause },
      error.message,
    )
    const body = errorBody(error.code, error.message, this.#ids.requestId)
    this.#response.writeHead(status ?? 500, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...this.#ids.echo,
      ...(fault === 'capacity' ? { 'retry-after': '1' } : {}),
      ...(this.#context.draining() ? { connection: 'close' } : {}),
    })
    this.#response.end(body)
    this.#linger()
  }

  /**
   * A client that still sends its body would be reset by a close at once and never read the answer: what comes is read and
   * dropped, for a while.
   */
  #linger(): void {
    if (this.#request.complete) return
    this.#request.resume()
    const cut = setTimeout(() => this.#request.socket.destroy(), LINGER_MS)
    this.#request.once('close', () => clearTimeout(cut))
  }

  /** The answer is out, or the client has hung up: in either case nobody waits for the worker any more. */
  #closed(): void {
    this.#settled = true
    this.#cleanUp()
  }

  #cleanUp(): void {
    this.#stopTimer()
    this.#release()
    const connectionReusable = this.#answerComplete && this.#upstreamRequest?.writableFinished === true
    if (connectionReusable) return
    this.#request.unpipe()
    this.#upstreamRequest?.destroy()
  }

  #release(): void {
    this.#taken?.release()
    this.#taken = null
  }

  #stopTimer(): void {
    if (this.#edgeTimer !== null) clearTimeout(this.#edgeTimer)
    this.#edgeTimer = null
  }
}
