// The report of a soak, as text.

import type { Traffic, Verdict } from './verdict.ts'

/** What the processes use at one moment, the supervisor first. */
export interface Usage {
  readonly process: string
  readonly rssBytes: number
  readonly openFiles: number
}

export interface SoakResult {
  readonly seed: number
  readonly minutes: number
  readonly traffic: Traffic
  readonly verdict: Verdict
  readonly faults: Readonly<Record<string, number>>
  /** Deaths of workers, by reason. */
  readonly restarts: Readonly<Record<string, number>>
  readonly before: readonly Usage[]
  readonly after: readonly Usage[]
}

export function report(result: SoakResult): string {
  const { traffic, verdict } = result
  const { unexplained } = verdict
  return [
    `seed ${result.seed}, ${result.minutes} minutes`,
    '',
    ...rows({ sent: traffic.sent, answered: verdict.answered, lost: verdict.lost }),
    '',
    ...section('outcomes', traffic.counts),
    ...section('faults', result.faults),
    ...section('worker restarts', result.restarts),
    ...usage('at the start', result.before),
    ...usage('at the end', result.after),
    unexplained.length === 0 ? 'every answer is explained' : `NOT EXPLAINED: ${unexplained.join(', ')}`,
    verdict.lost === 0 ? 'no request was lost' : `LOST: ${verdict.lost}`,
  ].join('\n')
}

function section(title: string, counts: Readonly<Record<string, number>>): string[] {
  return [title, ...rows(counts), '']
}

function rows(counts: Readonly<Record<string, number>>): string[] {
  const width = Math.max(...Object.keys(counts).map(key => key.length))
  return Object.entries(counts)
    .toSorted()
    .map(([key, count]) => `  ${key.padEnd(width)} ${String(count).padStart(8)}`)
}

function usage(title: string, processes: readonly Usage[]): string[] {
  const lines = processes.map(
    ({ process, rssBytes, openFiles }) =>
      `  ${process.padEnd(12)} ${(rssBytes / 1024 ** 2).toFixed(1).padStart(7)} MiB ${String(openFiles).padStart(5)} open files`,
  )
  return [title, ...lines, '']
}
