// scorehost serve: the service, until a signal ends it.

import type { Config } from '../runtime/config.ts'
import { ERRORS } from '../runtime/errors.ts'
import { createLog, type Log } from '../runtime/log.ts'
import { SETTING_NAMES } from '../runtime/settings.ts'
import { type ReadyReport, Supervisor } from '../supervisor/supervisor.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { shownValue } from './config.ts'
import { readConfiguration } from './configuration.ts'
import { settingsHelp } from './help.ts'
import { runBelowInit } from './init-process.ts'

/** A longer sample makes no line to copy. */
const LONGEST_SAMPLE = 500
/** A failure of Scorehost itself, by the convention of sysexits.h. */
export const EXIT_INTERNAL = 70
/** By convention a process that a signal ended has 128 and its number as exit code. */
const SIGNAL_EXIT_BASE = 128
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 }

export const serve: Command = {
  summary: 'Serve a score module.',
  help: () => `Usage: scorehost serve [settings]

Serves the score module of the app root until SIGTERM or SIGINT, which let requests in flight finish.
A second signal ends it at once. Exit codes: 0 ended by a signal, 2 a setting is wrong, 3 the score module failed.

${settingsHelp()}
`,
  async run(words) {
    const config = readConfiguration(readArguments(words).flags)
    const log = createLog(config.settings, { process: 'supervisor', pid: process.pid })
    const exitCode = await runBelowInit(log)
    if (exitCode !== null) return exitCode
    for (const warning of config.warnings) log.warn(warning)
    const settings = SETTING_NAMES.map(name => [
      name,
      `${shownValue(config, name)} (${config.origins[name]})`,
    ])
    log.info({ settings: Object.fromEntries(settings) }, 'settings')

    const supervisor = new Supervisor(
      config,
      {
        ready: report => announce(report, config),
        failed: ({ code, message }) => {
          log.fatal({ code }, `${code}: ${message}`)
          process.exit(ERRORS[code].exitCode ?? 3)
        },
      },
      log,
    )
    stopOnSignals(supervisor, config, log)
    process.on('uncaughtException', thrown => {
      log.fatal(
        { code: 'ERR_INTERNAL', err: thrown },
        'ERR_INTERNAL: the supervisor failed; this is a defect of Scorehost',
      )
      supervisor.kill()
      process.exit(EXIT_INTERNAL)
    })
    await supervisor.start()
    return null
  },
}

/** The one line for whoever has just started it: where it is and how to try it. */
function announce({ port, sampleJson }: ReadyReport, { settings }: Config): void {
  const host = settings.host === '0.0.0.0' || settings.host === '::' ? 'localhost' : settings.host
  const body = sampleJson === null || sampleJson.length > LONGEST_SAMPLE ? '{}' : sampleJson
  const quoted = `'${body.replaceAll("'", "'\\''")}'`
  const curl = `curl -s ${host}:${port}/score -H 'content-type: application/json' -d ${quoted}`
  process.stdout.write(`Scorehost is ready on http://${host}:${port} – try: ${curl}\n`)
}

function stopOnSignals(supervisor: Supervisor, { settings }: Config, log: Log): void {
  let stopping = false
  const onSignal = (signal: keyof typeof SIGNAL_NUMBERS) => {
    if (stopping) {
      log.warn(`second signal, ${signal}: ending at once`)
      supervisor.kill()
      process.exit(SIGNAL_EXIT_BASE + SIGNAL_NUMBERS[signal])
    }
    stopping = true
    log.info(`${signal}: stopping`)
    // at a terminal nobody waits for a load balancer
    void supervisor.stop(signal === 'SIGINT' ? 0 : settings.drainDelayMs).then(() => {
      log.info(`stopped by ${signal}`)
      process.exit(0)
    })
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
