// npm run bench:models: what tensors cost on their way to a model, and what batching gains; bench/README.md says how to read it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Round,
  type Standing,
  standings,
  table,
  type Verdict,
  verdicts,
  verdictText,
} from './figures.ts'
import { findLoadGenerator } from './load-generator.ts'
import { positiveInteger } from './positive-integer.ts'
import { measureRounds } from './rounds.ts'
import { prepareTrials, TRIALS, type TrialName } from './trials.ts'

const NAMES = Object.keys(TRIALS) as TrialName[] // true: the keys of the table
const USAGE = `usage: npm run bench:models -- [--trials ${NAMES}] [--seconds 3] [--rounds 5] [--json FILE]`

interface Options {
  readonly names: readonly TrialName[]
  readonly seconds: number
  readonly rounds: number
  readonly json: string | undefined
}

interface Result {
  readonly trial: TrialName
  readonly connections: number
  readonly standings: readonly Standing[]
  readonly verdicts: readonly Verdict[]
  readonly rounds: readonly Round[]
}

const options = readOptions()
if (options === null) {
  print(USAGE)
  process.exitCode = 2
} else {
  const folder = mkdtempSync(join(tmpdir(), 'scorehost-bench-'))
  try {
    await bench(options, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function bench({ names, seconds, rounds, json }: Options, folder: string): Promise<void> {
  const generator = findLoadGenerator()
  print(
    `Node ${process.version}, ${availableParallelism()} cores, ${generator.name}, ${rounds} rounds of ${seconds} s each`,
  )
  await using ground = await prepareTrials(folder, names)
  for (const note of ground.notes) print(note)
  const results: Result[] = []
  for (const name of names) {
    const { title, connections, runners, targets, requireRightAnswers } = await ground.trial(name)
    await requireRightAnswers()
    const measured = await measureRounds(generator, runners, { connections, seconds, rounds })
    const baseline = runners[0]?.name ?? ''
    const rows = standings(measured, baseline)
    const found = verdicts(rows, targets)
    print(`\n${table(rows, `${title}, ${connections} clients`, baseline)}`)
    for (const verdict of found) print(verdictText(verdict))
    results.push({ trial: name, connections, standings: rows, verdicts: found, rounds: measured })
  }
  if (json === undefined) return
  const { version: node } = process
  const setting = { node, cores: availableParallelism(), generator: generator.name, notes: ground.notes }
  writeFileSync(json, `${JSON.stringify({ ...setting, seconds, results }, null, 2)}\n`)
}

/** @returns null where a flag is not understood */
function readOptions(): Options | null {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({ options: { trials: text, seconds: text, rounds: text, json: text } })
    return {
      names: (values.trials?.split(',') ?? NAMES).map(trialName),
      seconds: positiveInteger(values.seconds ?? '3'),
      rounds: positiveInteger(values.rounds ?? '5'),
      json: values.json,
    }
  } catch (thrown) {
    print(thrown instanceof Error ? thrown.message : String(thrown))
    return null
  }
}

function trialName(text: string): TrialName {
  const found = NAMES.find(name => name === text)
  if (found === undefined) throw new RangeError(`there is no trial "${text}"`)
  return found
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
