// Where a setting's value comes from outside of files: command line, environment, the defaults of the platform.

import { describeArgument } from './kserve-arguments.ts'
import { PROFILE_TABLE, type Profile } from './profile.ts'
import { type Found, inOwnUnit, invalidSetting, parseText, suggestion } from './setting-value.ts'
import { environmentNames, SETTING_NAMES, type SettingName, settingSpec } from './settings.ts'
import { SETTINGS } from './settings-table.ts'

export interface OutsideSources {
  /** Values by flag name, as given on the command line. */
  readonly flags: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * By flag, else by environment; null where neither has it.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID
 */
export function fromOutside(name: SettingName, sources: OutsideSources): Found | null {
  return fromFlag(name, sources) ?? fromEnvironment(name, sources)
}

function fromFlag(name: SettingName, { flags }: OutsideSources): Found | null {
  const spec = settingSpec(name)
  const text = flags[spec.flag]
  if (text === undefined) return null
  const origin = `flag --${spec.flag}`
  return { value: parseText(spec, text, `--${spec.flag}`, origin), origin }
}

function fromEnvironment(name: SettingName, { env, flags }: OutsideSources): Found | null {
  const spec = settingSpec(name)
  for (const variable of environmentNames(spec)) {
    const isArgument = variable.startsWith('--')
    const text = isArgument ? flags[variable.slice(2)] : env[variable]
    if (text === undefined || text === '' || (!spec.secret && isServiceLink(text))) continue
    const origin = isArgument ? `argument ${variable}` : `environment ${variable}`
    return { value: parseText(spec, inOwnUnit(spec, variable, text), variable, origin), origin }
  }
  return null
}

/** Where nobody says anything. */
export function defaultOf(name: SettingName, profile: Profile): Found {
  const own = PROFILE_TABLE[profile].defaults[name]
  return own === undefined
    ? { value: settingSpec(name).default, origin: 'default' }
    : { value: own, origin: `default on platform ${profile}` }
}

/**
 * Kubernetes puts SCOREHOST_PORT=tcp://10.0.0.1:5001 into every pod of a namespace with a service named scorehost.
 *
 * @see https://kubernetes.io/docs/concepts/containers/container-environment/#cluster-information
 */
function isServiceLink(text: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(text)
}

/**
 * Refuses flags that are no setting; on KServe, which adds arguments of its own, they are warned about.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID
 */
export function unknownFlags(flags: OutsideSources['flags'], profile: Profile): readonly string[] {
  const known: string[] = SETTING_NAMES.map(name => SETTINGS[name].flag)
  const kserve = SETTING_NAMES.flatMap(name => [...settingSpec(name).env]).filter(name =>
    name.startsWith('--'),
  )
  const unknown = Object.keys(flags).filter(flag => !known.includes(flag) && !kserve.includes(`--${flag}`))
  if (profile === 'kserve') return unknown.map(describeArgument)
  for (const flag of unknown) throw invalidSetting(`unknown flag --${flag}${suggestion(flag, known, '--')}`)
  return []
}

/** What is empty counts as unset, and a secret that did not arrive leaves open what was to be closed. */
export function emptySecrets(env: OutsideSources['env']): readonly string[] {
  const names = SETTING_NAMES.map(settingSpec).flatMap(spec => (spec.secret ? environmentNames(spec) : []))
  return names
    .filter(name => env[name] === '')
    .map(name => `the environment has ${name}, but it is empty and counts as unset`)
}

/** Variables that look like ours but are none: most likely misspelt. Kubernetes' own for a service of our name are not. */
export function unknownEnvironment(env: OutsideSources['env']): readonly string[] {
  const known: string[] = SETTING_NAMES.flatMap(name => [...environmentNames(settingSpec(name))])
  const kubernetes = /_(SERVICE_HOST|SERVICE_PORT|PORT_\d+_\w+)/
  return Object.entries(env)
    .filter(
      ([name, text]) =>
        name.startsWith('SCOREHOST_') &&
        !known.includes(name) &&
        !kubernetes.test(name) &&
        !isServiceLink(text ?? ''),
    )
    .map(([name]) => `the environment has ${name}, which is no setting${suggestion(name, known)}`)
}
