// One request on its way through the node front, from the client to a worker and back.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorAnswer } from '../../runtime/error-answer.ts'
import {
  type AnswerCode,
  bodyTooLarge,
  ERRORS,
  errorHeaders,
  ScorehostError,
  scoringTimedOut,
} from '../../runtime/errors.ts'
import { EDGE_MARGIN_MS } from '../../runtime/http-limits.ts'
import type { Log } from '../../runtime/log.ts'
import { splitTarget } from '../../runtime/request-target.ts'
import type { Settings } from '../../runtime/settings.ts'
import { WAITED_HEADER } from '../../runtime/waited-header.ts'
import type { Admission, Candidate } from '../admission.ts'
import type { Place } from '../upstreams.ts'
import { AnswerWriter } from './answer-writer.ts'
import type { FrontEvents, Upstream } from './front.ts'
import type { Hop, HopEvents } from './hop.ts'
import { IncomingBody } from './incoming-body.ts'
import { cutLater } from './linger.ts'
import { sendOwn } from './own-answer.ts'
import type { OwnErrors } from './own-errors.ts'
import { NOT_SENT, type QuickRelay } from './quick-relay.ts'
import type { Relay } from './relay.ts'

/** What the exchanges of a front share. */
export interface ExchangeContext {
  readonly relay: Relay
  readonly quickRelay: QuickRelay
  readonly admission: Admission
  readonly events: FrontEvents
  readonly log: Log
  readonly settings: Settings
  readonly draining: () => boolean
  readonly ownErrors: OwnErrors
}

/** Headers that are between the client and the front, or between the front and a worker. */
const NOT_PASSED_ON = ['upgrade', 'expect', WAITED_HEADER]
/** A shorter time is no wait. */
const LEAST_WAIT_MS = 1

/** What is known of a request before anything is done with it. */
interface Identity {
  readonly requestId: string
  /** Headers that every answer to it has. */
  readonly always: Readonly<Record<string, string>>
}

export class Exchange implements Candidate {
  readonly #context: ExchangeContext
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #identity: Identity
  readonly #clientWantsClose: boolean
  readonly #body: IncomingBody
  readonly #answer: AnswerWriter
  readonly #arrivedMs = performance.now()
  /** When it first asked for a place; null while its body is on the way. */
  #askedMs: number | null = null
  #upstream: Upstream | null = null
  #place: Place | null = null
  #hop: Hop | null = null
  #edgeTimer: NodeJS.Timeout | null = null
  #connected = false
  #answerComplete = false
  /** True once an answer has begun or there is nobody to answer: what comes after is the echo of our own clean-up. */
  #settled = false

  constructor(
    context: ExchangeContext,
    request: IncomingMessage,
    response: ServerResponse,
    identity: Identity,
  ) {
    this.#context = context
    this.#request = request
    this.#response = response
    this.#identity = identity
    const wanted = request.headers.connection?.toLowerCase() ?? ''
    this.#clientWantsClose =
      request.httpVersion === '1.0' ? !wanted.includes('keep-alive') : wanted.includes('close')
    this.#answer = new AnswerWriter(response)
    this.#body = new IncomingBody(request, context.settings, {
      whole: () => this.#ask(null),
      large: () => this.#forwardLarge(null),
      passedOn: () => this.#passedOn(),
      tooLarge: () => this.#fail(bodyTooLarge(this.#context.settings.maxBodyBytes)),
      idle: () => this.#fail(this.#bodyStoodStill()),
      stalled: () => this.#startEdgeTimer(),
      moving: () => this.#stopEdgeTimer(),
    })
  }

  start(): void {
    const { headers } = this.#request
    headers['x-request-id'] = this.#identity.requestId
    headers.connection = 'keep-alive'
    for (const name of NOT_PASSED_ON) if (headers[name] !== undefined) delete headers[name]
    this.#response.once('close', () => this.#closed())
    this.#body.start()
  }

  granted(place: Place): void {
    this.#place = place
    const waitedMs = performance.now() - (this.#askedMs ?? performance.now())
    if (waitedMs >= LEAST_WAIT_MS) this.#request.headers[WAITED_HEADER] = waitedMs.toFixed(3)
    this.#forward(place.upstream, refusedBy => this.#ask(refusedBy))
  }

  #ask(except: number | null): void {
    this.#askedMs ??= performance.now()
    this.#context.admission.admit(this, except)
  }

  refused(code: AnswerCode): void {
    const { queueTimeoutMs } = this.#context.settings
    const late = `No worker became free within ${queueTimeoutMs} ms (SCOREHOST_QUEUE_TIMEOUT_MS).`
    const drains = code === 'ERR_NO_WORKER' && this.#context.draining()
    this.#fail(
      new ScorehostError(drains ? 'ERR_DRAINING' : code, code === 'ERR_QUEUE_TIMEOUT' ? late : undefined),
    )
  }

  /** A large body goes straight to a worker; its place is taken when the last of it has been passed on. */
  #forwardLarge(refusedBy: number | null): void {
    const upstream = this.#context.admission.leastBusy(refusedBy)
    if (upstream === null) this.refused('ERR_NO_WORKER')
    else this.#forward(upstream, refusedByThis => this.#forwardLarge(refusedByThis))
  }

  /** @param again What to do when this worker refuses the connection, the first time. */
  #forward(upstream: Upstream, again: (refusedBy: number) => void): void {
    const isRetry = this.#upstream !== null
    this.#upstream = upstream
    const events: HopEvents = {
      begun: hop => {
        this.#hop = hop
        // it waited for a connection, and its client did not
        if (this.#settled) hop.abort()
      },
      connected: target => {
        this.#connected = true
        if (this.#place !== null) this.#startEdgeTimer()
        if (target !== null) this.#body.passTo(target)
      },
      head: (status, reason, headers) => this.#head(status, reason, headers),
      piece: bytes => this.#piece(bytes),
      end: () => this.#end(),
      error: error => this.#failed(error, isRetry ? null : () => again(upstream.id)),
    }
    const { relay, quickRelay } = this.#context
    const bytes = this.#body.wholeBytes
    if (bytes !== null && quickRelay.carries(this.#request, bytes))
      quickRelay.send(this.#request, this.#body.held(), upstream, events)
    else
      try {
        relay.send(this.#request, this.#response, upstream, events)
      } catch (thrown) {
        this.#notPassedOn(thrown)
      }
  }

  #notPassedOn(cause: unknown): void {
    this.#fail(new ScorehostError('ERR_INPUT_MALFORMED', 'The request cannot be passed on.', { cause }))
  }

  #passedOn(): void {
    if (this.#settled || this.#upstream === null) return
    this.#place = this.#context.admission.occupy(this.#upstream)
    this.#startEdgeTimer()
  }

  #head(status: number, reason: string, headers: readonly string[]): void {
    if (this.#settled) return
    const connection = this.#clientWantsClose || this.#context.draining() ? 'close' : 'keep-alive'
    this.#answer.head(status, reason, headers, connection)
    this.#noteBegin()
  }

  #piece(bytes: Buffer): void {
    if (this.#isAnsweredOtherwise || this.#answer.write(bytes)) return
    this.#hop?.pause()
    this.#response.once('drain', () => this.#hop?.resume())
  }

  #end(): void {
    this.#answerComplete = true
    this.#release()
    if (this.#isAnsweredOtherwise) return
    this.#answer.end()
    this.#noteBegin()
  }

  /** By an error of the front's own, or not at all, for the client has gone. */
  get #isAnsweredOtherwise(): boolean {
    return this.#settled && !this.#answer.hasBegun
  }

  /** From here on there can be no other answer. */
  #noteBegin(): void {
    if (!this.#answer.hasBegun) return
    this.#stopEdgeTimer()
    this.#settled = true
  }

  #failed(error: NodeJS.ErrnoException, again: (() => void) | null): void {
    this.#release()
    // the client is to see that the answer is not whole
    if (this.#answer.hasBegun && !this.#answerComplete) this.#response.destroy()
    if (this.#settled) return
    const refused = !this.#connected && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')
    if (refused && again !== null) again()
    else if (refused) this.refused('ERR_NO_WORKER')
    else if (error.code === NOT_SENT) this.#notPassedOn(error)
    else this.#fail(new ScorehostError('ERR_WORKER_LOST', undefined, { cause: error }))
  }

  #startEdgeTimer(): void {
    const afterMs = this.#context.settings.scoringTimeoutMs + EDGE_MARGIN_MS
    this.#edgeTimer ??= setTimeout(() => this.#edgeTimeout(), afterMs)
  }

  #stopEdgeTimer(): void {
    if (this.#edgeTimer !== null) clearTimeout(this.#edgeTimer)
    this.#edgeTimer = null
  }

  #edgeTimeout(): void {
    if (this.#upstream !== null) this.#context.events.edgeTimeout(this.#upstream.id)
    this.#fail(scoringTimedOut(this.#context.settings.scoringTimeoutMs))
  }

  #bodyStoodStill(): ScorehostError {
    const { bodyIdleTimeoutMs } = this.#context.settings
    const message = `The body of the request stood still for ${bodyIdleTimeoutMs} ms (SCOREHOST_BODY_IDLE_TIMEOUT_MS).`
    return new ScorehostError('ERR_REQUEST_TIMEOUT', message)
  }

  /** Answers with an error of the front's own. */
  #fail(error: ScorehostError): void {
    if (this.#settled) return
    this.#settled = true
    this.#cleanUp()
    const { fault } = ERRORS[error.code]
    const { requestId, always } = this.#identity
    const fields = { requestId, code: error.code, err: error.cause }
    this.#context.log[fault === 'model' ? 'error' : 'debug'](fields, error.message)
    const headers = { 'content-type': 'application/json', ...errorHeaders(error.code) }
    const { path } = splitTarget(this.#request.url ?? '/')
    const answer = { ...errorAnswer(path, error, requestId, { style: this.#context.settings }), headers }
    sendOwn(this.#response, answer, always, this.#context.draining())
    this.#context.ownErrors.answered({
      code: error.code,
      status: answer.status,
      requestId,
      method: this.#request.method ?? 'GET',
      path,
      startedAtMs: performance.timeOrigin + this.#arrivedMs,
      durationMs: performance.now() - this.#arrivedMs,
      bytesOut: Buffer.byteLength(answer.body),
      traceparent: this.#request.headers['traceparent']?.toString() ?? null,
    })
    if (!this.#request.complete) cutLater(this.#request.socket, this.#request)
  }

  /** The answer is out, or the client has hung up: in either case nobody waits for the worker any more. */
  #closed(): void {
    this.#settled = true
    this.#cleanUp()
  }

  #cleanUp(): void {
    this.#context.admission.cancel(this)
    this.#stopEdgeTimer()
    this.#release()
    if (!this.#answerComplete || !this.#request.complete) this.#body.abandon()
    this.#hop?.abort()
  }

  #release(): void {
    this.#place?.release()
    this.#place = null
  }
}
