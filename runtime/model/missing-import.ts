// What to say of an import that is not found, beyond what Node says: who asked for it, and how it was perhaps meant.

import { existsSync, statSync } from 'node:fs'
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

/** One line about an import or a require() that found nothing; null where something else was thrown. */
export function describeMissingImport(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null
  const { code, url, requireStack } = thrown as LoaderError // true: any of them may be missing
  if (!NOT_FOUND.has(code)) return null
  const [line = ''] = thrown.message.split('\n')
  const asker = requireStack?.[0]
  const text = asker === undefined ? line : `${line} required by ${asker}`
  const target = typeof url === 'string' ? fileURLToPath(url) : requiredFile(line, asker)
  if (target !== null) return text + meantFile(target)
  return `${text}; a package that the score module needs has to be in a node_modules folder beside it (npm install)`
}

/** The file that a relative require() meant; null for a package. */
function requiredFile(message: string, asker: string | undefined): string | null {
  const request = /'(?<request>[./][^']*)'/.exec(message)?.groups?.['request']
  return request === undefined || asker === undefined ? null : resolve(dirname(asker), request)
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
