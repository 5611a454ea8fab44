// The settings: their type, their names and what a value may be, all from the table.

import type { Profile } from './profile.ts'
import { SETTINGS, type SettingSpec } from './settings-table.ts'

export type SettingName = keyof typeof SETTINGS

type Widen<T> = T extends string ? string : T

type ValueOf<S> = S extends { kind: 'integer' }
  ? number
  : S extends { kind: 'optional integer' | 'port' }
    ? number | null
    : S extends { kind: 'boolean' }
      ? boolean
      : S extends { kind: 'choice'; choices: readonly (infer C)[] }
        ? C
        : S extends { default: infer D }
          ? D extends null
            ? string | null
            : Widen<D>
          : never

/** All settings with their values, paths absolute and `auto` replaced by what it came to. */
export type Settings = {
  readonly [Name in SettingName]: Name extends 'profile' ? Profile : ValueOf<(typeof SETTINGS)[Name]>
}

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[] // true: the table has no other keys

/** The row of a setting, seen as any row. */
export function settingSpec(name: SettingName): SettingSpec {
  return SETTINGS[name]
}

/** Every environment name a setting is read from. */
export function environmentNames(spec: SettingSpec): readonly string[] {
  return spec.kind === 'integer' ? [...spec.env, ...(spec.envSeconds ?? [])] : spec.env
}

/** What a value may be, in words: `a whole number from 1 to 256, or auto`. */
export function expectation(spec: SettingSpec): string {
  switch (spec.kind) {
    case 'integer':
      return `${wholeNumber(spec)}${spec.default === 'auto' ? ', or auto' : ''}`
    case 'optional integer':
      return `${wholeNumber(spec)}, by flag ${spec.byFlagAlone} where none is given`
    case 'port':
      return `${wholeNumber(spec)}, or none`
    case 'choice':
      return `one of ${spec.choices.join(', ')}`
    case 'boolean':
      return 'true or false (1 or 0)'
    case 'text':
      return 'text that is not empty'
  }
}

function wholeNumber({ unit, min, max }: { unit: string; min: number; max: number }): string {
  return `a whole number${unit === 'port' ? '' : ` of ${unit}`} from ${min} to ${max}`
}

/** What a setting lists, separated by commas. */
export function listed(text: string | null): readonly string[] {
  const parts = (text ?? '').split(',').map(part => part.trim())
  return [...new Set(parts.filter(part => part !== ''))]
}

/** An environment without the variables of secret settings: a score module, and what it starts, need not know them. */
export function withoutSecrets<Env extends Readonly<Record<string, string | undefined>>>(env: Env): Env {
  const secret = SETTING_NAMES.map(settingSpec).flatMap(spec => (spec.secret ? environmentNames(spec) : []))
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secret.includes(name))) as Env // true: it may lack any name
}

/** The models that SCOREHOST_LOAD_MODELS names. */
export function modelsToLoad({ loadModels }: Pick<Settings, 'loadModels'>): ReadonlySet<string> {
  return new Set(listed(loadModels))
}
