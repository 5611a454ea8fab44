// The commands that a README shows, with what it says comes back.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { repositoryPath } from './start-runtime.ts'

export interface ShownCommand {
  readonly command: string
  readonly answer: string
}

/** Curl lines behind `$ ` in a console block, with the lines below each. */
export function consoleCommands(readme: string): ShownCommand[] {
  const blocks = [...textOf(readme).matchAll(/```console\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  return blocks
    .flatMap(block => block.split(/^\$ /m).slice(1))
    .filter(session => session.startsWith('curl '))
    .map(session => {
      const [command = '', ...lines] = session.split('\n')
      return { command, answer: lines.join('\n') }
    })
}

/** Curl lines that are a block of their own, each with the JSON block that follows after "answers". */
export function answeredCommands(readme: string): ShownCommand[] {
  const blocks = textOf(readme).matchAll(/```sh\n(curl .*)\n```\n\nanswers\n\n```json\n([\s\S]*?)```/g)
  return [...blocks].map(([, command = '', answer = '']) => ({ command, answer }))
}

/** Runs a line as a newcomer would copy it, in the sample's folder. */
export async function runLine(line: string, cwd?: string): Promise<string> {
  return (await promisify(execFile)('sh', ['-c', line], { cwd })).stdout
}

/** Request ids differ from run to run, the last digits of a probability from processor to processor. */
export function comparable(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
    .replace(/\d+\.\d+(e-\d+)?/g, number => Number(number).toPrecision(3))
    .trim()
}

function textOf(readme: string): string {
  return readFileSync(repositoryPath(readme), 'utf8')
}
