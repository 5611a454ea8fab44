// Health by itself: on the socket that nginx asks, and on a port of its own.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ListenOptions } from 'node:net'
import type { CrossOrigin } from '../../runtime/cross-origin.ts'
import { errorAnswer } from '../../runtime/error-answer.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import { requestIds } from '../../runtime/request-id.ts'
import { splitTarget } from '../../runtime/request-target.ts'
import type { AnswerHealth } from '../health.ts'
import { type OwnAnswer, sendOwn } from './own-answer.ts'

export class HealthServer {
  readonly #server: Server
  #draining = false

  constructor(answerHealth: AnswerHealth, crossOrigin: CrossOrigin) {
    this.#server = createServer((request, response) =>
      this.#serve(request, response, answerHealth, crossOrigin),
    )
  }

  /** @throws the error of listen() */
  async listen(where: ListenOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(where, resolve)
    })
  }

  /** From now on every answer closes its connection. */
  drain(): void {
    this.#draining = true
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #serve(
    request: IncomingMessage,
    response: ServerResponse,
    answerHealth: AnswerHealth,
    crossOrigin: CrossOrigin,
  ): void {
    const { requestId, echo } = requestIds(request.headers)
    const { path } = splitTarget(request.url ?? '/')
    const answer = answerHealth(request.method ?? 'GET', path, requestId) ?? notHealth(path, requestId)
    sendOwn(response, answer, { ...echo, ...crossOrigin.headersFor(request.headers) }, this.#draining)
  }
}

function notHealth(path: string, requestId: string): OwnAnswer {
  const error = new ScorehostError(
    'ERR_NOT_FOUND',
    `There is no path ${path} here; this port has health alone.`,
  )
  return { ...errorAnswer(path, error, requestId), headers: { 'content-type': 'application/json' } }
}
