// scorehost replicas: how many replicas a load needs.

import { ScorehostError } from '../runtime/errors.ts'
import { readOwnFlags } from './arguments.ts'
import type { Command } from './command.ts'
import { compare, type Decimal, decimalText, multiply, readDecimal, replicaCount } from './replica-count.ts'

const FLAGS = ['rps', 'seconds', 'per-container', 'utilization'] as const
type Flag = (typeof FLAGS)[number]

const DEFAULTS: Readonly<Partial<Record<Flag, string>>> = { 'per-container': '1', utilization: '0.7' }
const ONE: Decimal = { digits: 1n, scale: 0 }

export const replicas: Command = {
  summary: 'Reckon how many replicas a load needs.',
  help: () => `Usage: scorehost replicas --rps N --seconds N [--per-container N] [--utilization N]

Prints the number of replicas by AzureML's formula, and below it how it comes about:
replicas = rps * seconds / utilization / per-container, rounded up.

  --rps …                   Requests per second.
  --seconds …               How long one request takes, in seconds.
  --per-container …         Requests that one container runs at once; its workers, where each runs one. Default: 1
  --utilization …           Share of the replicas that is to be busy, at most 1. Default: 0.7, as AzureML has it
`,
  async run(words) {
    const value = readOwnFlags(words, FLAGS)
    const read = (flag: Flag) => readFlag(flag, value(flag) ?? DEFAULTS[flag] ?? null)
    const load = {
      requestsPerSecond: read('rps'),
      secondsPerRequest: read('seconds'),
      perContainer: read('per-container'),
      utilization: read('utilization'),
    }
    if (compare(load.utilization, ONE) > 0)
      throw invalid(
        `--utilization: ${decimalText(load.utilization)} is more than 1, which is all of the time`,
      )
    const { requestsPerSecond, secondsPerRequest } = load
    const atOnce = multiply(requestsPerSecond, secondsPerRequest)
    process.stdout.write(
      `${replicaCount(load)}
${decimalText(requestsPerSecond)} requests/s x ${decimalText(secondsPerRequest)} s = ${decimalText(atOnce)} at once; \
/ ${decimalText(load.utilization)} utilization / ${decimalText(load.perContainer)} per container
`,
    )
    return 0
  },
}

function readFlag(flag: Flag, text: string | null): Decimal {
  if (text === null) throw invalid(`--${flag} is missing; scorehost replicas --help says what it is`)
  const number = readDecimal(text)
  if (number === null || number.digits === 0n)
    throw invalid(`--${flag}: "${text}" is no number above 0, such as 20 or 0.5`)
  return number
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}
