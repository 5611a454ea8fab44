// The texts of --help, made from the table of commands and the table of settings.

import {
  environmentNames,
  expectation,
  SETTING_NAMES,
  type SettingName,
  settingSpec,
} from '../runtime/settings.ts'

const WIDTH = 26
/** How the value behind a flag is shown, by the kind of its setting. */
const VALUE_SHOWN = {
  boolean: '',
  integer: ' …',
  'optional integer': '[=…]',
  port: ' …',
  text: ' …',
  choice: ' …',
} as const

/** `--flag` and what it does, one row for each setting. */
export function settingsHelp(): string {
  return SETTING_NAMES.map(settingHelp).join('\n')
}

function settingHelp(name: SettingName): string {
  const spec = settingSpec(name)
  const indent = ' '.repeat(WIDTH + 2)
  const takes = spec.kind === 'text' ? '' : ` Takes ${expectation(spec)}.`
  const byDefault = spec.default === null ? '' : ` Default: ${spec.default}`
  return [
    `  ${`--${spec.flag}${VALUE_SHOWN[spec.kind]}`.padEnd(WIDTH)}${spec.text}`,
    `${indent}Environment ${environmentNames(spec).join(', ')}.${takes}${byDefault}`,
  ].join('\n')
}
