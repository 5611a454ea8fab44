// Exit codes that no row of the error table has.

import { constants } from 'node:os'

/** A failure of Scorehost itself, by the convention of sysexits.h. */
export const EXIT_INTERNAL = 70

const SIGNAL_EXIT_BASE = 128

/** By convention a process that a signal ended has 128 and the signal's number as exit code. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return SIGNAL_EXIT_BASE + constants.signals[signal]
}
