// The last table of a run: every target, and whether it is met.

import { markdownTable } from './markdown-table.ts'
import { spreadText } from './section.ts'
import type { Verdict } from './verdict.ts'

export interface Judged extends Verdict {
  readonly scenario: string
}

export function summaryTable(verdicts: readonly Judged[]): string {
  const header = ['scenario', 'measure', 'median (least–most)', 'target', '']
  const rows = verdicts.map(({ scenario, measure, spread, digits, target, outcome, reason }) => [
    scenario,
    measure,
    spreadText(spread, digits),
    target ?? '–',
    reason === null ? outcome : `${outcome}: ${reason}`,
  ])
  return markdownTable(header, rows, 2)
}
