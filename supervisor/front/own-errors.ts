// The errors that a front answered itself: counted, and, where it is asked for, a line of the access log and a span each.

import { AccessLog } from '../../runtime/access-log.ts'
import type { ErrorCode } from '../../runtime/errors.ts'
import type { RequestObserver, RequestRecord } from '../../runtime/request-record.ts'
import type { FrontAnswer } from '../../runtime/request-trace.ts'
import type { Settings } from '../../runtime/settings.ts'
import type { FrontTraces } from '../front-traces.ts'

/** What metrics and log call the route of what a front answered: it looks for none. */
const ROUTE = 'front'
const NOT_RUN = { queueMs: null, runMs: null }

/** What a front knows of a request that it answered itself. */
export interface OwnError extends FrontAnswer {
  /** Of the answer's body. */
  readonly bytesOut: number
}

export class OwnErrors {
  readonly #counts: Record<string, number> = {}
  readonly #observer: RequestObserver | null
  readonly #traces: FrontTraces | null

  constructor(settings: Settings, traces: FrontTraces | null) {
    this.#traces = traces
    const fields = { process: 'supervisor', pid: process.pid }
    this.#observer = settings.accessLog ? new AccessLog(settings, fields) : null
  }

  /** By code. */
  get byCode(): Readonly<Record<string, number>> {
    return this.#counts
  }

  /** Of what was no request. */
  add(code: ErrorCode): void {
    this.#counts[code] = (this.#counts[code] ?? 0) + 1
  }

  answered(error: OwnError): void {
    this.add(error.code)
    this.#traces?.add(error)
    const record: RequestRecord = { ...error, route: ROUTE, aborted: false, timing: NOT_RUN, bytesIn: 0 }
    this.#observer?.ended(record)
  }
}
