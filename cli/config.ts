// scorehost config: what is in force, and where it came from.

import type { Config } from '../runtime/config.ts'
import { SETTING_NAMES, type SettingName, settingSpec } from '../runtime/settings.ts'
import { handedOver, readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { readConfiguration } from './configuration.ts'
import { settingsHelp } from './help.ts'
import { formatTable } from './table.ts'

/** A setting's value as people may see it. */
export function shownValue(config: Config, name: SettingName): string {
  const value = config.settings[name]
  if (value === null) return '–'
  return settingSpec(name).secret ? '(hidden)' : String(value)
}

function table(config: Config): string {
  return formatTable(SETTING_NAMES.map(name => [name, shownValue(config, name), config.origins[name]]))
}

function json(config: Config): string {
  const rows = SETTING_NAMES.map(name => {
    const value = settingSpec(name).secret ? shownValue(config, name) : config.settings[name]
    return [name, { value, origin: config.origins[name] }]
  })
  return JSON.stringify(Object.fromEntries(rows), null, 2)
}

export const config: Command = {
  summary: 'Print the settings in force and where each came from.',
  help: () => `Usage: scorehost config [--json] [settings]

Prints every setting with its value and where it came from: flag over environment over file over default.

  --json                    As JSON.
${settingsHelp()}
`,
  async run(words) {
    const { flags, has } = readArguments([...handedOver(process.env), ...words], { switches: ['json'] })
    const inForce = readConfiguration(flags)
    for (const warning of inForce.warnings) process.stderr.write(`scorehost: warning: ${warning}\n`)
    process.stdout.write(`${has('json') ? json(inForce) : table(inForce)}\n`)
    return 0
  },
}
