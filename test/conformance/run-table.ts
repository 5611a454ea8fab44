// Runs a table of rows against the built program or against TARGET_URL.

import { after, before, describe, it } from 'node:test'
import { type Runtime, startReady } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'
import { checkRow } from './check-row.ts'
import type { Table } from './table.ts'

/** A service that runs already, for example a container; it serves the module of TARGET_TABLE with the settings of that table. */
const targetUrl = process.env['TARGET_URL']
const targetTable = process.env['TARGET_TABLE'] ?? 'statuses'

/** Declares a test for each row. */
export function checkTable({ name, module, settings, rows }: Table): void {
  const skip = targetUrl !== undefined && name !== targetTable && `the target serves ${targetTable}`
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
