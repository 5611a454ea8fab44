// What the author of a score module is shown of a failure: the code, the place in the source, the stack with the own frames set off.

import { readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeThrown, type ScorehostError } from '../runtime/errors.ts'
import { placeOf } from '../runtime/model/error-place.ts'
import { placeOfMissingImport } from '../runtime/model/missing-import.ts'
import type { Paint } from './terminal-style.ts'

/** Lines of source before and after the one with the error. */
const CONTEXT_LINES = 2
const MOST_CAUSES = 5
/** Of a line of source: what is longer was most likely not written by hand. */
const LONGEST_LINE = 200

interface Place {
  readonly file: string
  readonly line: number
  readonly column: number | null
}

export interface Author {
  /** Absolute path of the app root, links resolved. */
  readonly appRoot: string
  /** Absolute path of the score module; null where none was found. */
  readonly entry: string | null
}

/** Lines for a terminal; the last one ends with a line break. */
export function failureReport(error: ScorehostError, author: Author, paint: Paint): string {
  const causes = causesOf(error)
  const place = findPlace(causes, author)
  return `${[
    `${paint('red', paint('bold', error.code))}: ${error.message}`,
    ...error.details.map(({ path, message }) => `  ${path === '' ? 'the input' : path}: ${message}`),
    ...(place === null ? [] : placeLines(place, paint)),
    ...causes.flatMap((cause, depth) => ['', ...stackLines(cause, depth, author, paint)]),
  ].join('\n')}\n`
}

/** What an error was made of; of an error without a cause nothing, for its stack is ours. */
function causesOf(error: ScorehostError): unknown[] {
  const causes: unknown[] = []
  for (let next = error.cause; next !== undefined && causes.length < MOST_CAUSES; next = causeOf(next))
    causes.push(next)
  return causes
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined
}

/** The first place in a file of the author, else in any file that is not ours, as of a package. */
function findPlace(causes: readonly unknown[], author: Author): Place | null {
  const stacks = causes.map(describeThrown)
  const own = stacks.flatMap(stack => stack.split('\n')).find(line => isOwnFrame(line, author))
  const text = own ?? causes.map(cause => placeOfAny(cause, author)).find(found => found !== null)
  const [, file, line, column] =
    /(?:file:\/\/)?(?<file>\/.*?):(?<line>\d+)(?::(?<column>\d+))?\)?$/.exec(text ?? '') ?? []
  if (file === undefined) return null
  return {
    file: decodeFile(file),
    line: Number(line),
    column: column === undefined ? null : Number(column),
  }
}

function placeOfAny(thrown: unknown, { entry }: Author): string | null {
  const moduleUrl = entry === null ? 'data:text/javascript,' : pathToFileURL(entry).href
  return placeOfMissingImport(thrown) ?? placeOf(thrown, moduleUrl)
}

/** A frame of an ES module has a URL, one of CommonJS a path. */
function decodeFile(file: string): string {
  try {
    return decodeURI(file)
  } catch {
    return file
  }
}

function isOwnFrame(line: string, { appRoot }: Author): boolean {
  const [, path] = /^\s+at .*?(?:file:\/\/)?(\/.*):\d+:\d+\)?$/.exec(line) ?? []
  if (path === undefined) return false
  const file = decodeFile(path)
  return file.startsWith(appRoot + sep) && !file.slice(appRoot.length).includes(`${sep}node_modules${sep}`)
}

/** The place and the source around it, where the file can still be read. */
function placeLines({ file, line, column }: Place, paint: Paint): string[] {
  const head = `  at ${paint('bold', `${file}:${line}${column === null ? '' : `:${column}`}`)}`
  const source = readLines(file)
  if (source[line - 1] === undefined) return [head]
  const first = Math.max(1, line - CONTEXT_LINES)
  const width = String(line + CONTEXT_LINES).length
  const shown = source.slice(first - 1, line + CONTEXT_LINES).flatMap((text, index) => {
    const number = first + index
    const short = text.slice(0, LONGEST_LINE)
    if (number !== line) return [paint('dim', `    ${String(number).padStart(width)} | ${short}`)]
    const marked = `${paint('red', '  >')} ${String(number).padStart(width)} | ${short}`
    if (column === null || column > LONGEST_LINE) return [marked]
    // tabs stay tabs, so that the caret stands below its character
    const indent = short.slice(0, column - 1).replace(/[^\t]/g, ' ')
    return [marked, `    ${' '.repeat(width)} | ${indent}${paint('red', '^')}`]
  })
  return [head, '', ...shown]
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)
  } catch {
    return []
  }
}

function stackLines(thrown: unknown, depth: number, author: Author, paint: Paint): string[] {
  const lines = describeThrown(thrown).split('\n')
  return lines.map((line, index) => {
    if (index === 0) return depth === 0 ? line : `caused by ${line}`
    if (!/^\s+at /.test(line)) return line
    return isOwnFrame(line, author) ? paint('bold', paint('yellow', line)) : paint('dim', line)
  })
}
