// A table of rows, run against the built program or against TARGET_URL.

import { after, before, describe, it } from 'node:test'
import { type Runtime, startReady } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'
import { checkRow, type Row } from './row.ts'

export interface Table {
  readonly name: string
  /** The score module that must be served, a folder below test/fixtures. */
  readonly module: string
  /** What it must be started with, so that the rows with limits can reach them. */
  readonly settings: Readonly<Record<string, string>> & { readonly WORKER_COUNT: string }
  readonly rows: readonly Row[]
}

/** A service that runs already, for example a container; it serves TARGET_MODULE with the settings of its table. */
const targetUrl = process.env['TARGET_URL']
const targetModule = process.env['TARGET_MODULE'] ?? 'behaviours'

/** Declares a test for each row. */
export function checkTable({ name, module, settings, rows }: Table): void {
  const skip = targetUrl !== undefined && module !== targetModule && `the target serves ${targetModule}`
  describe(name, { skip }, () => {
    let runtime: Runtime | null = null
    let url = targetUrl ?? ''

    before(async () => {
      if (targetUrl !== undefined) return
      runtime = await startReady({ module, env: settings })
      url = runtime.url
    })
    after(async () => {
      await runtime?.[Symbol.asyncDispose]()
    })

    for (const row of rows) {
      it(`${row.name}: ${row.expect.status}`, async () => {
        await checkRow(row, url)
        if (row.disturbs === true) await untilWhole(url, Number(settings.WORKER_COUNT))
      })
    }
  })
}
