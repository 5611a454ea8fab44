// The files that settings are read from: scorehost.json by their file keys, AzureML's config.json by its environment names.

import { dirname, resolve } from 'node:path'
import { messageOf } from './errors.ts'
import {
  type Found,
  inOwnUnit,
  invalidSetting,
  parseJsonValue,
  parseText,
  suggestion,
} from './setting-value.ts'
import { environmentNames, SETTING_NAMES, type SettingName, settingSpec } from './settings.ts'

/** Text of a file, null where it is not there. */
export type ReadFile = (path: string) => string | null

export interface ConfigFile {
  /** Null where there is none. */
  readonly path: string | null
  readonly values: ReadonlyMap<SettingName, Found>
  readonly warnings: readonly string[]
}

/** Settings that say where the score module is. */
export interface ModulePlace {
  /** Absolute. */
  readonly appRoot: string
  readonly sourceDirectory: string | null
  readonly entry: string | null
}

const FILE_NAME = 'scorehost.json'
const AZUREML_FILE_NAME = 'config.json'
/** These say where the files are, so a file cannot say them. */
const NOT_IN_FILE: ReadonlySet<string> = new Set<SettingName>(['appRoot', 'configFile', 'azuremlConfigFile'])
const NO_FILE: ConfigFile = { path: null, values: new Map(), warnings: [] }

/**
 * Settings by their file key.
 *
 * @param asked Path as set, relative to the folder; null looks for scorehost.json in the app root.
 * @throws ScorehostError ERR_CONFIG_INVALID for a file that was asked for and is not there, for what is no setting, for a wrong value
 */
export function readConfigFile(
  asked: Found | null,
  folder: string,
  appRoot: string,
  readFile: ReadFile,
): ConfigFile {
  const path = asked === null ? resolve(appRoot, FILE_NAME) : resolve(folder, String(asked.value))
  const text = readFile(path)
  if (text === null) {
    if (asked === null) return NO_FILE
    throw invalidSetting(`${asked.origin}: ${path} cannot be read; expected a JSON file with settings`)
  }
  const values = new Map<SettingName, Found>()
  const keys = SETTING_NAMES.filter(name => !NOT_IN_FILE.has(name))
  for (const [key, value] of Object.entries(parseObject(path, text))) {
    const name = keys.find(known => known === key)
    if (name === undefined) throw invalidSetting(`${path}: unknown setting "${key}"${suggestion(key, keys)}`)
    const origin = `file ${path}`
    values.set(name, { value: parseJsonValue(settingSpec(name), value, `${path}: ${key}`, origin), origin })
  }
  return { path, values, warnings: [] }
}

/**
 * Settings by AzureML's environment names, as its own server reads them. A file of that name which nobody asked for and which
 * holds none of them is somebody else's: many models have a config.json.
 *
 * @param module Where the score module is, as set; the file may lie beside it.
 * @throws ScorehostError ERR_CONFIG_INVALID for a file that was asked for and is not there or no JSON, and for a wrong value
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http
 */
export function readAzuremlFile(
  asked: Found | null,
  folder: string,
  module: ModulePlace,
  readFile: ReadFile,
): ConfigFile {
  const paths =
    asked === null
      ? foldersOf(module).map(place => resolve(place, AZUREML_FILE_NAME))
      : [resolve(folder, String(asked.value))]
  const path = paths.find(candidate => readFile(candidate) !== null)
  if (path === undefined) {
    if (asked === null) return NO_FILE
    throw invalidSetting(`${asked.origin}: ${paths[0]} cannot be read; expected a JSON file with settings`)
  }
  const text = readFile(path) ?? ''
  if (asked !== null) return azuremlFile(path, parseObject(path, text))
  const content = objectOrNull(text)
  if (content === null || !Object.keys(content).some(key => settingOf(key) !== undefined)) return NO_FILE
  return azuremlFile(path, content)
}

function foldersOf({ appRoot, sourceDirectory, entry }: ModulePlace): readonly string[] {
  const folders = [appRoot, ...(sourceDirectory === null ? [] : [resolve(appRoot, sourceDirectory)])]
  return [...folders, ...(entry === null ? [] : folders.map(folder => dirname(resolve(folder, entry))))]
}

function azuremlFile(path: string, content: Readonly<Record<string, unknown>>): ConfigFile {
  const values = new Map<SettingName, Found>()
  const warnings: string[] = []
  for (const [key, value] of Object.entries(content)) {
    const name = settingOf(key)
    const origin = `file ${path}`
    if (name === undefined)
      warnings.push(`${path}: ${key} has no effect here; docs/contracts.md lists what has`)
    else if (value !== null && value !== '') {
      const spec = settingSpec(name)
      const parsed = parseText(spec, inOwnUnit(spec, key, String(value)), `${path}: ${key}`, origin)
      values.set(name, { value: parsed, origin })
    }
  }
  return { path, values, warnings }
}

function settingOf(variable: string): SettingName | undefined {
  return SETTING_NAMES.find(
    name => !NOT_IN_FILE.has(name) && environmentNames(settingSpec(name)).includes(variable),
  )
}

function objectOrNull(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return parseObject('', text)
  } catch {
    return null
  }
}

/** What Node says of a syntax error shows the text around it, in which there may be a key. */
function withoutExcerpt(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*is not valid JSON$/s, '')
}

function parseObject(path: string, text: string): Readonly<Record<string, unknown>> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (thrown) {
    throw invalidSetting(`${path} is not JSON: ${withoutExcerpt(messageOf(thrown))}`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw invalidSetting(`${path} must hold one JSON object with settings by name`)
  return content as Record<string, unknown> // true: an object that is no array
}
