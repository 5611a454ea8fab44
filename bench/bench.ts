// npm run bench: what Scorehost costs and gains beside servers without it, in one run; bench/README.md says how to read it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { endChildren } from './children.ts'
import { findNginx } from './contestants/nginx.ts'
import { findLoadGenerator } from './load-generator.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import type { Bench, Scenario } from './scenario.ts'
import { CONTESTANT_NAMES, SCENARIOS } from './scenarios.ts'
import type { Section } from './section.ts'
import { summaryTable } from './summary.ts'

/** Of a scenario, as the file has it. */
interface Result {
  readonly name: string
  readonly sections: readonly Section[]
  /** Why there are none, where it failed. */
  readonly error: string | null
}

process.once('exit', endChildren)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
await main()

async function main(): Promise<void> {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2), SCENARIOS, CONTESTANT_NAMES)
  } catch (thrown) {
    print(`${messageOf(thrown)}\n${USAGE}`)
    process.exitCode = 2
    return
  }
  if (options.isList) {
    for (const { name, title, contestants } of SCENARIOS)
      print(`${name}: ${title}\n  ${contestants.join(', ')}`)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'scorehost-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await run(options, folder)
}

async function run(options: Options, folder: string): Promise<void> {
  const { scenarios, contestants, seconds, rounds, requests, idle, json } = options
  const generator = findLoadGenerator()
  const setting = { node: process.version, cores: availableParallelism(), generator: generator.name }
  print(
    `Node ${setting.node}, ${setting.cores} cores, ${setting.generator}, ${rounds} rounds of ${seconds} s each`,
  )
  const absent = absentContestants()
  if (absent.size > 0) print(`nginx is not installed: without ${[...absent.keys()].join(', ')}`)
  const notes: string[] = []
  const bench: Bench = {
    generator,
    seconds,
    rounds,
    requests,
    idleConnections: idle,
    folder,
    chosen: contestants,
    absent,
    note(text) {
      if (notes.includes(text)) return
      notes.push(text)
      print(text)
    },
  }
  const results: Result[] = []
  for (const scenario of scenarios) {
    results.push(await measure(scenario, bench))
    // after each: one that hangs, or a terminal that is closed, does not take the others with it
    const written = { ...setting, notes, seconds, rounds, requests, idle, scenarios: results }
    writeFileSync(json, `${JSON.stringify(written, null, 2)}\n`)
  }
  const verdicts = results.flatMap(({ name, sections }) =>
    sections.flatMap(section => section.verdicts.map(verdict => ({ scenario: name, ...verdict }))),
  )
  if (verdicts.length > 0) print(`\n${summaryTable(verdicts)}`)
  const failed = results.flatMap(({ name, error }) => (error === null ? [] : `${name} failed: ${error}`))
  for (const text of failed) print(text)
  if (failed.length > 0) process.exitCode = 1
}

/** A scenario that fails measures nothing, but those after it do. */
async function measure(scenario: Scenario, bench: Bench): Promise<Result> {
  const { name } = scenario
  try {
    const sections = await scenario.measure(bench)
    for (const { table } of sections) if (table !== null) print(`\n${table}`)
    return { name, sections, error: null }
  } catch (thrown) {
    print(`\n${name} failed: ${messageOf(thrown)}`)
    return { name, sections: [], error: messageOf(thrown) }
  }
}

/** With the reason. */
function absentContestants(): ReadonlyMap<string, string> {
  if (findNginx() !== null) return new Map()
  const all = CONTESTANT_NAMES.filter(name => name.includes('nginx'))
  return new Map(all.map(name => [name, 'nginx is not installed']))
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
