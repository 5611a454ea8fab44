// The way from the front to a worker and back, as an exchange sees it, whoever goes it.

import type { Writable } from 'node:stream'

/** A request on its way. */
export interface Hop {
  /** Gives it up; of one that is answered nothing is left to give up. */
  abort(): void
  /** Nothing more of the answer is wanted, until it is resumed. */
  pause(): void
  resume(): void
}

/** What becomes of it; after an error, or the end, nothing does. */
export interface HopEvents {
  begun(hop: Hop): void
  /**
   * A connection to the worker stands: from here on it may run the request.
   *
   * @param body Where the body is to be written, and ended; null where it has been taken along.
   */
  connected(body: Writable | null): void
  /**
   * The head of the answer.
   *
   * @param headers Names and values in turns, as they came.
   */
  head(status: number, reason: string, headers: readonly string[]): void
  piece(bytes: Buffer): void
  end(): void
  /** The connection was refused, reset, or ended early, be it in the middle of the answer. */
  error(error: NodeJS.ErrnoException): void
}

/** Idle connections to workers are ended after this; one that is in use is never cut by it. */
export const IDLE_CONNECTION_MS = 60_000
