// The words behind a command, as flags by name. What a flag may be called and hold, the settings table says.

import { ScorehostError } from '../runtime/errors.ts'
import { nearest } from '../runtime/nearest.ts'
import { SETTING_NAMES, settingSpec } from '../runtime/settings.ts'
import type { SettingSpec } from '../runtime/settings-table.ts'

/** What a command takes beside the settings. */
export interface OwnWords {
  /** Flags without a value. */
  readonly switches?: readonly string[]
  /** Flags with one. */
  readonly values?: readonly string[]
  /** The one word that may stand without a flag, as it is called in messages. */
  readonly operand?: string
}

export interface Arguments {
  /** Of the settings: text by flag name; a switch without a value is `true`. */
  readonly flags: Readonly<Record<string, string>>
  /** True for the switches of the command itself that were given. */
  readonly has: (flag: string) => boolean
  /** Value of a flag of the command itself; null where it was not given. */
  readonly value: (flag: string) => string | null
  readonly operand: string | null
}

/**
 * Reads flags in the forms `--flag value`, `--flag=value` and, for switches, `--flag`. A flag that no setting has is read
 * like any other: the settings refuse it, and name the nearest.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID for a flag without its value and for a word that is no flag
 */
export function readArguments(words: readonly string[], own: OwnWords = {}): Arguments {
  const { switches = [], values = [] } = own
  const flags: [string, string][] = []
  const ownValues = new Map<string, string>()
  let operand: string | null = null
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, flag, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (flag === undefined) {
      refuseSecret(flags.at(-1))
      operand = readOperand(word, operand, own.operand)
    } else if (switches.includes(flag)) {
      if (inline !== undefined) throw invalid(`--${flag} takes no value`)
      ownValues.set(flag, '')
    } else if (values.includes(flag)) ownValues.set(flag, inline ?? neededValue(flag, rest))
    else flags.push([flag, inline ?? settingValue(flag, rest)])
  }
  return {
    flags: Object.fromEntries(flags),
    has: flag => ownValues.has(flag),
    value: flag => ownValues.get(flag) ?? null,
    operand,
  }
}

/**
 * The flags of a command that takes none of the settings: the value by the name of the flag, null where it was not given.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID for a flag without its value, an unknown flag and a word that is no flag
 */
export function readOwnFlags<Flag extends string>(
  words: readonly string[],
  values: readonly Flag[],
): (flag: Flag) => string | null {
  const { flags, value } = readArguments(words, { values })
  const [unknown] = Object.keys(flags)
  if (unknown === undefined) return value
  const near = nearest(unknown, values)
  const hint =
    near === null ? `flags are ${values.map(flag => `--${flag}`).join(', ')}` : `did you mean --${near}?`
  throw invalid(`unknown flag --${unknown}; ${hint}`)
}

/** Flags that OCI Data Science hands over by a variable; those on the command line come behind them, and win. */
export function handedOver(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const text = env['MODEL_DEPLOYMENT_OCID'] === undefined ? '' : (env['PARAMS'] ?? '')
  return text.split(/\s+/).filter(word => word !== '')
}

/** A word behind the value of a secret is most likely a part of it, and no message is to show that. */
function refuseSecret([flag = '']: readonly string[] = []): void {
  const isSecret = SETTING_NAMES.map(settingSpec).some(spec => spec.secret && spec.flag === flag)
  if (isSecret) throw invalid(`--${flag} has a space in its value (hidden), or an argument behind it`)
}

function readOperand(word: string, before: string | null, name: string | undefined): string {
  if (name === undefined)
    throw invalid(`unexpected argument "${word}"; settings are flags, for example --entry ${word}`)
  if (before !== null || word.startsWith('-') || word === '')
    throw invalid(`unexpected argument "${word}"; there may be one, ${name}, and flags`)
  return word
}

/** Takes the value of a setting's flag from the words behind it. */
function settingValue(flag: string, rest: string[]): string {
  const spec = SETTING_NAMES.map(settingSpec).find(candidate => candidate.flag === flag)
  const implied = spec === undefined ? 'true' : impliedValue(spec)
  const [next] = rest
  if (next !== undefined && mayFollow(spec).test(next)) {
    rest.shift()
    return next
  }
  return implied ?? neededValue(flag, [])
}

/** What a flag stands for without a value; null where it needs one. */
function impliedValue(spec: SettingSpec): string | null {
  if (spec.kind === 'boolean') return 'true'
  return spec.kind === 'optional integer' ? String(spec.byFlagAlone) : null
}

/** What is taken for the flag's value where it is the next word. */
function mayFollow(spec: SettingSpec | undefined): RegExp {
  if (spec?.kind === 'boolean') return /^(true|false|1|0)$/i
  return spec?.kind === 'optional integer' ? /^\d+$/ : /^(?!--)/
}

function neededValue(flag: string, rest: string[]): string {
  const [next] = rest
  if (next === undefined || next.startsWith('--')) throw invalid(`--${flag} needs a value`)
  rest.shift()
  return next
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}
