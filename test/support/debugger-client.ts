// A debugger, as far as tests need one: speaks Chrome's DevTools protocol with a worker's inspector.

import { once } from 'node:events'

/** The parts of WebSocket that are used; Node has it from 22 on, the declarations are those of Node 20. */
interface Socket extends EventTarget {
  send(text: string): void
  close(): void
}

type SocketClass = new (url: string) => Socket

interface ProtocolMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
}

/** False on Node 20. */
export const HAS_WEB_SOCKET = 'WebSocket' in globalThis

/** What the inspector says may be debugged: one target, the worker. */
export async function debugTargets(
  port: number,
): Promise<readonly { readonly webSocketDebuggerUrl: string }[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`)
  return JSON.parse(await answer.text())
}

export class DebuggerClient {
  readonly #socket: Socket
  readonly #messages = new EventTarget()
  /** Settles when the other end closes the connection. */
  readonly gone: Promise<unknown>
  #nextId = 1

  private constructor(socket: Socket) {
    this.#socket = socket
    this.gone = once(socket, 'close')
    socket.addEventListener('message', event => {
      // true: a message of the protocol is JSON text
      const message: ProtocolMessage = JSON.parse((event as Event & { data: string }).data)
      const name = message.method ?? `answer ${message.id}`
      this.#messages.dispatchEvent(Object.assign(new Event(name), { message }))
    })
  }

  static async attach(port: number): Promise<DebuggerClient> {
    const [target] = await debugTargets(port)
    const { WebSocket } = globalThis as unknown as { WebSocket: SocketClass } // true: HAS_WEB_SOCKET was asked
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
    await once(socket, 'open')
    const client = new DebuggerClient(socket)
    await client.send('Debugger.enable')
    return client
  }

  async send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = this.#nextId++
    const answer = this.next(`answer ${id}`)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return (await answer).result ?? {}
  }

  /** The next event of this name. */
  async next(name: string): Promise<ProtocolMessage> {
    const [event] = await once(this.#messages, name)
    return event.message
  }

  close(): void {
    this.#socket.close()
  }
}
