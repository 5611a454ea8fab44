// The committed list of cases that are known to fail. It can only shrink: a case on it that passes is a failure too.

import { readFileSync } from 'node:fs'
import { repositoryPath } from '../support/start-runtime.ts'
import type { Outcomes } from './case-service.ts'

/** Cases that fail for the same reason. */
export interface KnownFailures {
  readonly reason: string
  /** Part of what each of them fails with. */
  readonly says: string
  readonly cases: readonly string[]
}

interface KnownFailuresFile {
  readonly asTheyAre: readonly KnownFailures[]
  /** Besides those. */
  readonly withOpenDimensions: readonly KnownFailures[]
}

export function readKnownFailures(): KnownFailuresFile {
  const text = readFileSync(repositoryPath('test/onnx/known-failures.json'), 'utf8')
  return JSON.parse(text) as KnownFailuresFile // true: as committed
}

/** What is not as listed, a line each. */
export function surprises(outcomes: Outcomes, known: readonly KnownFailures[]): string[] {
  const listed = new Map(known.flatMap(row => row.cases.map(name => [name, row] as const)))
  const unknown = [...listed.keys()].filter(name => !outcomes.has(name))
  const wrong = [...outcomes].flatMap(([name, fault]) => {
    const row = listed.get(name)
    if (row === undefined) return fault === null ? [] : `${name} fails: ${fault}`
    if (fault === null) return `${name} passes: take it off the list (${row.reason})`
    return fault.includes(row.says) ? [] : `${name} fails, but not by ${row.reason}: ${fault}`
  })
  return [...unknown.map(name => `${name} is listed, but there is no such case`), ...wrong]
}

/** How many passed, and how many are listed for which reason. */
export function summary(outcomes: Outcomes, known: readonly KnownFailures[]): string[] {
  const passed = [...outcomes.values()].filter(fault => fault === null).length
  return [
    `${passed} of ${outcomes.size} cases passed`,
    ...known.map(({ reason, cases }) => `${cases.length} listed: ${reason}`),
  ]
}
