// What whoever started the supervisor hears of it.

import type { Failure } from './worker-handle.ts'

export interface ReadyReport {
  /** Null where it has none. */
  readonly port: number | null
  /** JSON text of an input that works, null where the score module names none. */
  readonly sampleJson: string | null
}

export interface SupervisorEvents {
  /** Every worker is ready for the first time. */
  ready(report: ReadyReport): void
  /** The first start failed; nothing runs any more. */
  failed(failure: Failure): void
}
