// A loader hook that blanks out types, so that lines and columns stay right. Runs in Node's loader thread.

import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { LoadHook, ModuleFormat } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import swc from '@swc/wasm-typescript'

/** What the stripper throws: no Error, but an object that says where. */
interface StripFailure {
  readonly message: string
  readonly snippet: string
  readonly startLine: number
}

const EXTENSIONS = new Set(['.ts', '.mts', '.cts'])

/** @see https://nodejs.org/api/module.html#loadurl-context-nextload */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !EXTENSIONS.has(extname(new URL(url).pathname)))
    return nextLoad(url, context)
  const path = fileURLToPath(url)
  const source = strip(await readFile(path, 'utf8'), path)
  return { format: formatOf(path, source), source, shortCircuit: true }
}

function strip(source: string, path: string): string {
  try {
    return swc.transformSync(source, { mode: 'strip-only', filename: path }).code
  } catch (thrown) {
    const { message, snippet, startLine } = thrown as StripFailure // true: this is all transformSync throws
    const error = new SyntaxError(message)
    // as Node's own stripping reports it
    error.stack = `${pathToFileURL(path).href}:${startLine}\n${snippet}\nSyntaxError: ${message}`
    throw error
  }
}

/** Node's own rule: the extension, else the nearest package.json, else whether the source uses import or export. */
function formatOf(path: string, source: string): ModuleFormat {
  if (path.endsWith('.mts')) return 'module'
  if (path.endsWith('.cts')) return 'commonjs'
  const declared = packageType(dirname(path))
  if (declared === 'module' || declared === 'commonjs') return declared
  return /^\s*(import|export)\b/m.test(source) ? 'module' : 'commonjs'
}

function packageType(folder: string): unknown {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type
  return dirname(folder) === folder ? undefined : packageType(dirname(folder))
}
