// Reads the settings: flag over environment over file over default, each value with where it came from.

import { resolve } from 'node:path'
import { keysOf } from './access-keys.ts'
import { readAzuremlFile, readConfigFile } from './config-file.ts'
import {
  controlModels,
  type Limits,
  openInspector,
  resolveAuto,
  settleDashboard,
  yieldToInspector,
} from './derived-settings.ts'
import type { NamesIn } from './platform-folders.ts'
import { checkPorts } from './ports.ts'
import { PROFILES, type Profile, recognise } from './profile.ts'
import { modelFolder, platformFolders, withSample } from './served-folders.ts'
import { servedPaths } from './served-paths.ts'
import {
  defaultOf,
  emptySecrets,
  fromOutside,
  type OutsideSources,
  unknownEnvironment,
  unknownFlags,
} from './setting-sources.ts'
import { type Found, invalidSetting } from './setting-value.ts'
import { SETTING_NAMES, type SettingName, type Settings } from './settings.ts'

/** The world as the settings see it: everything from outside comes in here. */
export interface ConfigSources extends OutsideSources, Limits {
  /** Text of a file, null where it is not there. */
  readonly readFile: (path: string) => string | null
  /** Names in a folder, null where it is not there; absent: there are no folders. */
  readonly namesIn?: NamesIn
  /** The app root of the sample that an app root stands for while it is empty, null for any other; absent: there is none. */
  readonly sampleIn?: (appRoot: string) => string | null
  /** Started as `serve`, the program that SageMaker looks for. */
  readonly startedAsServe?: boolean
  readonly workingDirectory: string
}

export interface Config {
  readonly settings: Settings
  /** Where each value came from, for people: `flag --port`, `environment PORT`, `default`. */
  readonly origins: Readonly<Record<SettingName, string>>
  readonly warnings: readonly string[]
}

/** @throws ScorehostError ERR_CONFIG_INVALID with one line that names the setting, the value and what would be right */
export function loadConfig(sources: ConfigSources): Config {
  const { workingDirectory, readFile, namesIn = () => null, sampleIn = () => null } = sources
  const outside = (name: SettingName) => fromOutside(name, sources)
  const profile = profileOf(outside('profile'), sources)
  const byDefault = (name: SettingName) => defaultOf(name, profile.value)
  const unknown = unknownFlags(sources.flags, profile.value)
  requireRoutes(profile.value, sources.env)

  const asked = outside('appRoot') ?? byDefault('appRoot')
  const appRoot = { value: resolve(workingDirectory, String(asked.value)), origin: asked.origin }
  const entry = textOrNull(outside('entry'))
  const folders = platformFolders(appRoot, entry, profile.value, { namesIn, sampleIn })
  const root = String(folders.appRoot.value)
  const module = { appRoot: root, sourceDirectory: textOrNull(outside('sourceDirectory')), entry }
  const files = {
    azuremlConfigFile: readAzuremlFile(outside('azuremlConfigFile'), workingDirectory, module, readFile),
    configFile: readConfigFile(outside('configFile'), workingDirectory, root, readFile),
  }
  const fromFile = (name: SettingName) =>
    files.azuremlConfigFile.values.get(name) ?? files.configFile.values.get(name)

  const found = new Map<SettingName, Found>()
  for (const name of SETTING_NAMES) found.set(name, outside(name) ?? fromFile(name) ?? byDefault(name))
  for (const name of ['azuremlConfigFile', 'configFile'] as const)
    found.set(name, { value: files[name].path, origin: outside(name)?.origin ?? 'default' })
  found.set('profile', profile)
  const isNamed = (['entry', 'modelDir'] as const).some(name => found.get(name)?.origin !== 'default')
  const isMulti = found.get('multiModel')?.value === true
  const served = withSample(folders, isNamed || isMulti, { sampleIn })
  found.set('appRoot', served.appRoot)
  const modelDir = found.get('modelDir') ?? byDefault('modelDir')
  found.set('modelDir', modelFolder(modelDir, { ...folders, ...served }, isMulti, namesIn))
  controlModels(found)
  yieldToInspector(found)
  resolveAuto(found, sources)
  settleDashboard(found, sources.env)

  const pick = <T>(part: (one: Found) => T) =>
    Object.fromEntries(SETTING_NAMES.map(name => [name, part(found.get(name) ?? byDefault(name))]))
  const settings = pick(one => one.value) as Config['settings'] // true: each value was parsed by its own row of the table
  const origins = pick(one => one.origin) as Record<SettingName, string> // true: one entry for each name
  checkPorts(settings, origins)
  servedPaths(settings)
  keysOf(settings.authKeys)
  return {
    settings,
    origins,
    warnings: [
      ...unknown,
      ...files.azuremlConfigFile.warnings,
      ...unknownEnvironment(sources.env),
      ...emptySecrets(sources.env),
      ...openInspector(found),
      ...served.warnings,
    ],
  }
}

function profileOf(asked: Found | null, sources: ConfigSources): Found & { readonly value: Profile } {
  const named = PROFILES.find(profile => profile === asked?.value)
  if (asked !== null && named !== undefined) return { value: named, origin: asked.origin }
  const { env, flags, namesIn = () => null, startedAsServe = false } = sources
  const exists = (path: string) => namesIn(path) !== null
  const { profile, origin } = recognise({ env, flags, startedAsServe, exists })
  return { value: profile, origin }
}

/**
 * Vertex AI sets both; a container that is started without them would be asked on paths that it does not know.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID
 */
function requireRoutes(profile: Profile, env: ConfigSources['env']): void {
  if (profile !== 'vertex' || env['AIP_MODE'] === undefined) return
  const missing = ['AIP_HEALTH_ROUTE', 'AIP_PREDICT_ROUTE'].find(name => !env[name])
  if (missing !== undefined)
    throw invalidSetting(`the environment has AIP_MODE but no ${missing}: Vertex AI sets both its routes`)
}

function textOrNull(found: Found | null): string | null {
  return found === null ? null : String(found.value)
}
