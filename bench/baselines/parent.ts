// A baseline's end of the channel to whoever started it: the benchmark, or the primary of a cluster.

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Longer than any proxy keeps an idle connection: one that is closed at the moment it is used is a failed request. */
const KEEP_ALIVE_MS = 120_000

/** Listens on a free port, or on the socket in BENCH_SOCKET, tells the parent which port, and ends with it. */
export function listenForParent(server: Server): void {
  process.once('disconnect', () => process.exit(0))
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const { BENCH_SOCKET: socket } = process.env
  const tell = () => {
    const { port } = server.address() as Partial<AddressInfo> // true: null only before it listens; a socket has no port
    process.send?.(port ?? 0)
  }
  if (socket === undefined) server.listen(0, '127.0.0.1', tell)
  else server.listen(socket, tell)
}
