// From TypeScript to JavaScript, where Node itself does not do it: types are blanked out, so that lines and columns stay right.

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'

/** What the stripper throws: no Error, but an object that says where. */
interface StripFailure {
  readonly message: string
  readonly snippet: string
  readonly startLine: number
}

export const TYPESCRIPT_EXTENSIONS: readonly string[] = ['.ts', '.mts', '.cts']

/** True from Node 22.18 on. */
export function nodeStripsTypes(): boolean {
  return 'typescript' in process.features && Boolean(process.features.typescript)
}

/** As in Node, TypeScript of an installed package is not for stripping: packages are published as JavaScript. */
export function isStrippable(path: string): boolean {
  return TYPESCRIPT_EXTENSIONS.includes(extname(path)) && !/[/\\]node_modules[/\\]/.test(path)
}

/**
 * The JavaScript of a TypeScript file, by the parser that is in Node too: the same syntax is accepted.
 *
 * @throws SyntaxError with the place at the head of its stack, as Node's own stripping reports it
 */
export function stripTypes(source: string, path: string): string {
  // loaded when it is needed: it is 3 MB that a current Node never reads
  const stripper: typeof import('@swc/wasm-typescript') = createRequire(import.meta.url)(
    '@swc/wasm-typescript',
  )
  try {
    return stripper.transformSync(source, { mode: 'strip-only', filename: path }).code
  } catch (thrown) {
    const { message, snippet, startLine } = thrown as StripFailure // true: this is all transformSync throws
    const error = new SyntaxError(message)
    error.stack = `${pathToFileURL(path).href}:${startLine}\n${snippet}\nSyntaxError: ${message}`
    throw error
  }
}

/** Node's own rule: the extension, else the nearest package.json, else whether the source compiles as CommonJS. */
export function formatOf(path: string, javascript: string): 'module' | 'commonjs' {
  if (path.endsWith('.mts')) return 'module'
  if (path.endsWith('.cts')) return 'commonjs'
  const declared = packageType(dirname(path))
  if (declared === 'module' || declared === 'commonjs') return declared
  return compilesAsCommonJs(javascript) ? 'commonjs' : 'module'
}

function packageType(folder: string): unknown {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type
  return dirname(folder) === folder ? undefined : packageType(dirname(folder))
}

function compilesAsCommonJs(javascript: string): boolean {
  try {
    compileFunction(javascript, ['exports', 'require', 'module', '__filename', '__dirname'])
    return true
  } catch {
    return false // a syntax error of any other kind is met again, and told, when it is loaded as a module
  }
}
