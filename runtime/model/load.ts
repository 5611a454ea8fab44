// Finds the score module, loads it and checks what it exports.

import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { accessProblem } from '../access-problem.ts'
import { ownNames } from '../app-root.ts'
import { ScorehostError, summariseThrown } from '../errors.ts'
import type { Log } from '../log.ts'
import type { InitContext, ScoreModule } from '../score-api.ts'
import type { Settings } from '../settings.ts'
import { placeOf } from './error-place.ts'
import { requireReadable, UnreadableError } from './folder-reading.ts'
import { describeMissingImport } from './missing-import.ts'
import { misspeltExports, scoreModuleOf } from './module-exports.ts'
import { prepareForScoreModule } from './module-hooks.ts'
import { ProcessorModule } from './processor.ts'

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']
const NAMES = ['main', 'score']

/** Where the score module may be: its name, relative to the app root or to the folder of sources below it, and both. */
type EntrySettings = Pick<Settings, 'appRoot' | 'entry' | 'sourceDirectory'>

/**
 * Absolute path of the score module.
 *
 * @param settings Whose entry may lack its extension; null looks for main.* and then score.*
 * @throws ScorehostError ERR_MODULE_LOAD with the paths that were looked at
 */
export function findEntry(settings: EntrySettings): string {
  const { appRoot, entry, sourceDirectory } = settings
  const found = pathsFor(settings).find(path => existsSync(path))
  if (found !== undefined) return found
  const folders = sourceDirectory === null ? appRoot : `${appRoot} and ${resolve(appRoot, sourceDirectory)}`
  const looked = `looked in ${folders} for ${candidatesFor(entry).join(', ')}`
  throw new ScorehostError('ERR_MODULE_LOAD', `There is no score module; ${looked}${hint(appRoot, entry)}`)
}

/**
 * As {@link findEntry}; null where nobody named a score module and there is none: models alone may be served.
 *
 * @throws ScorehostError ERR_MODULE_LOAD where one was named and is not there
 */
export function entryOrNull(settings: EntrySettings): string | null {
  const isThere = settings.entry !== null || pathsFor(settings).some(path => existsSync(path))
  return isThere ? findEntry(settings) : null
}

function pathsFor({ appRoot, entry, sourceDirectory }: EntrySettings): readonly string[] {
  const folders = [appRoot, ...(sourceDirectory === null ? [] : [resolve(appRoot, sourceDirectory)])]
  return folders.flatMap(folder => candidatesFor(entry).map(candidate => resolve(folder, candidate)))
}

function candidatesFor(entry: string | null): readonly string[] {
  if (entry !== null && EXTENSIONS.includes(extname(entry))) return [entry]
  const stems = entry === null ? NAMES : [entry]
  return stems.flatMap(stem => EXTENSIONS.map(extension => stem + extension))
}

function hint(appRoot: string, entry: string | null): string {
  if (entry?.endsWith('.py')) return '; a score module is JavaScript or TypeScript, not Python'
  try {
    const files = ownNames(appRoot).slice(0, 20)
    return files.length === 0 ? '; it is empty' : `; it has ${files.join(', ')}`
  } catch (thrown) {
    return `; it cannot be listed: ${accessProblem(thrown)}`
  }
}

/**
 * Loads a score module and checks its exports; what looks misspelt among them is a warning in the log.
 *
 * @returns A {@link ProcessorModule} where the file's default export is a processor class: its input is the bytes.
 * @throws ScorehostError ERR_MODULE_LOAD with the module's own error as cause, ERR_MODULE_CONTRACT
 */
export async function loadScoreModule(path: string, log: Log): Promise<ScoreModule> {
  refuseUnreadable(path)
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
  for (const [name, meant] of misspeltExports(exported))
    log.warn(`${path} exports "${name}", which has no meaning here; did you mean "${meant}"?`)
  return scoreModuleOf(path, exported)
}

/** Node's own words for it have no user. */
function refuseUnreadable(path: string): void {
  try {
    requireReadable(path)
  } catch (thrown) {
    const why = thrown instanceof UnreadableError ? thrown.message : summariseThrown(thrown)
    throw new ScorehostError('ERR_MODULE_LOAD', `The score module ${why}`, { cause: thrown })
  }
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
    const name = module instanceof ProcessorModule ? 'initialize()' : 'init()'
    const message = `${name} of ${path} failed: ${what}${at(placeOf(thrown, pathToFileURL(path).href))}`
    throw new ScorehostError(known ? thrown.code : 'ERR_INIT_FAILED', message, { cause: thrown })
  }
}

function at(place: string | null): string {
  return place === null ? '' : ` (at ${place})`
}
