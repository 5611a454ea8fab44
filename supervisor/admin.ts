// The supervisor's own door, for `scorehost status` and `scorehost reload`: HTTP on a Unix socket.

import { rm } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, request as httpRequest } from '../runtime/node-http.ts'
import { NO_REQUEST_ID } from '../runtime/request-scope.ts'
import type { ReloadOutcome } from './generations.ts'
import type { AnswerOwn } from './own-paths.ts'
import type { ServiceStatus } from './status.ts'

/**
 * A socket file and not a port: it needs no number that a platform may have taken, and only its owner may connect. It is
 * named after the public port, by which whoever asks knows the service.
 */
export function adminSocketPath(port: number | null): string {
  return join(tmpdir(), `scorehost-${port ?? 'none'}.sock`)
}

export interface AdminHandlers {
  status(): Promise<ServiceStatus>
  reload(): Promise<ReloadOutcome>
  /** Health and metrics, for a service without a public port. */
  readonly own: AnswerOwn
}

export class AdminServer {
  readonly #path: string
  readonly #server: Server

  constructor(path: string, handlers: AdminHandlers) {
    this.#path = path
    this.#server = createServer((request, response) => void answer(handlers, request, response))
  }

  /** @throws the error of listen(), for example where the temporary folder cannot be written; where another service is there */
  async start(): Promise<void> {
    // only of services without a public port there can be two of one name
    if (await isAnswered(this.#path)) throw new Error(`${this.#path} is that of another service`)
    // a file that a killed supervisor left
    await rm(this.#path, { force: true })
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#path, resolve)
    })
    this.#server.unref()
  }

  /** Removes the socket file. */
  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Whether somebody alive is behind a socket file. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path, () => resolve(true))
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy())
  })
}

async function answer(
  handlers: AdminHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const asked = `${request.method} ${request.url}`
  if (asked === 'GET /status') reply(200, await handlers.status())
  else if (asked === 'POST /reload') {
    const outcome = await handlers.reload()
    reply(outcome.ok ? 200 : 409, outcome)
  } else {
    const { method = 'GET', url: path = '/', headers } = request
    const own = await handlers.own({ method, path, headers, requestId: NO_REQUEST_ID, client: null })
    if (own !== null) response.writeHead(own.status, { ...own.headers }).end(own.body)
    else
      reply(404, {
        message: `There is no ${asked} here; there are GET /status, POST /reload, health and /metrics.`,
      })
  }
}

/**
 * Asks a running supervisor.
 *
 * @returns its answer, parsed
 * @throws the error of the connection where none runs
 */
export function askSupervisor(port: number | null, method: 'GET' | 'POST', path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { socketPath: adminSocketPath(port), method, path, agent: false },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
        })
        response.on('end', () => resolve(JSON.parse(text)))
        response.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}
