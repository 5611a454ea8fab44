// The body of a client's request as it comes in: small ones are held until they are whole, large ones are passed on.

import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'

/**
 * Up to here a body is held back, in bytes, so that a client which sends it slowly holds no place at a worker. All but a few
 * requests to score are smaller; one that is larger is passed on as it comes.
 */
const HOLD_BYTES = 65_536

export interface BodyLimits {
  readonly maxBodyBytes: number
  readonly bodyIdleTimeoutMs: number
}

export interface BodyEvents {
  /** All of it is here, and held. */
  whole(): void
  /** More than can be held is coming; it stands still until it is passed on. */
  large(): void
  /** The last of a large one has been passed on. */
  passedOn(): void
  tooLarge(): void
  /** Nothing has come for the idle timeout, though it would have been read. */
  idle(): void
  /** The worker has read nothing for the idle timeout. */
  stalled(): void
  /** The worker reads again. */
  moving(): void
}

export class IncomingBody {
  readonly #request: IncomingMessage
  readonly #limits: BodyLimits
  readonly #events: BodyEvents
  #held: Buffer[] = []
  #bytes = 0
  #target: Writable | null = null
  #isLarge = false
  #isStalled = false
  #idleTimer: NodeJS.Timeout | null = null

  constructor(request: IncomingMessage, limits: BodyLimits, events: BodyEvents) {
    this.#request = request
    this.#limits = limits
    this.#events = events
  }

  start(): void {
    const { headers } = this.#request
    const length = Number(headers['content-length'] ?? 0)
    if (length > this.#limits.maxBodyBytes) this.#events.tooLarge()
    else if (length === 0 && headers['transfer-encoding'] === undefined) this.#events.whole()
    else {
      this.#idleTimer = setTimeout(() => this.#onIdle(), this.#limits.bodyIdleTimeoutMs)
      this.#request.on('data', this.#onData)
      this.#request.once('end', this.#onEnd)
    }
  }

  /** How many bytes it has, where all of them are held; null where it is large. */
  get wholeBytes(): number | null {
    return this.#isLarge ? null : this.#bytes
  }

  /** What is held, in one piece. */
  held(): Buffer {
    const [first, ...others] = this.#held
    return first !== undefined && others.length === 0 ? first : Buffer.concat(this.#held)
  }

  /** Writes what is held, and ends the target or goes on as more comes. */
  passTo(target: Writable): void {
    for (const chunk of this.#held) target.write(chunk)
    this.#held = []
    if (!this.#isLarge) target.end()
    else {
      this.#target = target
      this.#request.pipe(target)
    }
  }

  /** Listens no longer; what still comes is read and dropped. */
  abandon(): void {
    this.#stopTimer()
    this.#held = []
    this.#request.off('data', this.#onData).off('end', this.#onEnd).unpipe()
    this.#request.resume()
  }

  #onData = (chunk: Buffer) => {
    this.#idleTimer?.refresh()
    this.#moves()
    this.#bytes += chunk.length
    if (this.#bytes > this.#limits.maxBodyBytes) this.#events.tooLarge()
    else if (this.#target === null) this.#hold(chunk)
  }

  #hold(chunk: Buffer): void {
    this.#held.push(chunk)
    if (this.#bytes <= HOLD_BYTES || this.#isLarge) return
    this.#isLarge = true
    this.#request.pause()
    this.#events.large()
  }

  #onEnd = () => {
    this.#stopTimer()
    if (this.#isLarge) this.#events.passedOn()
    else this.#events.whole()
  }

  /** A worker that does not read, or whose connection does not stand yet, is not the client's fault. */
  #onIdle(): void {
    const waitsForReader = this.#isLarge && (this.#target === null || this.#target.writableNeedDrain)
    if (!waitsForReader && !this.#isStalled) {
      this.#events.idle()
      return
    }
    this.#idleTimer?.refresh()
    if (!waitsForReader) this.#moves()
    else if (!this.#isStalled) {
      this.#isStalled = true
      this.#events.stalled()
    }
  }

  #moves(): void {
    if (!this.#isStalled) return
    this.#isStalled = false
    this.#events.moving()
  }

  #stopTimer(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.#idleTimer = null
  }
}
