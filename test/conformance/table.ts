// What a table of promises is: rows, and what the service they are checked against must serve.

import type { Row } from './row.ts'

export interface Table {
  readonly name: string
  /** The score module that must be served, a folder below test/fixtures. */
  readonly module: string
  /** What it must be started with, so that the rows with limits can reach them. */
  readonly settings: Readonly<Record<string, string>> & { readonly WORKER_COUNT: string }
  readonly rows: readonly Row[]
  /** Where a container listens with these settings; default 5001. */
  readonly port?: number
}
