// One table of a scenario: who was measured, what it says, and the verdicts on it.

import { type Round, type Spread, type Standing, standings } from './figures.ts'
import { markdownTable } from './markdown-table.ts'
import { type MeasureName, measureOf } from './measures.ts'
import { judge, type Target, type Verdict } from './verdict.ts'

export interface Column {
  readonly measure: MeasureName
  /** A further column, of ratios to the baseline. */
  readonly hasRatio: boolean
}

export interface SectionPlan {
  readonly title: string
  readonly baseline: string
  readonly columns: readonly Column[]
  readonly targets: readonly Target[]
}

export interface Section {
  readonly title: string
  readonly baseline: string
  readonly rounds: readonly Round[]
  readonly standings: readonly Standing[]
  readonly verdicts: readonly Verdict[]
  /** Markdown; null where nobody was measured. */
  readonly table: string | null
}

/** Of those whom a load generator asks. */
export const LOAD_COLUMNS: readonly Column[] = [
  { measure: 'requestsPerSecond', hasRatio: true },
  { measure: 'cpuMicros', hasRatio: true },
  { measure: 'p50Micros', hasRatio: false },
  { measure: 'p99Micros', hasRatio: false },
]

/** @param absent Contestants that cannot be there, with the reason. */
export function makeSection(
  { title, baseline, columns, targets }: SectionPlan,
  rounds: readonly Round[],
  absent: ReadonlyMap<string, string>,
): Section {
  const rows = standings(rounds, baseline)
  return {
    title,
    baseline,
    rounds,
    standings: rows,
    verdicts: targets.flatMap(target => judge(target, rounds, absent) ?? []),
    table: rows.length === 0 ? null : standingsTable(rows, title, baseline, columns),
  }
}

/** Columns that nobody has a value in are left out. */
export function standingsTable(
  rows: readonly Standing[],
  title: string,
  baseline: string,
  columns: readonly Column[],
): string {
  const shown = columns.filter(({ measure }) => rows.some(row => row.values[measure] !== undefined))
  const header = shown.flatMap(({ measure, hasRatio }) => [
    measureOf(measure).title,
    ...(hasRatio ? [`× ${baseline}`] : []),
  ])
  const cells = rows.map(({ name, values, ratios }) => [
    name,
    ...shown.flatMap(({ measure, hasRatio }) => [
      values[measure]?.median.toFixed(measureOf(measure).digits) ?? '–',
      ...(hasRatio ? [spreadText(ratios[measure] ?? null, 2)] : []),
    ]),
  ])
  return markdownTable([title, ...header], cells, 1)
}

export function spreadText(spread: Spread | null, digits: number): string {
  if (spread === null) return '–'
  const { median, least, most } = spread
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}
