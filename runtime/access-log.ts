// One line of the log for each request that a worker answered. Probes never come to a worker.

import { bufferedLog, type Log } from './log.ts'
import type { RequestObserver, RequestRecord } from './request-record.ts'
import type { Settings } from './settings.ts'

export class AccessLog implements RequestObserver {
  readonly #log: Log

  /** @param fields What every line carries. */
  constructor(settings: Settings, fields: Record<string, unknown>) {
    // it was asked for, whatever else is to be written
    this.#log = bufferedLog({ ...settings, logLevel: 'info' }, fields)
  }

  ended(record: RequestRecord): void {
    const {
      requestId,
      method,
      path,
      route,
      status,
      code,
      aborted,
      durationMs,
      timing,
      bytesIn,
      bytesOut,
      trace,
    } = record
    this.#log.info(
      {
        requestId,
        ...trace,
        method,
        path,
        route,
        status,
        ...(code === null ? {} : { code }),
        ...(aborted ? { aborted } : {}),
        durationMs: rounded(durationMs),
        queueMs: rounded(timing.queueMs),
        runMs: rounded(timing.runMs),
        bytesIn,
        bytesOut,
      },
      `${method} ${path} ${aborted ? 'aborted' : status}`,
    )
  }
}

/** To microseconds. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000
}
