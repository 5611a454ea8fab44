// Clients that hang up.

import { setTimeout as sleep } from 'node:timers/promises'
import { rawClient, SCORE_HEAD } from './raw-client.ts'

/** Small ones and larger ones go through the node front by different ways. */
const BODIES = ['', ' '.repeat(20_000)].map(space => JSON.stringify({ do: 'untilAborted' }) + space)

/** A quarter of the clients hang up while their body is coming, the others while run() works on it. */
export async function hangUp(port: number, clients: number): Promise<void> {
  const sockets = Array.from({ length: clients }, (_, index) => {
    const body = BODIES[index % 3 === 0 ? 1 : 0] ?? ''
    const half = index % 4 === 0 ? body.slice(0, 10) : body
    return rawClient(port, `${SCORE_HEAD}content-length: ${body.length}\r\n\r\n${half}`).socket
  })
  await sleep(20)
  for (const socket of sockets) socket.destroy()
}
