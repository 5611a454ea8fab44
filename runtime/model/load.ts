// Finds the score module, loads it and checks what it exports.

import { existsSync, readdirSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ScorehostError, summariseThrown } from '../errors.ts'
import type { InitContext, ScoreModule } from '../score-api.ts'
import { placeOf } from './error-place.ts'
import { describeMissingImport } from './missing-import.ts'
import { prepareForScoreModule } from './module-hooks.ts'

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']
const NAMES = ['main', 'score']

/**
 * Absolute path of the score module.
 *
 * @param entry As set, relative to the app root, with or without its extension; null looks for main.* and then score.*
 * @throws ScorehostError ERR_MODULE_LOAD with the paths that were looked at
 */
export function findEntry(appRoot: string, entry: string | null): string {
  const stems = entry === null ? NAMES : [entry]
  const exact = entry !== null && EXTENSIONS.includes(extname(entry))
  const candidates = exact ? stems : stems.flatMap(stem => EXTENSIONS.map(extension => stem + extension))
  const found = candidates.map(candidate => resolve(appRoot, candidate)).find(path => existsSync(path))
  if (found !== undefined) return found
  const looked = `looked in ${appRoot} for ${candidates.join(', ')}`
  throw new ScorehostError('ERR_MODULE_LOAD', `There is no score module; ${looked}${hint(appRoot, entry)}`)
}

function hint(appRoot: string, entry: string | null): string {
  if (entry?.endsWith('.py')) return '; a score module is JavaScript or TypeScript, not Python'
  const files = readdirSync(appRoot).slice(0, 20)
  return files.length === 0 ? '; it is empty' : `; it has ${files.join(', ')}`
}

/**
 * Loads a score module and checks its exports.
 *
 * @throws ScorehostError ERR_MODULE_LOAD with the module's own error as cause, ERR_MODULE_CONTRACT
 */
export async function loadScoreModule(path: string): Promise<ScoreModule> {
  prepareForScoreModule()
  const { href } = pathToFileURL(path)
  let exported: Record<string, unknown>
  try {
    exported = await import(href)
  } catch (thrown) {
    const why = describeMissingImport(thrown) ?? `${summariseThrown(thrown)}${at(placeOf(thrown, href))}`
    const message = `${path} cannot be loaded: ${why}`
    throw new ScorehostError('ERR_MODULE_LOAD', message, { cause: thrown })
  }
  return checkContract(path, exported)
}

/**
 * Awaits the module's init().
 *
 * @throws ScorehostError ERR_INIT_FAILED with what init() threw as cause, or the code that it has already
 */
export async function initialise(module: ScoreModule, path: string, context: InitContext): Promise<void> {
  try {
    await module.init?.(context)
  } catch (thrown) {
    const known = thrown instanceof ScorehostError
    const what = known ? thrown.message : summariseThrown(thrown)
    const message = `init() of ${path} failed: ${what}${at(placeOf(thrown, pathToFileURL(path).href))}`
    throw new ScorehostError(known ? thrown.code : 'ERR_INIT_FAILED', message, { cause: thrown })
  }
}

function at(place: string | null): string {
  return place === null ? '' : ` (at ${place})`
}

/** A CommonJS module and a default export of an object carry their exports one level down. */
function checkContract(path: string, exported: Record<string, unknown>): ScoreModule {
  const inner = exported['default']
  const exports =
    'run' in exported || 'runBatch' in exported || typeof inner !== 'object' || inner === null
      ? exported
      : (inner as Record<string, unknown>)
  if (typeof exports['run'] !== 'function' && typeof exports['runBatch'] !== 'function') {
    const names = Object.keys(exports).filter(name => name !== 'default' && name !== 'module.exports')
    const has = names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`
    throw contractError(
      path,
      exports['run'] === undefined
        ? `exports no function "run"; ${has}`
        : 'exports "run", which is not a function',
    )
  }
  for (const name of ['init', 'close']) {
    const value = exports[name]
    if (value !== undefined && typeof value !== 'function')
      throw contractError(path, `exports "${name}", which is not a function`)
  }
  const { concurrency } = exports
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && Number(concurrency) >= 1)) {
    throw contractError(path, 'exports a "concurrency" that is no whole number from 1 on')
  }
  if (!isJson(exports['inputSample']))
    throw contractError(path, 'exports an "inputSample" that JSON cannot carry')
  return exports as unknown as ScoreModule // true: run is there, and init and close are functions where they are
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

function contractError(path: string, what: string): ScorehostError {
  return new ScorehostError('ERR_MODULE_CONTRACT', `${path} ${what}`)
}
