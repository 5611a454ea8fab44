// The log: one JSON object a line on standard error, or readable lines on a terminal.

import { createRequire } from 'node:module'
import { isatty } from 'node:tty'
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Settings } from './settings.ts'

export type Log = Logger

const STANDARD_ERROR = 2

type LogSettings = Pick<Settings, 'logLevel' | 'logFormat'>

/** Lines are written when there is so much of them, or after so long. */
const BUFFER_BYTES = 8192
const BUFFER_MS = 200

/**
 * Writes synchronously, so that the line which says why a process ends is out before it ends.
 *
 * @param fields What every line carries, for example which process wrote it.
 */
export function createLog(settings: LogSettings, fields: Record<string, unknown>): Log {
  return write(settings, fields, () => pino.destination({ fd: STANDARD_ERROR, sync: true }))
}

/**
 * For many lines of which none says why a process ends: they are written together. What is left is written when the process
 * exits, also by an exception that nobody caught; only a process that is killed takes the lines of its last moment with it.
 */
export function bufferedLog(settings: LogSettings, fields: Record<string, unknown>): Log {
  const buffer = { fd: STANDARD_ERROR, sync: false, minLength: BUFFER_BYTES, periodicFlush: BUFFER_MS }
  return write(settings, fields, () => pino.destination(buffer))
}

function write(
  settings: LogSettings,
  fields: Record<string, unknown>,
  destination: () => DestinationStream,
): Log {
  const options = {
    level: settings.logLevel,
    base: fields,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const pretty = settings.logFormat === 'pretty' || (settings.logFormat === 'auto' && isatty(STANDARD_ERROR))
  return pino(options, pretty ? prettyStream() : destination())
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
