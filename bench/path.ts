// npm run bench:path: what the scoring path costs beside a bare server, in one run; bench/README.md says how to read it.

import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { CONTESTANTS, type ContestantName, requireRightAnswer, startContest } from './contestants.ts'
import { type Round, type Standing, standings, table } from './figures.ts'
import { findLoadGenerator } from './load-generator.ts'
import { positiveInteger } from './positive-integer.ts'
import { measureRounds } from './rounds.ts'

const BASELINE = CONTESTANTS[0]

const USAGE = `usage: npm run bench:path -- [--connections 1,64] [--seconds 3] [--rounds 5] [--contestants ${CONTESTANTS}] [--json FILE]`

interface Options {
  readonly connections: readonly number[]
  readonly seconds: number
  readonly rounds: number
  readonly names: ReadonlySet<ContestantName>
  readonly json: string | undefined
}

interface Result {
  readonly connections: number
  readonly standings: readonly Standing[]
  readonly rounds: readonly Round[]
}

const options = readOptions()
if (options === null) {
  print(USAGE)
  process.exitCode = 2
} else await bench(options)

async function bench({ connections, seconds, rounds, names, json }: Options): Promise<void> {
  const generator = findLoadGenerator()
  const setting = `Node ${process.version}, ${availableParallelism()} cores, ${generator.name}`
  print(`${setting}, ${rounds} rounds of ${seconds} s each`)
  await using contest = await startContest()
  const contestants = CONTESTANTS.flatMap(name =>
    names.has(name) ? contest.contestants.filter(one => one.name === name) : [],
  )
  for (const contestant of contestants) await requireRightAnswer(contestant)
  const results: Result[] = []
  for (const count of connections) {
    const measured = await measureRounds(generator, contestants, { connections: count, seconds, rounds })
    const rows = standings(measured, BASELINE)
    print(`\n${table(rows, `${count} connections`, BASELINE)}`)
    results.push({ connections: count, standings: rows, rounds: measured })
  }
  if (json === undefined) return
  const { version: node } = process
  const written = { node, cores: availableParallelism(), generator: generator.name, seconds, results }
  writeFileSync(json, `${JSON.stringify(written, null, 2)}\n`)
}

/** @returns null where a flag is not understood */
function readOptions(): Options | null {
  const text = { type: 'string' } as const
  const flags = { connections: text, seconds: text, rounds: text, contestants: text, json: text }
  try {
    const { values } = parseArgs({ options: flags })
    const named = (values.contestants ?? CONTESTANTS.join()).split(',')
    return {
      connections: (values.connections ?? '64').split(',').map(positiveInteger),
      seconds: positiveInteger(values.seconds ?? '3'),
      rounds: positiveInteger(values.rounds ?? '5'),
      names: new Set([BASELINE, ...named.map(contestantName)]),
      json: values.json,
    }
  } catch (thrown) {
    print(thrown instanceof Error ? thrown.message : String(thrown))
    return null
  }
}

function contestantName(text: string): ContestantName {
  const found = CONTESTANTS.find(name => name === text)
  if (found === undefined) throw new RangeError(`there is no contestant "${text}"`)
  return found
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
