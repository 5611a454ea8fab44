// A port for a program that has to be told which.

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Free on 127.0.0.1 a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // true: it listens on a port and not on a pipe
  server.close()
  await once(server, 'close')
  return port
}
