// The front in Node: nothing to install, inside the supervisor's own process.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { CrossOrigin } from '../../runtime/cross-origin.ts'
import { type AnswerCode, ERRORS, errorBody } from '../../runtime/errors.ts'
import {
  connectionsCheckingInterval,
  FRONT_KEEP_ALIVE_MS,
  setConnectionTimeouts,
} from '../../runtime/http-limits.ts'
import type { Log } from '../../runtime/log.ts'
import { createServer, maxHeaderSize } from '../../runtime/node-http.ts'
import { requestIds } from '../../runtime/request-id.ts'
import { splitTarget } from '../../runtime/request-target.ts'
import type { Settings } from '../../runtime/settings.ts'
import { Admission } from '../admission.ts'
import type { FrontTraces } from '../front-traces.ts'
import type { AnswerOwn } from '../own-paths.ts'
import { Exchange, type ExchangeContext } from './exchange.ts'
import type { Front, FrontEvents, PublicSettings, Upstream } from './front.ts'
import { cutLater } from './linger.ts'
import { listenError } from './listen-error.ts'
import { NOT_HTTP, sendOwn } from './own-answer.ts'
import { OwnErrors } from './own-errors.ts'
import { QuickRelay } from './quick-relay.ts'
import { Relay } from './relay.ts'

/** Node's codes for a request that its parser refused, and ours; any other is a malformed request. */
const PARSER_ERRORS: Readonly<Record<string, AnswerCode>> = {
  HPE_HEADER_OVERFLOW: 'ERR_HEADER_TOO_LONG',
  ERR_HTTP_REQUEST_TIMEOUT: 'ERR_REQUEST_TIMEOUT',
}

export class NodeFront implements Front {
  readonly handoverMs = 0
  readonly #settings: PublicSettings
  readonly #answerOwn: AnswerOwn
  readonly #ownErrors: OwnErrors
  readonly #context: ExchangeContext
  readonly #admission: Admission
  readonly #relay = new Relay()
  readonly #quickRelay = new QuickRelay()
  readonly #crossOrigin: CrossOrigin
  readonly #server: Server
  #draining = false
  #inFlight = 0
  #idle: (() => void) | null = null

  constructor(
    settings: PublicSettings,
    answerOwn: AnswerOwn,
    events: FrontEvents,
    log: Log,
    traces: FrontTraces | null,
  ) {
    this.#settings = settings
    this.#answerOwn = answerOwn
    this.#ownErrors = new OwnErrors(settings, traces)
    this.#crossOrigin = new CrossOrigin(settings)
    this.#admission = new Admission(settings)
    const draining = () => this.#draining
    const ownErrors = this.#ownErrors
    this.#context = {
      relay: this.#relay,
      quickRelay: this.#quickRelay,
      admission: this.#admission,
      events,
      log,
      settings,
      draining,
      ownErrors,
    }
    this.#server = createServer(
      { connectionsCheckingInterval: connectionsCheckingInterval(settings) },
      (request, response) => this.#serve(request, response),
    )
    this.#server.on('checkContinue', (request, response) => this.#continue(request, response))
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      this.#refuse(error, socket as Socket),
    )
    setConnectionTimeouts(this.#server, settings, FRONT_KEEP_ALIVE_MS)
  }

  start(): Promise<number> {
    const { host, port } = this.#settings
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(listenError(error, host, port, 'SCOREHOST_PORT')),
      )
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port)) // true: it listens on TCP
    })
  }

  update(upstreams: readonly Upstream[]): void {
    this.#relay.keep(upstreams)
    this.#quickRelay.keep(upstreams)
    this.#admission.update(upstreams)
  }

  waiting(): number {
    return this.#admission.waiting
  }

  inFlight(id: number): number | null {
    return this.#admission.inFlight(id)
  }

  answers(): Readonly<Record<string, number>> {
    return this.#ownErrors.byCode
  }

  drain(): void {
    this.#draining = true
  }

  async stop(deadlineMs: number): Promise<void> {
    this.drain()
    this.#server.close()
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>(resolve => {
      timer = setTimeout(resolve, deadlineMs)
    })
    const idle = new Promise<void>(resolve => {
      this.#idle = resolve
      if (this.#inFlight === 0) resolve()
    })
    await Promise.race([idle, deadline])
    clearTimeout(timer)
    this.#server.closeAllConnections()
    this.#relay.close()
    this.#quickRelay.close()
  }

  kill(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#inFlight++
    response.once('close', () => {
      this.#inFlight--
      if (this.#inFlight === 0) this.#idle?.()
    })
    const { headers, method = 'GET' } = request
    const { requestId, echo } = requestIds(headers)
    const always = { ...echo, ...this.#crossOrigin.headersFor(headers) }
    const { path } = splitTarget(request.url ?? '/')
    const client = request.socket.remoteAddress ?? null
    const own = this.#answerOwn({ method, path, headers, requestId, client })
    if (own === null) new Exchange(this.#context, request, response, { requestId, always }).start()
    else if (own instanceof Promise)
      void own.then(answer => sendOwn(response, answer, always, this.#draining))
    else sendOwn(response, own, always, this.#draining)
  }

  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const code = refuse(error, socket, this.#settings)
    if (code !== null) this.#ownErrors.add(code)
  }

  /** A client that asks before it sends a body that is too large gets the refusal in place of `100 Continue`. */
  #continue(request: IncomingMessage, response: ServerResponse): void {
    if (Number(request.headers['content-length'] ?? 0) <= this.#settings.maxBodyBytes)
      response.writeContinue()
    // the body will not come, so nothing else can come on this connection
    else response.shouldKeepAlive = false
    this.#serve(request, response)
  }
}

/** Answers what is no HTTP request, on the bare socket: there is no response to write to. @returns what was wrong, null where nobody listens */
function refuse(error: NodeJS.ErrnoException, socket: Socket, settings: Settings): AnswerCode | null {
  // what follows the first piece of nonsense is nonsense too, and the answer to that is on its way
  if (socket.writableEnded) return null
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return null
  }
  const code = PARSER_ERRORS[error.code ?? ''] ?? 'ERR_INPUT_MALFORMED'
  const { requestId } = requestIds({})
  const message = refusal(code, settings)
  const body = errorBody(code, message, requestId)
  const { status } = ERRORS[code]
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `x-request-id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  )
  cutLater(socket)
  return code
}

function refusal(code: AnswerCode, { headerTimeoutMs, uploadTimeoutMs }: Settings): string {
  if (code === 'ERR_HEADER_TOO_LONG') return `The headers are longer than ${maxHeaderSize} bytes.`
  if (code === 'ERR_INPUT_MALFORMED') return NOT_HTTP
  return `The request took longer than ${headerTimeoutMs} ms for its header (SCOREHOST_HEADER_TIMEOUT_MS) or ${uploadTimeoutMs} ms as a whole (SCOREHOST_UPLOAD_TIMEOUT_MS).`
}
