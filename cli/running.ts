// The commands that talk to a running service: scorehost status and scorehost reload.

import { ScorehostError } from '../runtime/errors.ts'
import { adminSocketPath, askSupervisor } from '../supervisor/admin.ts'
import type { ReloadOutcome } from '../supervisor/generations.ts'
import type { ServiceStatus, WorkerStatus } from '../supervisor/status.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { readConfiguration } from './configuration.ts'
import { formatTable } from './table.ts'

export const status: Command = {
  summary: 'Show the workers of a running service.',
  help: () => `Usage: scorehost status [--json] [--port PORT]

Shows the state of the service that listens on the port (5001, or what --port and the environment say), and of each worker:
slot, generation, process id, state, uptime, requests in flight, restarts with their reasons, memory.

  --json                    As JSON.
`,
  async run(words) {
    const { flags, has } = readArguments(words, { switches: ['json'] })
    // true: this is what the supervisor of the same version answers
    const answer = (await ask(flags, 'GET', '/status')) as ServiceStatus
    process.stdout.write(`${has('json') ? JSON.stringify(answer, null, 2) : statusText(answer)}\n`)
    return 0
  },
}

export const reload: Command = {
  summary: 'Load the score module and the models of a running service anew.',
  help: () => `Usage: scorehost reload [--port PORT]

Starts new workers beside the old ones; they take over when all are ready, and no request is lost. If they cannot start, the
old ones serve on, the reason is printed, and the exit code is 3. Settings are not read anew.
`,
  async run(words) {
    // true: as above
    const { ok, message } = (await ask(readArguments(words).flags, 'POST', '/reload')) as ReloadOutcome
    ;(ok ? process.stdout : process.stderr).write(
      `scorehost: ${ok ? 'reloaded' : 'reload failed'}: ${message}\n`,
    )
    return ok ? 0 : 3
  },
}

async function ask(
  flags: Readonly<Record<string, string>>,
  method: 'GET' | 'POST',
  path: string,
): Promise<unknown> {
  const { port } = readConfiguration(flags).settings
  try {
    return await askSupervisor(port, method, path)
  } catch (thrown) {
    const why = `nobody answers on ${adminSocketPath(port)}; --port or SCOREHOST_PORT says which service is meant`
    const which = port === null ? 'without a public port' : `on port ${port}`
    throw new ScorehostError('ERR_NOT_RUNNING', `There is no service ${which} here: ${why}`, {
      cause: thrown,
    })
  }
}

function statusText(answer: ServiceStatus): string {
  const { state, port, pid, uptimeMs, waiting, generation, nextGeneration, workers } = answer
  const next = nextGeneration === null ? '' : `, generation ${nextGeneration} is starting`
  const where = port === null ? 'without a public port' : `on port ${port}`
  const head = `${state} ${where}, pid ${pid}, up ${duration(uptimeMs)}, generation ${generation}${next}, ${waiting ?? '–'} waiting`
  const titles = [
    'slot',
    'generation',
    'pid',
    'state',
    'address',
    'uptime',
    'in flight',
    'queued',
    'restarts',
    'memory',
  ]
  return `${head}\n\n${formatTable([titles, ...workers.map(workerRow)])}`
}

function workerRow(worker: WorkerStatus): string[] {
  const { slot, generation, pid, state, address, uptimeMs, inFlight, queued, restarts, rssBytes } = worker
  const reasons = Object.entries(restarts).map(([reason, count]) => `${count} × ${reason}`)
  return [
    String(slot),
    String(generation),
    String(pid ?? '–'),
    state,
    address ?? '–',
    duration(uptimeMs),
    String(inFlight),
    String(queued),
    reasons.join(', ') || '0',
    rssBytes === null ? '–' : `${Math.round(rssBytes / 1_048_576)} MiB`,
  ]
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
