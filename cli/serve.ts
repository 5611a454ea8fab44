// scorehost serve: the service, until a signal ends it.

import type { Config } from '../runtime/config.ts'
import { createLog } from '../runtime/log.ts'
import { SETTING_NAMES } from '../runtime/settings.ts'
import { supervise } from '../supervisor/main.ts'
import type { ReadyReport } from '../supervisor/supervisor-events.ts'
import { handedOver, readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { shownValue } from './config.ts'
import { readConfiguration } from './configuration.ts'
import { settingsHelp } from './help.ts'
import { runBelowInit } from './init-process.ts'

/** A longer sample makes no line to copy. */
const LONGEST_SAMPLE = 500

export const serve: Command = {
  summary: 'Serve a score module.',
  help: () => `Usage: scorehost serve [settings]

Serves the score module of the app root until SIGTERM or SIGINT, which let requests in flight finish.
A second signal ends it at once. SIGHUP reloads. Exit codes: 0 ended by a signal, 2 a setting is wrong, 3 the score module
failed.

${settingsHelp()}
`,
  async run(words) {
    const config = readConfiguration(readArguments([...handedOver(process.env), ...words]).flags)
    const log = createLog(config.settings, { process: 'supervisor', pid: process.pid })
    const exitCode = await runBelowInit(log)
    if (exitCode !== null) return exitCode
    for (const warning of config.warnings) log.warn(warning)
    const settings = SETTING_NAMES.map(name => [
      name,
      `${shownValue(config, name)} (${config.origins[name]})`,
    ])
    log.info({ settings: Object.fromEntries(settings) }, 'settings')
    await supervise(config, log, report => announce(report, config))
    return null
  },
}

/** For whoever has just started it: where it is and how to try it; and where it can be watched. */
function announce({ port, sampleJson }: ReadyReport, { settings }: Config): void {
  if (port === null) {
    process.stdout.write('Scorehost is ready, without a public port\n')
    return
  }
  const host = settings.host === '0.0.0.0' || settings.host === '::' ? 'localhost' : settings.host
  const body = sampleJson === null || sampleJson.length > LONGEST_SAMPLE ? '{}' : sampleJson
  const quoted = `'${body.replaceAll("'", "'\\''")}'`
  const key = settings.authKeys === null ? '' : " -H 'authorization: Bearer KEY'"
  const curl = `curl -s ${host}:${port}/score -H 'content-type: application/json'${key} -d ${quoted}`
  process.stdout.write(`Scorehost is ready on http://${host}:${port} – try: ${curl}\n`)
  const isSeenHere = settings.dashboard === 'on' || /^(localhost$|127\.|::1$)/.test(host)
  if (settings.dashboard !== 'off' && isSeenHere)
    process.stdout.write(`The dashboard is at http://${host}:${port}/dashboard/\n`)
}
