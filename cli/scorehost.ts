#!/usr/bin/env node
// The command line: finds the command, runs it, turns its errors into an exit code.

import { basename } from 'node:path'
import { describeThrown, ERRORS, ScorehostError } from '../runtime/errors.ts'
import { EXIT_INTERNAL } from '../runtime/exit-codes.ts'
import { nearest } from '../runtime/nearest.ts'
import { ownVersion } from '../runtime/version.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { config } from './config.ts'
import { init } from './init.ts'
import { prepare } from './prepare.ts'
import { replicas } from './replicas.ts'
import { reload, status } from './running.ts'
import { serve } from './serve.ts'

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['init', init],
  ['check', check],
  ['serve', serve],
  ['status', status],
  ['reload', reload],
  ['config', config],
  ['prepare', prepare],
  ['replicas', replicas],
])

function overview(): string {
  const rows = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  return `Usage: scorehost <command> [settings]

${rows.join('\n')}

  scorehost <command> --help says more; scorehost --version prints the version.
`
}

async function main([name = '--help', ...words]: string[]): Promise<number | null> {
  if (name === '--version' || name === '-v') return print(`${ownVersion()}\n`)
  if (name === '--help' || name === '-h' || name === 'help')
    return print(COMMANDS.get(words[0] ?? '')?.help() ?? overview())
  const command = COMMANDS.get(name)
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
