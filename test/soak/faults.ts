// Does the faults to a running service.

import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { hangUp } from '../support/hang-up.ts'
import { codeOf, type Outcome, startLoad } from '../support/load.ts'
import { rawClient, SCORE_HEAD } from '../support/raw-client.ts'
import { PATIENCE_MS, type Runtime } from '../support/start-runtime.ts'
import { type PlannedFault, pick } from './fault-schedule.ts'

/** Workers that take 8 each, and a queue of 32. */
const BURST_CLIENTS = 200
const HANGING_CLIENTS = 20
const DRIP_MS = 50

/** Of a fault's own requests whose clients wait for the answer. */
export interface FaultTraffic {
  readonly sent: number
  readonly outcomes: readonly Outcome[]
}

const NONE: FaultTraffic = { sent: 0, outcomes: [] }

/** Does one fault; settles when its own requests are over. */
export async function commit(runtime: Runtime, { kind, choice }: PlannedFault): Promise<FaultTraffic> {
  switch (kind) {
    case 'kill':
      await killWorker(runtime, choice)
      return NONE
    case 'reload':
      runtime.process.kill('SIGHUP')
      return NONE
    case 'loop':
      return sendOnce(runtime, 1, { do: 'loop' })
    case 'burst':
      return sendOnce(runtime, BURST_CLIENTS, { do: 'sleep', ms: 100 })
    case 'hang up':
      await hangUp(runtime.port, HANGING_CLIENTS)
      return NONE
    case 'slow client':
      return { sent: 1, outcomes: [await drip(runtime.port)] }
  }
}

/** One request from each client. */
async function sendOnce({ url }: Runtime, clients: number, input: object): Promise<FaultTraffic> {
  const load = startLoad(url, clients, JSON.stringify(input))
  const outcomes = await load.stop()
  return { sent: load.sent, outcomes }
}

/** Any of them: one that serves, one in init(), one that drains. */
async function killWorker(runtime: Runtime, choice: number): Promise<void> {
  const [first, ...others] = (await runtime.status()).workers.flatMap(({ pid }) => pid ?? [])
  if (first === undefined) return
  try {
    process.kill(pick([first, ...others], choice), 'SIGKILL')
  } catch {
    // it ended by itself since the status was read
  }
}

/** A request whose body comes a byte at a time. */
async function drip(port: number): Promise<Outcome> {
  const body = JSON.stringify({ do: 'echo', value: 'slow but sure' })
  const start = `${SCORE_HEAD}connection: close\r\ncontent-length: ${body.length}\r\n\r\n`
  const { socket, received } = rawClient(port, start)
  const closed = once(socket, 'close')
  const deadline = setTimeout(() => socket.destroy(), PATIENCE_MS)
  for (const byte of body) {
    await sleep(DRIP_MS)
    if (socket.writable) socket.write(byte)
  }
  await closed
  clearTimeout(deadline)
  const [, status, text = ''] = /^HTTP\/1\.1 (\d+) [\s\S]*?\r\n\r\n([\s\S]+)$/.exec(received.text) ?? []
  if (status === undefined) return { status: 0, code: 'slow client without an answer', closes: false }
  return { status: Number(status), code: status === '200' ? null : codeOf(text), closes: true }
}
