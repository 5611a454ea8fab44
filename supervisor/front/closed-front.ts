// The front of a service without a public port: its score module fetches its work itself, from a queue say.

import type { Front } from './front.ts'

export class ClosedFront implements Front {
  readonly handoverMs = 0

  async start(): Promise<null> {
    return null
  }

  update(): void {}

  waiting(): number {
    return 0
  }

  /** The workers count what they do. */
  inFlight(): null {
    return null
  }

  answers(): Readonly<Record<string, number>> {
    return {}
  }

  drain(): void {}

  async stop(): Promise<void> {}

  kill(): void {}
}
