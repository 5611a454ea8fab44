// One promise of the HTTP interface: a request and what its answer must be.

import type { OutgoingHttpHeaders } from 'node:http'

export interface Row {
  readonly name: string
  readonly contract: string
  /** Where the rule is written down. */
  readonly source: string
  /** The score module that must be served, a folder below test/fixtures. */
  readonly module: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers?: OutgoingHttpHeaders
    readonly body?: string | Uint8Array
  }
  readonly expect: {
    readonly status: number
    /** Each must be there with this value, or match it. */
    readonly headers?: Readonly<Record<string, string | RegExp>>
    /** The text as it is, or parsed: every field named here must have this value, or match it. */
    readonly text?: string | RegExp
    /** The body's bytes. */
    readonly bytes?: Uint8Array
    readonly json?: unknown
    /** Pieces that must not be anywhere in the body. */
    readonly without?: readonly string[]
  }
  /** The request takes a worker down: others wait until the service is whole again. */
  readonly disturbs?: boolean
}
