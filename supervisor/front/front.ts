// What a front is: the one public door, which moves bytes between clients and workers.

import type { WorkerAddress } from '../../runtime/ipc.ts'
import type { Settings } from '../../runtime/settings.ts'

/** Of a service with a public port. */
export type PublicSettings = Settings & { readonly port: number }

/** A worker in rotation. */
export interface Upstream {
  readonly id: number
  readonly address: WorkerAddress
  /** Requests it takes at once. */
  readonly concurrency: number
}

/** What a front sees that the supervisor has to know. */
export interface FrontEvents {
  /** No answer from this worker within the scoring timeout and a second: its event loop is blocked. */
  edgeTimeout(id: number): void
}

export interface Front {
  /** How long requests may still come to a worker that was taken out of rotation. */
  readonly handoverMs: number
  /**
   * Opens the port.
   *
   * @returns the port it listens on; null where it has none
   * @throws ScorehostError ERR_ADDRESS_IN_USE, ERR_CONFIG_INVALID for an address that is not this machine's
   */
  start(): Promise<number | null>
  /** Sets the workers in rotation; a request that is under way stays where it is. */
  update(upstreams: readonly Upstream[]): void
  /** Requests that wait for a worker; null where the front cannot tell. */
  waiting(): number | null
  /** Requests in flight at a worker; null where the front cannot tell. */
  inFlight(id: number): number | null
  /** Errors that it answered itself, by code. */
  answers(): Readonly<Record<string, number>>
  /** From now on every answer closes its connection. */
  drain(): void
  /** Closes the port; settles when the last request is answered, or after the deadline, when what is left is cut. */
  stop(deadlineMs: number): Promise<void>
  /** Ends it at once, and what is in flight with it. */
  kill(): void
}
