// The supervisor's own paths by themselves: on the socket that nginx asks, and on ports of their own.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ListenOptions } from 'node:net'
import type { CrossOrigin } from '../../runtime/cross-origin.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import { createServer } from '../../runtime/node-http.ts'
import { requestIds } from '../../runtime/request-id.ts'
import { splitTarget } from '../../runtime/request-target.ts'
import type { AnswerOwn, OwnRequest } from '../own-paths.ts'
import { type OwnAnswer, ownError, sendOwn } from './own-answer.ts'

/** In which nginx says who asks. */
const CLIENT_HEADER = 'x-scorehost-client'

export class OwnServer {
  readonly #server: Server
  readonly #answerOwn: AnswerOwn
  readonly #crossOrigin: CrossOrigin
  #draining = false

  constructor(answerOwn: AnswerOwn, crossOrigin: CrossOrigin) {
    this.#answerOwn = answerOwn
    this.#crossOrigin = crossOrigin
    this.#server = createServer((request, response) => void this.#serve(request, response))
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method = 'GET' } = request
    const { requestId, echo } = requestIds(headers)
    const { path } = splitTarget(request.url ?? '/')
    const always = { ...echo, ...this.#crossOrigin.headersFor(headers) }
    const asked = { method, path, headers, requestId, client: clientOf(request) }
    const answer = (await this.#answerOwn(asked)) ?? notHere(asked)
    sendOwn(response, answer, always, this.#draining)
  }
}

/** On the socket in the run folder, which has no address, it is nginx that asks: what clients send in the header it takes away. */
function clientOf({ socket, headers }: IncomingMessage): string | null {
  const said = headers[CLIENT_HEADER]
  if (socket.localAddress !== undefined) return socket.remoteAddress ?? null
  return typeof said === 'string' ? said : null
}

function notHere({ path, requestId }: OwnRequest): OwnAnswer {
  const error = new ScorehostError(
    'ERR_NOT_FOUND',
    `There is no path ${path} here: this port is not for scoring.`,
  )
  return ownError(path, error, requestId)
}
