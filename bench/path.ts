// npm run bench:path: what the scoring path costs beside a bare server, in one run; bench/README.md says how to read it.

import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { cpuMicros } from '../test/support/process-use.ts'
import {
  BODY,
  CONTESTANTS,
  type Contestant,
  type ContestantName,
  requireRightAnswer,
  startContest,
} from './contestants.ts'
import { type Round, type Sample, type Standing, standings, table } from './figures.ts'
import { findLoadGenerator, type LoadGenerator } from './load-generator.ts'
import { requireClean } from './load-report.ts'

const BASELINE = CONTESTANTS[0]
/** Of every measurement, so that what ran before it does not matter: compiled code, grown heaps, open connections. */
const WARM_UP_SECONDS = 1

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
    const measured: Round[] = []
    for (let round = 0; round < rounds; round++)
      measured.push(await runRound(generator, alternate(contestants, round), count, seconds))
    const rows = standings(measured, BASELINE)
    print(`\n${table(rows, count)}`)
    results.push({ connections: count, standings: rows, rounds: measured })
  }
  if (json === undefined) return
  const { version: node } = process
  const written = { node, cores: availableParallelism(), generator: generator.name, seconds, results }
  writeFileSync(json, `${JSON.stringify(written, null, 2)}\n`)
}

/** Every other round the other way round, so that nobody always has the same neighbour. */
function alternate<T>(all: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? all : all.toReversed()
}

async function runRound(
  generator: LoadGenerator,
  contestants: readonly Contestant[],
  connections: number,
  seconds: number,
): Promise<Round> {
  const samples: [string, Sample][] = []
  for (const contestant of contestants)
    samples.push([contestant.name, await measure(generator, contestant, connections, seconds)])
  return Object.fromEntries(samples)
}

/** @throws Error where a request failed, or a process ended */
async function measure(
  generator: LoadGenerator,
  { name, url, pids }: Contestant,
  connections: number,
  seconds: number,
): Promise<Sample> {
  const used = () => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0)
  const load = { url, body: BODY, connections }
  requireClean(await generator.run({ ...load, seconds: WARM_UP_SECONDS }), name)
  const before = used()
  const report = await generator.run({ ...load, seconds })
  requireClean(report, name)
  return {
    requestsPerSecond: report.requestsPerSecond,
    cpuMicros: (used() - before) / report.answered,
  }
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

function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`"${text}" is no whole number above 0`)
  return value
}

function contestantName(text: string): ContestantName {
  const found = CONTESTANTS.find(name => name === text)
  if (found === undefined) throw new RangeError(`there is no contestant "${text}"`)
  return found
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
