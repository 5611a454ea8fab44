// scorehost init: writes a score module to start from, with all that belongs around it.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { ScorehostError } from '../runtime/errors.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command.ts'

/** In the source, also beside the built program: tsc does not copy what it does not compile. */
const TEMPLATES = new URL('../../cli/templates/', import.meta.url)
const PUBLIC_TYPES = new URL('../runtime/score-api.d.ts', import.meta.url)

export const init: Command = {
  summary: 'Write a score module to start from.',
  help: () => `Usage: scorehost init [folder]

Writes a score module in TypeScript into the folder (default: this one), with its types, a request to try, a Dockerfile and
a README. Overwrites nothing: where one of the files is there already, it writes none, and the exit code is 2.
`,
  async run(words) {
    const { flags, operand } = readArguments(words, { operand: 'a folder' })
    const [flag] = Object.keys(flags)
    if (flag !== undefined) throw invalid(`unknown flag --${flag}; scorehost init takes none`)
    const folder = resolve(operand ?? '.')
    const files = starterFiles()
    refuseToOverwrite(folder, [...files.keys()])
    mkdirSync(folder, { recursive: true })
    // wx: what has come into being since then is not overwritten either
    for (const [name, text] of files) writeFileSync(join(folder, name), text, { flag: 'wx' })
    process.stdout.write(nextSteps(folder, [...files.keys()]))
    return 0
  },
}

/** Text by name. */
function starterFiles(): ReadonlyMap<string, string> {
  const names = readdirSync(TEMPLATES).toSorted()
  const templates = names.map(name => [name, readFileSync(new URL(name, TEMPLATES), 'utf8')] as const)
  return new Map([...templates, ['scorehost.d.ts', ambientTypes(readFileSync(PUBLIC_TYPES, 'utf8'))]])
}

/** The package's declarations for a module that has no node_modules to find them in. */
function ambientTypes(declarations: string): string {
  const inside = declarations
    .replace(/^(export )declare /gm, '$1')
    .trimEnd()
    .replace(/^(?=.)/gm, '  ')
  return `// The types of 'scorehost', for the editor. Made by \`scorehost init\`; a newer Scorehost makes it anew.

declare module 'scorehost' {
${inside}
}
`
}

function refuseToOverwrite(folder: string, names: readonly string[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw invalid(`${folder} is no folder`)
  const there = names.filter(name => existsSync(join(folder, name)))
  if (there.length > 0)
    throw invalid(`${folder} has ${there.join(', ')} already; nothing was written, choose another folder`)
}

function nextSteps(folder: string, names: readonly string[]): string {
  const path = relative(process.cwd(), folder)
  const enter = path === '' ? '' : `  cd ${path}\n`
  return `Wrote ${names.join(', ')} into ${folder}.

Next:
${enter}  scorehost check            scores the sample in score.ts
  scorehost serve --watch    serves it, and reloads when a file changes
`
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}
