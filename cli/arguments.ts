// The words behind a command, as flags by name. What a flag may be called and hold, the settings table says.

import { parseArgs } from 'node:util'
import { ScorehostError } from '../runtime/errors.ts'
import { SETTING_NAMES, settingSpec } from '../runtime/settings.ts'

export interface Arguments {
  /** Text by flag name; a switch without a value is `true`. */
  readonly flags: Readonly<Record<string, string>>
  /** True for the switches of the command itself that were given. */
  readonly has: (flag: string) => boolean
}

/**
 * Reads flags in the forms `--flag value`, `--flag=value` and, for switches, `--flag`.
 *
 * @param switches Flags that this command has beside the settings, none of which takes a value.
 * @throws ScorehostError ERR_CONFIG_INVALID for a flag without its value and for a word that is no flag
 */
export function readArguments(words: readonly string[], switches: readonly string[] = []): Arguments {
  const takesValue = new Set(
    SETTING_NAMES.map(settingSpec)
      .filter(spec => spec.kind !== 'boolean')
      .map(spec => spec.flag),
  )
  const options = Object.fromEntries([...takesValue].map(flag => [flag, { type: 'string' as const }]))
  const { tokens } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const flags: Record<string, string> = {}
  const given = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw invalid(
        `unexpected argument "${token.value}"; settings are given as flags, for example --entry ${token.value}`,
      )
    if (token.kind !== 'option') continue
    if (switches.includes(token.name)) given.add(token.name)
    else if (takesValue.has(token.name) && token.value === undefined)
      throw invalid(`--${token.name} needs a value`)
    else flags[token.name] = token.value ?? 'true'
  }
  return { flags, has: flag => given.has(flag) }
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}
