// The benchmark's command line.

import { parseArgs } from 'node:util'
import { repositoryPath } from '../test/support/start-runtime.ts'
import { positiveInteger } from './positive-integer.ts'
import type { Scenario } from './scenario.ts'

export const USAGE =
  'usage: npm run bench -- [--scenarios a,b,…] [--contestants a,b,…] [--seconds 3] [--rounds 5] [--requests 1000000] [--idle 5000] [--json FILE] [--list]'

export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly contestants: ReadonlySet<string>
  /** Of one measurement. */
  readonly seconds: number
  readonly rounds: number
  /** Of the memory scenario. */
  readonly requests: number
  /** Idle connections. */
  readonly idle: number
  /** Path of the file for the results. */
  readonly json: string
  /** Only say what there is. */
  readonly isList: boolean
}

/** @throws Error where a flag is not understood: it says which, and why */
export function readOptions(
  words: readonly string[],
  scenarios: readonly Scenario[],
  contestants: readonly string[],
): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...words],
    options: {
      scenarios: text,
      contestants: text,
      seconds: text,
      rounds: text,
      requests: text,
      idle: text,
      json: text,
      list: { type: 'boolean' },
    },
  })
  return {
    scenarios: named(values.scenarios, scenarios, ({ name }) => name, 'scenario'),
    contestants: new Set(named(values.contestants, contestants, name => name, 'contestant')),
    seconds: positiveInteger(values.seconds ?? '3'),
    rounds: positiveInteger(values.rounds ?? '5'),
    requests: positiveInteger(values.requests ?? '1000000'),
    idle: positiveInteger(values.idle ?? '5000'),
    json: values.json ?? repositoryPath('bench/results.json'),
    isList: values.list ?? false,
  }
}

/** Those of all that a flag names, in their own order; all where there is no flag. */
function named<T>(
  flag: string | undefined,
  all: readonly T[],
  nameOf: (one: T) => string,
  kind: string,
): T[] {
  if (flag === undefined) return [...all]
  const names = flag.split(',')
  const unknown = names.find(name => all.every(one => nameOf(one) !== name))
  if (unknown !== undefined)
    throw new RangeError(`there is no ${kind} "${unknown}"; there are ${all.map(nameOf).join(', ')}`)
  return all.filter(one => names.includes(nameOf(one)))
}
