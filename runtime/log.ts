// The log: one JSON object a line on standard error, or readable lines on a terminal.

import { createRequire } from 'node:module'
import { isatty } from 'node:tty'
import { type Logger, pino, stdTimeFunctions } from 'pino'
import type { Settings } from './settings.ts'

export type Log = Logger

const STANDARD_ERROR = 2

/**
 * Writes synchronously, so that the line which says why a process ends is out before it ends.
 *
 * @param fields What every line carries, for example which process wrote it.
 */
export function createLog(
  settings: Pick<Settings, 'logLevel' | 'logFormat'>,
  fields: Record<string, unknown>,
): Log {
  const options = {
    level: settings.logLevel,
    base: fields,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const pretty = settings.logFormat === 'pretty' || (settings.logFormat === 'auto' && isatty(STANDARD_ERROR))
  return pretty
    ? pino(options, prettyStream())
    : pino(options, pino.destination({ fd: STANDARD_ERROR, sync: true }))
}

/** Loaded only when asked for: it takes longer to load than all of pino, and a container never needs it. */
function prettyStream() {
  const prettyPrint: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty')
  return prettyPrint({
    destination: STANDARD_ERROR,
    sync: true,
    colorize: isatty(STANDARD_ERROR),
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,process,worker,generation',
    messageFormat: (line, messageKey) =>
      `[${line['worker'] === undefined ? line['process'] : `worker ${line['worker']}`}] ${line[messageKey]}`,
  })
}
