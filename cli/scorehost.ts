#!/usr/bin/env node
// The command line: finds the command, runs it, turns its errors into an exit code.

import { basename } from 'node:path'
import { describeThrown, ERRORS, ScorehostError } from '../runtime/errors.ts'
import { EXIT_INTERNAL } from '../runtime/exit-codes.ts'
import { nearest } from '../runtime/nearest.ts'
import { ownVersion } from '../runtime/version.ts'
import type { Command } from './command.ts'

/** Each is loaded when it is asked for: what `check` needs would cost a service 30 ms and its memory. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['init', async () => (await import('./init.ts')).init],
  ['check', async () => (await import('./check.ts')).check],
  ['serve', async () => (await import('./serve.ts')).serve],
  ['status', async () => (await import('./running.ts')).status],
  ['reload', async () => (await import('./running.ts')).reload],
  ['config', async () => (await import('./config.ts')).config],
  ['prepare', async () => (await import('./prepare.ts')).prepare],
  ['replicas', async () => (await import('./replicas.ts')).replicas],
])

async function overview(): Promise<string> {
  const load = async ([name, command]: readonly [string, () => Promise<Command>]) =>
    `  ${name.padEnd(10)}${(await command()).summary}`
  const rows = await Promise.all([...COMMANDS].map(load))
  return `Usage: scorehost <command> [settings]

${rows.join('\n')}

  scorehost <command> --help says more; scorehost --version prints the version.
`
}

async function main([name = '--help', ...words]: string[]): Promise<number | null> {
  if (name === '--version' || name === '-v') return print(`${ownVersion()}\n`)
  if (name === '--help' || name === '-h' || name === 'help') {
    const command = await COMMANDS.get(words[0] ?? '')?.()
    return print(command?.help() ?? (await overview()))
  }
  const command = await COMMANDS.get(name)?.()
  if (command === undefined) {
    const near = nearest(name, [...COMMANDS.keys()])
    const hint = near === null ? `commands are ${[...COMMANDS.keys()].join(', ')}` : `did you mean ${near}?`
    throw new ScorehostError('ERR_CONFIG_INVALID', `unknown command "${name}"; ${hint}`)
  }
  if (words.includes('--help') || words.includes('-h')) return print(command.help())
  return command.run(words)
}

/** A platform that starts `serve` finds a link of that name to this file. */
function words(): string[] {
  const [, program = '', ...rest] = process.argv
  return basename(program) === 'serve' ? ['serve', ...rest] : rest
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

try {
  const exitCode = await main(words())
  if (exitCode !== null) process.exitCode = exitCode
} catch (thrown) {
  const known = thrown instanceof ScorehostError
  process.stderr.write(`scorehost: ${known ? `${thrown.code}: ${thrown.message}` : describeThrown(thrown)}\n`)
  process.exit(known ? (ERRORS[thrown.code].exitCode ?? 3) : EXIT_INTERNAL)
}
