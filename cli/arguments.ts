// The words behind a command, as flags by name. What a flag may be called and hold, the settings table says.

import { ScorehostError } from '../runtime/errors.ts'
import { SETTING_NAMES, settingSpec } from '../runtime/settings.ts'

export interface Arguments {
  /** Text by flag name; a switch without a value is `true`. */
  readonly flags: Readonly<Record<string, string>>
  /** True for the switches of the command itself that were given. */
  readonly has: (flag: string) => boolean
}

/**
 * Reads flags in the forms `--flag value`, `--flag=value` and, for switches, `--flag`. A flag that no setting has is read
 * like any other: the settings refuse it, and name the nearest.
 *
 * @param switches Flags that this command has beside the settings, none of which takes a value.
 * @throws ScorehostError ERR_CONFIG_INVALID for a flag without its value and for a word that is no flag
 */
export function readArguments(words: readonly string[], switches: readonly string[] = []): Arguments {
  const flags: [string, string][] = []
  const given = new Set<string>()
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, flag, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (flag === undefined)
      throw invalid(`unexpected argument "${word}"; settings are flags, for example --entry ${word}`)
    if (switches.includes(flag)) {
      if (inline !== undefined) throw invalid(`--${flag} takes no value`)
      given.add(flag)
    } else flags.push([flag, inline ?? valueBehind(flag, rest)])
  }
  return { flags: Object.fromEntries(flags), has: flag => given.has(flag) }
}

/** Takes the value of a flag from the words behind it. */
function valueBehind(flag: string, rest: string[]): string {
  const [next] = rest
  const spec = SETTING_NAMES.map(settingSpec).find(candidate => candidate.flag === flag)
  const isValue = spec?.kind === 'boolean' ? /^(true|false|1|0)$/i : /^(?!--)/
  if (next !== undefined && isValue.test(next)) {
    rest.shift()
    return next
  }
  if (spec !== undefined && spec.kind !== 'boolean') throw invalid(`--${flag} needs a value`)
  return 'true'
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}
