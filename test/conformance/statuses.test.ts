// Runs the table of statuses against the built program, or against TARGET_URL.

import { after, before, describe, it } from 'node:test'
import { type Runtime, startReady } from '../support/start-runtime.ts'
import { untilWhole } from '../support/until-whole.ts'
import { checkRow } from './row.ts'
import { STATUSES, STATUSES_SETTINGS } from './statuses.ts'

/** A service that runs already, for example a container; it serves TARGET_MODULE with STATUSES_SETTINGS. */
const targetUrl = process.env['TARGET_URL']
const targetModule = process.env['TARGET_MODULE'] ?? 'behaviours'

describe('statuses', () => {
  let runtime: Runtime | null = null
  let url = targetUrl ?? ''

  before(async () => {
    if (targetUrl !== undefined) return
    runtime = await startReady({ module: 'behaviours', env: STATUSES_SETTINGS })
    url = runtime.url
  })
  after(async () => {
    await runtime?.[Symbol.asyncDispose]()
  })

  for (const row of STATUSES) {
    const skip = targetUrl !== undefined && row.module !== targetModule && `the target serves ${targetModule}`
    it(`${row.name}: ${row.expect.status}`, { skip }, async () => {
      await checkRow(row, url)
      if (row.disturbs === true) await untilWhole(url, Number(STATUSES_SETTINGS['WORKER_COUNT']))
    })
  }
})
