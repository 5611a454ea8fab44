// A gateway in front of the service, which knows nothing but its path and takes that away before it sends a request on.

import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Gateway {
  readonly url: string
  [Symbol.asyncDispose](): Promise<void>
}

/** @param path Below which the service is. */
export async function startGateway(port: number, path: string): Promise<Gateway> {
  const server = createServer((request, response) => {
    const { method, headers, url = '' } = request
    if (!url.startsWith(path)) {
      response.writeHead(404).end('not a path of the gateway')
      return
    }
    const inner = url.slice(path.length)
    const onward = httpRequest({ host: '127.0.0.1', port, method, path: inner, headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port: own } = server.address() as AddressInfo // true: it listens on TCP
  return {
    url: `http://127.0.0.1:${own}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(resolve)
      })
    },
  }
}
