// What is known of a death for which memory is the likely cause. The kernel kills without a word to the process, so the
// supervisor asks the cgroup afterwards.

import { totalmem } from 'node:os'
import { byteSize } from '../runtime/byte-size.ts'
import { type Cgroup, cgroups, type ReadFile, readFileOrNull } from '../runtime/cgroup.ts'
import { type MemoryLimit, memoryLimit } from '../runtime/resources.ts'
import type { WorkerExit } from './worker-handle.ts'

/** What the cgroup tells after a death. */
export interface MemoryFacts {
  readonly limit: MemoryLimit
  /** Most that was ever in use, null where the kernel does not say: cgroup v2 before Linux 5.19. */
  readonly peakBytes: number | null
  /** Whether the kernel has just counted a process killed for memory, null where it does not say. */
  readonly oomKill: boolean | null
}

/** For the log line of a death. */
export interface DeathNote {
  /** Sentences that follow the line's own text, each after a blank; empty where memory has nothing to do with it. */
  readonly text: string
  /** Memory is the likely cause: the kernel counted it, or does not count and nobody else is known to have killed it. */
  readonly outOfMemory: boolean
  readonly fields: { readonly memory?: Readonly<Record<string, unknown>> }
}

const NOTHING: DeathNote = { text: '', outOfMemory: false, fields: {} }

/** What a shell gives for SIGABRT, and Windows for abort(). */
const ABORT_EXIT_CODE = 134

/** Two workers killed at once are one look at the counter apart: a rise counts for the deaths of this time. */
const RISE_COUNTS_FOR_MS = 1000

/** Remembers how many processes the kernel had killed for memory, to see whether it were more at a death. */
export class MemoryWatch {
  readonly #readFile: ReadFile
  readonly #totalBytes: number
  #oomKills: number | null
  #roseAtMs = Number.NEGATIVE_INFINITY

  constructor(readFile: ReadFile = readFileOrNull, totalBytes: number = totalmem()) {
    this.#readFile = readFile
    this.#totalBytes = totalBytes
    this.#oomKills = oomKills(readFile)
  }

  /** To be called once for each death, soon after it. */
  explain(exit: WorkerExit, nowMs: number): DeathNote {
    return noteOfDeath(exit, () => {
      const limit = memoryLimit(this.#readFile, this.#totalBytes)
      return { limit, peakBytes: peakBytes(limit, this.#readFile), oomKill: this.#countedKill(nowMs) }
    })
  }

  #countedKill(nowMs: number): boolean | null {
    const count = oomKills(this.#readFile)
    if (count !== null && this.#oomKills !== null && count > this.#oomKills) this.#roseAtMs = nowMs
    this.#oomKills = count
    return count === null ? null : nowMs - this.#roseAtMs < RISE_COUNTS_FOR_MS
  }
}

/** Decides from how a worker ended what to say; `ask` is called only where memory may have to do with it. */
export function noteOfDeath(exit: WorkerExit, ask: () => MemoryFacts): DeathNote {
  if (exit.killedFor !== null) return NOTHING
  if (exit.signal === 'SIGKILL') return killedNote(ask())
  if (exit.signal === 'SIGABRT' || exit.exitCode === ABORT_EXIT_CODE) return abortedNote(ask())
  return NOTHING
}

function killedNote(facts: MemoryFacts): DeathNote {
  const peak = facts.peakBytes === null ? '' : `, the peak use was ${byteSize(facts.peakBytes)}`
  return {
    text:
      `. ${suspicion(facts.oomKill)} The memory limit is ${facts.limit.origin}${peak}.` +
      ` ${facts.oomKill === false ? 'If it was memory, lower' : 'Lower'} WORKER_COUNT or raise the container's memory` +
      ' (docker --memory, Kubernetes resources.limits.memory).',
    outOfMemory: facts.oomKill !== false,
    fields: fieldsOf(facts),
  }
}

/** A kill that the counter does not show may still be for memory: systemd-oomd and its like send a plain SIGKILL. */
function suspicion(oomKill: boolean | null): string {
  if (oomKill === true) return 'Memory is the likely cause: the kernel counted an OOM kill.'
  const other = "so it may also have been another process's kill -9."
  return oomKill === null
    ? `Memory is the likely cause, but this kernel does not tell its OOM kills, ${other}`
    : `Memory is a possible cause, but the kernel counted no OOM kill, ${other}`
}

function abortedNote(facts: MemoryFacts): DeathNote {
  return {
    text:
      '. A full JavaScript heap is the likely cause, if "JavaScript heap out of memory" stands above: raise it with' +
      ' NODE_OPTIONS=--max-old-space-size=<MiB>, for each worker, so that all of them stay below the memory limit,' +
      ` ${facts.limit.origin}.`,
    // that is for the setting to mend, not for a model to go
    outOfMemory: false,
    fields: fieldsOf(facts),
  }
}

function fieldsOf({ limit, peakBytes, oomKill }: MemoryFacts): DeathNote['fields'] {
  return { memory: { limitBytes: limit.bytes, limitOrigin: limit.origin, peakBytes, oomKill } }
}

/** How many processes of this cgroup the kernel has killed for memory; v1 counts them where they are, not above. */
function oomKills(readFile: ReadFile): number | null {
  const files = { 1: 'memory.oom_control', 2: 'memory.events' }
  const text = nearest(cgroups('memory', readFile), files, readFile) ?? ''
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1]
  return count === undefined ? null : Number(count)
}

/** Of the cgroup that has the limit, or of this process's own. */
function peakBytes(limit: MemoryLimit, readFile: ReadFile): number | null {
  const where = limit.cgroup === null ? cgroups('memory', readFile) : [limit.cgroup]
  const text = nearest(where, { 1: 'memory.max_usage_in_bytes', 2: 'memory.peak' }, readFile)
  const bytes = Number(text ?? '')
  return bytes > 0 ? bytes : null
}

/** The text of a file that is named differently in v1 and v2, in the first cgroup that has it. */
function nearest(
  where: readonly Cgroup[],
  files: { readonly 1: string; readonly 2: string },
  readFile: ReadFile,
): string | null {
  for (const { version, folder } of where) {
    const text = readFile(`${folder}/${files[version]}`)
    if (text !== null) return text
  }
  return null
}
