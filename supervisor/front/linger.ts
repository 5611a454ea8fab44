// Closes the connection of a client that was refused while it may still be sending.

import type { Socket } from 'node:net'

const LINGER_MS = 5000

/**
 * Cuts the connection after a while, unless the client closes it before or `until` says that it sends no more.
 *
 * A close at once would reset a client that still sends, and it would never read its answer.
 */
export function cutLater(
  socket: Socket,
  until?: { once(event: 'close', listener: () => void): unknown },
): void {
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  const stop = () => clearTimeout(cut)
  socket.once('close', stop)
  until?.once('close', stop)
}
