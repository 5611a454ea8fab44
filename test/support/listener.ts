// Ports that a test holds, as another program would.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS } from './start-runtime.ts'

export interface Listener {
  readonly port: number
  /** Connections that came, other than those of {@link knock}. */
  readonly strangers: () => number
  /** Connects, and settles when this listener has greeted. @throws where another answers, or nobody */
  knock(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const GREETING = 'the listener of a test\n'

/** Listens on a port, 0 is any that is free; null where it is taken. */
export async function listenOn(port: number, host = '127.0.0.1'): Promise<Listener | null> {
  const sockets = new Set<Socket>()
  let came = 0
  let knocks = 0
  const server = createServer(socket => {
    came++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.end(GREETING)
  })
  const given = await portOf(server, port, host)
  if (given === null) return null
  return {
    port: given,
    strangers: () => came - knocks,
    async knock() {
      knocks++
      await greeted(given)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  await using listener = await listenOn(0)
  return listener?.port ?? 0
}

/** Beside the ports of the workers under test. */
const LOCK_PORT = 19_089

/** Held by a test that needs ports which others want too: 5001, 8080, 9090. Waits for its turn. */
export async function holdDefaultPorts(): Promise<AsyncDisposable> {
  for (const deadline = performance.now() + 4 * PATIENCE_MS; performance.now() < deadline; await sleep(50)) {
    const lock = await listenOn(LOCK_PORT)
    if (lock !== null) return lock
  }
  throw new Error(`port ${LOCK_PORT} stays taken`)
}

function portOf(server: Server, port: number, host: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    )
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : null)
    })
  })
}

async function greeted(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  for await (const chunk of socket.setEncoding('utf8').setTimeout(PATIENCE_MS, () => socket.destroy()))
    text += chunk
  if (text !== GREETING) throw new Error(`on port ${port} there is somebody else: ${text}`)
}
