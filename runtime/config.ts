// Reads the settings: flag over environment over file over default, each value with where it came from.

import { resolve } from 'node:path'
import { messageOf, ScorehostError } from './errors.ts'
import { nearest } from './nearest.ts'
import type { CpuLimit, MemoryLimit } from './resources.ts'
import {
  environmentNames,
  expectation,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  settingSpec,
} from './settings.ts'
import { SETTINGS, type SettingSpec } from './settings-table.ts'

/** The world as the settings see it: everything from outside comes in here. */
export interface ConfigSources {
  /** Values by flag name, as given on the command line. */
  readonly flags: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Text of a file, null where it is not there. */
  readonly readFile: (path: string) => string | null
  /** The app root of the sample that an app root stands for while it is empty, null for any other; absent: there is none. */
  readonly sampleIn?: (appRoot: string) => string | null
  readonly workingDirectory: string
  readonly cpuLimit: CpuLimit
  readonly memoryLimit: Pick<MemoryLimit, 'bytes' | 'origin'>
}

export interface Config {
  readonly settings: Settings
  /** Where each value came from, for people: `flag --port`, `environment PORT`, `default`. */
  readonly origins: Readonly<Record<SettingName, string>>
  readonly warnings: readonly string[]
}

type Value = string | number | boolean | null

interface Found {
  readonly value: Value
  readonly origin: string
}

const FILE_NAME = 'scorehost.json'
/** These say where the file is, so the file cannot say them. */
const NOT_IN_FILE: ReadonlySet<string> = new Set<SettingName>(['appRoot', 'configFile'])

/** @throws ScorehostError ERR_CONFIG_INVALID with one line that names the setting, the value and what would be right */
export function loadConfig(sources: ConfigSources): Config {
  refuseUnknownFlags(sources.flags)
  const outside = (name: SettingName) => fromFlag(name, sources) ?? fromEnvironment(name, sources)
  const appRootFound = outside('appRoot') ?? byDefault('appRoot')
  const appRoot = resolve(sources.workingDirectory, String(appRootFound.value))
  const configFileFound = outside('configFile')
  const file = readConfigFile(configFileFound, appRoot, sources)

  const found = new Map<SettingName, Found>()
  for (const name of SETTING_NAMES) found.set(name, outside(name) ?? file.values.get(name) ?? byDefault(name))
  const served = servedAppRoot({ value: appRoot, origin: appRootFound.origin }, found, sources)
  found.set('appRoot', served)
  found.set('configFile', { value: file.path, origin: configFileFound?.origin ?? 'default' })
  const modelDir = found.get('modelDir') ?? byDefault('modelDir')
  found.set('modelDir', {
    value: resolve(String(served.value), String(modelDir.value)),
    origin: modelDir.origin,
  })
  yieldToInspector(found)
  resolveAuto(found, sources)

  const pick = <T>(part: (one: Found) => T) =>
    Object.fromEntries(SETTING_NAMES.map(name => [name, part(found.get(name) ?? byDefault(name))]))
  return {
    settings: pick(one => one.value) as Settings, // true: each value was parsed by its own row of the table
    origins: pick(one => one.origin) as Record<SettingName, string>, // true: one entry for each name
    warnings: [
      ...unknownEnvironment(sources.env),
      ...openInspector(found),
      ...(served.value === appRoot ? [] : [sampleNote(appRoot, String(served.value))]),
    ],
  }
}

/** The sample takes the place of an empty app root, unless a score module or models that lie elsewhere are named. */
function servedAppRoot(
  { value, origin }: Found,
  found: ReadonlyMap<SettingName, Found>,
  { sampleIn }: ConfigSources,
): Found {
  const named = (['entry', 'modelDir'] as const).some(name => found.get(name)?.origin !== 'default')
  const sample = named ? null : (sampleIn?.(String(value)) ?? null)
  return sample === null ? { value, origin } : { value: sample, origin: `the sample, ${origin} is empty` }
}

function sampleNote(appRoot: string, sample: string): string {
  return (
    `${appRoot} is empty, so this is a sample, ${sample}; to serve your own, mount a folder with a score module ` +
    `(main.ts or score.ts, or .js) or with azureml-models/{name}/{version}/model.onnx at ${appRoot}, or COPY it there`
  )
}

/** A worker of samples/iris has 113 MiB resident at rest on Node 20, 48 of them its own; the rest is for its requests. */
const WORKER_BYTES = 256 * 1024 ** 2

/** Replaces `auto` by what fits the container. */
function resolveAuto(found: Map<SettingName, Found>, { cpuLimit, memoryLimit }: ConfigSources): void {
  const settle = (name: SettingName, value: number, why: string) => {
    const was = found.get(name)
    if (was?.value === 'auto') found.set(name, { value, origin: `${was.origin} auto: ${why}` })
  }
  const byCpu = Math.max(1, Math.floor(cpuLimit.cpus))
  const byMemory = Math.max(1, Math.floor(memoryLimit.bytes / WORKER_BYTES))
  settle('workerCount', Math.min(byCpu, byMemory), byMemory < byCpu ? memoryLimit.origin : cpuLimit.origin)
  const workers = Number(found.get('workerCount')?.value)
  settle(
    'onnxThreads',
    Math.max(1, Math.floor(cpuLimit.cpus / workers)),
    `${cpuLimit.origin} for ${workers} workers`,
  )
}

/** 23 days: with the margins that are added to it, this is still a time that a timer can have. */
const OFF_MS = 2_000_000_000
const OFF_WITH_INSPECTOR: readonly SettingName[] = ['scoringTimeoutMs', 'initTimeoutMs', 'queueTimeoutMs']

/** Nothing may end a worker that stands at a breakpoint; and of several workers only one could have the port. */
function yieldToInspector(found: Map<SettingName, Found>): void {
  const inspector = found.get('inspectPort')
  if (inspector === undefined || inspector.value === null) return
  const settle = (name: SettingName, value: number, what: string) =>
    found.set(name, { value, origin: `${what} while the inspector is open (${inspector.origin})` })
  settle('workerCount', 1, 'one')
  for (const name of OFF_WITH_INSPECTOR) settle(name, OFF_MS, 'off')
}

function openInspector(found: ReadonlyMap<SettingName, Found>): string[] {
  const host = String(found.get('inspectHost')?.value)
  if ((found.get('inspectPort')?.value ?? null) === null || /^(127\.|localhost$|\[?::1\]?$)/.test(host))
    return []
  return [
    `the inspector listens on ${host}: whoever reaches it can run code in the worker (SCOREHOST_INSPECT_HOST)`,
  ]
}

function byDefault(name: SettingName): Found {
  return { value: settingSpec(name).default, origin: 'default' }
}

function fromFlag(name: SettingName, { flags }: ConfigSources): Found | null {
  const spec = settingSpec(name)
  const text = flags[spec.flag]
  if (text === undefined) return null
  const origin = `flag --${spec.flag}`
  return { value: parseText(spec, text, `--${spec.flag}`, origin), origin }
}

function fromEnvironment(name: SettingName, { env }: ConfigSources): Found | null {
  const spec = settingSpec(name)
  for (const variable of environmentNames(spec)) {
    const text = env[variable]
    if (text === undefined || text === '' || isServiceLink(text)) continue
    const origin = `environment ${variable}`
    const inSeconds = spec.kind === 'integer' && spec.envSeconds?.includes(variable) === true
    const scaled = inSeconds && /^\d+$/.test(text) ? `${text}000` : text
    return { value: parseText(spec, scaled, variable, origin), origin }
  }
  return null
}

/**
 * Kubernetes puts SCOREHOST_PORT=tcp://10.0.0.1:5001 into every pod of a namespace with a service named scorehost.
 *
 * @see https://kubernetes.io/docs/concepts/containers/container-environment/#cluster-information
 */
function isServiceLink(text: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(text)
}

interface ConfigFile {
  readonly path: string | null
  readonly values: ReadonlyMap<SettingName, Found>
}

function readConfigFile(asked: Found | null, appRoot: string, sources: ConfigSources): ConfigFile {
  const path =
    asked === null ? resolve(appRoot, FILE_NAME) : resolve(sources.workingDirectory, String(asked.value))
  const text = sources.readFile(path)
  if (text === null) {
    if (asked !== null)
      throw invalid(`${asked.origin}: ${path} cannot be read; expected a JSON file with settings`)
    return { path: null, values: new Map() }
  }
  return { path, values: parseConfigFile(path, text) }
}

function parseConfigFile(path: string, text: string): Map<SettingName, Found> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (thrown) {
    throw invalid(`${path} is not JSON: ${messageOf(thrown)}`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw invalid(`${path} must hold one JSON object with settings by name`)
  }
  const values = new Map<SettingName, Found>()
  const keys = SETTING_NAMES.filter(name => !NOT_IN_FILE.has(name))
  for (const [key, value] of Object.entries(content)) {
    const name = keys.find(known => known === key)
    if (name === undefined) throw invalid(`${path}: unknown setting "${key}"${suggestion(key, keys)}`)
    const origin = `file ${path}`
    values.set(name, { value: parseJsonValue(settingSpec(name), value, `${path}: ${key}`, origin), origin })
  }
  return values
}

function parseJsonValue(spec: SettingSpec, value: unknown, label: string, origin: string): Value {
  const fits =
    spec.kind === 'boolean'
      ? typeof value === 'boolean'
      : typeof value === 'string' || (spec.kind.endsWith('integer') && typeof value === 'number')
  if (!fits) throw wrongValue(spec, JSON.stringify(value), label, origin)
  return parseText(spec, String(value), label, origin)
}

function parseText(spec: SettingSpec, text: string, label: string, origin: string): Value {
  const value = readText(spec, text)
  if (value === undefined) throw wrongValue(spec, JSON.stringify(text), label, origin)
  return value
}

function readText(spec: SettingSpec, text: string): Value | undefined {
  switch (spec.kind) {
    case 'text':
      return text === '' ? undefined : text
    case 'boolean':
      return readBoolean(text.toLowerCase())
    case 'choice': {
      const word = text.toLowerCase()
      const choice = spec.aliases[word] ?? word
      return spec.choices.includes(choice) ? choice : undefined
    }
    case 'integer': {
      if (text === 'auto' && spec.default === 'auto') return 'auto'
      return readInteger(text, spec)
    }
    case 'optional integer':
      return readInteger(text, spec)
  }
}

function readInteger(text: string, { min, max }: { min: number; max: number }): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

function readBoolean(word: string): boolean | undefined {
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}

function wrongValue(spec: SettingSpec, shown: string, label: string, origin: string): ScorehostError {
  const value = spec.secret ? 'the value (hidden)' : shown
  return invalid(`${label}: ${value} is not ${expectation(spec)} (from ${origin})`)
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}

function refuseUnknownFlags(flags: Readonly<Record<string, string>>): void {
  const known = SETTING_NAMES.map(name => SETTINGS[name].flag as string)
  for (const flag of Object.keys(flags)) {
    if (!known.includes(flag)) throw invalid(`unknown flag --${flag}${suggestion(flag, known, '--')}`)
  }
}

/** Variables that look like ours but are none: most likely misspelt. Kubernetes' own for a service of our name are not. */
function unknownEnvironment(env: ConfigSources['env']): string[] {
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

function suggestion(word: string, candidates: readonly string[], prefix = ''): string {
  const near = nearest(word, candidates)
  return near === null ? '' : `; did you mean ${prefix}${near}?`
}
