// A baseline's end of the channel to the benchmark.

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on a free port, tells the parent which, and ends with it. */
export function listenForParent(server: Server): void {
  process.once('disconnect', () => process.exit(0))
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo // true: it listens on a port and not on a pipe
    process.send?.(port)
  })
}
