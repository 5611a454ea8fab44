// A client on a bare socket, which sends what no HTTP client would.

import { connect, type Socket } from 'node:net'

export const SCORE_HEAD = 'POST /score HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'

export interface RawClient {
  readonly socket: Socket
  /** All that has come back, grows. */
  readonly received: { text: string }
}

/** Connects and sends `start`. */
export function rawClient(port: number, start: string): RawClient {
  const socket = connect(port, '127.0.0.1')
  const received = { text: '' }
  socket.on('data', chunk => {
    received.text += chunk
  })
  socket.on('error', () => {})
  socket.write(start)
  return { socket, received }
}
