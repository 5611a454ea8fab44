// A request's body under a test's control: a client that sends when told, a worker that reads when told, a clock.

import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { PassThrough, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { type BodyEvents, IncomingBody } from '../../supervisor/front/incoming-body.ts'

export const MAX_BODY_BYTES = 1_000_000
export const IDLE_MS = 1000

/** What streams have to say they have said. */
export const settled = () => new Promise(resolve => setImmediate(resolve))

/** Every byte tells where it belongs, so that a lost or a moved one shows. */
export function pattern(bytes: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: Math.ceil(bytes / 4) }, (_, index) => index).buffer, 0, bytes)
}

interface Timer {
  readonly callback: () => void
  readonly ms: number
  atMs: number
}

/** In place of setTimeout: the mock of node:test does not know refresh(). */
export class Clock {
  readonly #timers = new Set<Timer>()
  #nowMs = 0

  constructor(t: TestContext) {
    t.mock.method(globalThis, 'setTimeout', (callback: () => void, ms: number) => {
      const timer = { callback, ms, atMs: this.#nowMs + ms, refresh: () => this.#start(timer) }
      this.#start(timer)
      return timer
    })
    t.mock.method(globalThis, 'clearTimeout', (timer: Timer) => this.#timers.delete(timer))
  }

  /** Timers that have yet to fire. */
  get pending(): number {
    return this.#timers.size
  }

  tick(ms: number): void {
    this.#nowMs += ms
    for (const timer of this.#timers) {
      if (timer.atMs > this.#nowMs) continue
      this.#timers.delete(timer)
      timer.callback()
    }
  }

  #start(timer: Timer): void {
    timer.atMs = this.#nowMs + timer.ms
    this.#timers.add(timer)
  }
}

/** Takes one piece, and the next when it is told that this one is read. */
export class Worker extends Writable {
  readonly pieces: Buffer[] = []
  /** How often something was written though it had asked to wait. */
  overruns = 0
  #read: (() => void) | null = null
  #eager: boolean

  constructor(reads: 'at once' | 'when told', highWaterMark = 16_384) {
    super({ highWaterMark })
    this.#eager = reads === 'at once'
  }

  get received(): Buffer {
    return Buffer.concat(this.pieces)
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(piece)
    if (this.#eager) setImmediate(done)
    else this.#read = done
  }

  /** Reads all that is there, and from now on whatever comes. */
  async readOn(): Promise<void> {
    const drained = once(this, 'drain')
    this.#eager = true
    this.#read?.()
    this.#read = null
    await drained
    await settled()
  }

  /** Takes one more piece and does not ask for the next. */
  stop(): void {
    this.#eager = false
  }

  /** From now on counts what is written while it has asked to wait. */
  watch(): this {
    const write = this.write.bind(this)
    // true: pipe() writes pieces alone, without encoding and callback
    this.write = ((piece: Buffer) => {
      if (this.writableNeedDrain) this.overruns++
      return write(piece)
    }) as Writable['write']
    return this
  }
}

/** A body, who sends it, and what it has told. */
export function upload(headers: IncomingHttpHeaders = { 'transfer-encoding': 'chunked' }) {
  const client = new PassThrough()
  // true as far as a body looks: at the headers, and at the stream
  const request = Object.assign(client, { headers }) as unknown as IncomingMessage
  const told: (keyof BodyEvents)[] = []
  const tell = (event: keyof BodyEvents) => () => void told.push(event)
  const body = new IncomingBody(
    request,
    { maxBodyBytes: MAX_BODY_BYTES, bodyIdleTimeoutMs: IDLE_MS },
    {
      whole: tell('whole'),
      large: tell('large'),
      passedOn: tell('passedOn'),
      tooLarge: () => {
        told.push('tooLarge')
        body.abandon() // as the exchange does
      },
      idle: tell('idle'),
      stalled: tell('stalled'),
      moving: tell('moving'),
    },
  )
  body.start()
  /** Sends a piece, and sees to it that it has been taken in if it is going to be. */
  const send = async (piece: Buffer) => {
    client.write(piece)
    await settled()
  }
  const end = async () => {
    client.end()
    await settled()
  }
  return { client, body, told, send, end }
}
