// The node front in this process, and upstreams for it that behave as a test tells them.

import { once } from 'node:events'
import {
  type Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '../../runtime/log.ts'
import { NodeFront } from '../../supervisor/front/node-front.ts'
import { settingsOf } from './settings.ts'
import { PATIENCE_MS } from './start-runtime.ts'

export const TIMEOUT_MS = 300
const cleanUps: (() => Promise<unknown>)[] = []

/** Ends what was started; to be called after each test. */
export async function cleanUp(): Promise<void> {
  for (const end of cleanUps.splice(0)) await end()
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export async function startUpstream(
  listener: RequestListener,
): Promise<{ server: Server; address: { host: string; port: number } }> {
  const server = createServer({ keepAliveTimeout: 75_000 }, listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanUps.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { server, address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } } // true: it listens on TCP
}

/** A port that refuses connections: it was free a moment ago and nobody listens on it. */
export async function refusingAddress(): Promise<{ host: string; port: number }> {
  const { server, address } = await startUpstream(() => {})
  await new Promise(resolve => server.close(resolve))
  return address
}

export async function startFront(
  addresses: readonly { host: string; port: number }[],
  flags: Readonly<Record<string, string>> = {},
) {
  const read = settingsOf({
    flags: {
      port: '0',
      host: '127.0.0.1',
      'scoring-timeout-ms': `${TIMEOUT_MS}`,
      'log-level': 'fatal',
      ...flags,
    },
  })
  const settings = { ...read, port: 0 }
  const edgeTimeouts: number[] = []
  const front = new NodeFront(
    settings,
    () => null,
    { edgeTimeout: id => edgeTimeouts.push(id) },
    createLog(settings, {}),
    null,
  )
  const port = await front.start()
  front.update(addresses.map((address, id) => ({ id, address, concurrency: 1000 })))
  cleanUps.push(() => front.stop(0))
  return { port, edgeTimeouts, front }
}

export function ask(
  port: number,
  options: { body?: string | undefined; headers?: Record<string, string>; agent?: Agent } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, headers = {}, agent } = options
    const method = body === undefined ? 'GET' : 'POST'
    const outgoing = httpRequest(
      { port, path: '/score', method, headers, agent: agent ?? false, timeout: PATIENCE_MS },
      answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Looks again every few milliseconds: the two ends of a socket close at different times. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !holds(); await sleep(5)) {
    if (performance.now() > deadline) throw new Error(`still not so: ${what}`)
  }
}

export async function readAll(socket: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}
