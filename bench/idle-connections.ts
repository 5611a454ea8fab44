// A program: opens connections, has one request answered on each, and keeps them. Arguments are the address, the body and how
// many; it says to its parent when they are open, and again whenever it is asked how many still are.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** At a time: no server's backlog is to overflow. */
const OPENING = 32

const [address = '', body = '', count = '0'] = process.argv.slice(2)
const { hostname, port, host, pathname } = new URL(address)
const REQUEST = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

process.once('disconnect', () => process.exit(0))
const open = new Set<Socket>()
let left = Number(count)
await Promise.all(Array.from({ length: OPENING }, openSome))
process.on('message', () => process.send?.(open.size))
process.send?.(open.size)

async function openSome(): Promise<void> {
  while (left-- > 0) {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(REQUEST)
    await answered(socket)
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // without a reader the end of the other side would not be seen
    socket.resume()
  }
}

/** @throws Error where the answer is not 200, or has no length */
async function answered(socket: Socket): Promise<void> {
  let text = ''
  for (;;) {
    const [chunk] = await once(socket, 'data')
    text += chunk
    const headEnd = text.indexOf('\r\n\r\n')
    if (headEnd < 0) continue
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd + 2)) ?? []
    if (!text.startsWith('HTTP/1.1 200') || length === undefined) throw new Error(`not as expected: ${text}`)
    if (Buffer.byteLength(text) >= Buffer.byteLength(text.slice(0, headEnd + 4)) + Number(length)) return
  }
}
