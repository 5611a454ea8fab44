// What to say of an import that is not found, beyond what Node says: who asked for it, and how it was perhaps meant.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const NOT_FOUND: ReadonlySet<unknown> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'MODULE_NOT_FOUND',
])
const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json']

/** What Node's loader puts on its errors, beside the message. */
interface LoaderError {
  readonly code?: unknown
  /** Of an import of a file: what was looked for. */
  readonly url?: unknown
  /** Of a require(): who asked, first the file itself. */
  readonly requireStack?: readonly string[]
}

interface MissingImport {
  /** What Node says, in one line. */
  readonly text: string
  /** Absolute path of the file that asked. */
  readonly asker: string | null
  /** Absolute path of the file that was looked for; null for a package. */
  readonly target: string | null
  /** What was asked for, as far as Node says it: of a file that was imported only where it would be. */
  readonly request: string
}

/** One line about an import or a require() that found nothing; null where something else was thrown. */
export function describeMissingImport(thrown: unknown): string | null {
  const missing = missingImport(thrown)
  if (missing === null) return null
  const { text, target } = missing
  if (target !== null) return text + meantFile(target)
  return `${text}; a package that the score module needs has to be in a node_modules folder beside it (npm install)`
}

/** `path:line:column` of such an import in the source, for it is in no stack; null where it is not found. */
export function placeOfMissingImport(thrown: unknown): string | null {
  const missing = missingImport(thrown)
  if (missing === null || missing.asker === null || !existsSync(missing.asker)) return null
  const ending = missing.target === null ? missing.request : basename(missing.target)
  const lines = readFileSync(missing.asker, 'utf8').split('\n')
  for (const [index, line] of lines.entries()) {
    const column = quotedAt(line, ending)
    if (column !== null) return `${missing.asker}:${index + 1}:${column}`
  }
  return null
}

/** Column of the first quoted text that is this, or a path that ends in it. */
function quotedAt(line: string, ending: string): number | null {
  for (const match of line.matchAll(/(['"`])(?<quoted>.*?)\1/g)) {
    const quoted = match.groups?.['quoted'] ?? ''
    if (quoted === ending || quoted.endsWith(`/${ending}`)) return match.index + 1
  }
  return null
}

function missingImport(thrown: unknown): MissingImport | null {
  if (!(thrown instanceof Error)) return null
  const { code, url, requireStack } = thrown as LoaderError // true: any of them may be missing
  if (!NOT_FOUND.has(code)) return null
  const [line = ''] = thrown.message.split('\n')
  const request = /'(?<request>[^']+)'/.exec(line)?.groups?.['request'] ?? ''
  const requirer = requireStack?.[0]
  if (requirer !== undefined) {
    const target = /^[./]/.test(request) ? resolve(dirname(requirer), request) : null
    return { text: `${line} required by ${requirer}`, asker: requirer, target, request }
  }
  const asker = / imported from (?<asker>.+)$/.exec(line)?.groups?.['asker'] ?? null
  return { text: line, asker, target: typeof url === 'string' ? fileURLToPath(url) : null, request }
}

/** Node looks for exactly the file that an import names; TypeScript's own habits leave the extension out, or write .js for .ts. */
function meantFile(target: string): string {
  const folder = existsSync(target) && statSync(target).isDirectory()
  const stem = folder ? join(target, 'index') : target.replace(/\.[cm]?[jt]s$/, '')
  const meant = EXTENSIONS.map(extension => stem + extension).find(file => existsSync(file))
  if (meant === undefined) return ''
  const shown = folder ? `${basename(target)}/${basename(meant)}` : basename(meant)
  return `; did you mean ${shown}? An import names its file whole, with its extension`
}
