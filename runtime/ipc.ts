// Every message between the supervisor and a worker, as one tagged union.

import type { AnswerCode, ErrorCode } from './errors.ts'
import type { ModelState } from './model-info.ts'
import type { MetricJson } from './process-metrics.ts'
import type { RouteSnapshot } from './request-meters.ts'
import type { FrontAnswer } from './request-trace.ts'
import type { Settings } from './settings.ts'
import type { StatisticsSnapshot } from './statistics.ts'

/** Where a worker listens. */
export type WorkerAddress =
  | { readonly host: string; readonly port: number; readonly socketPath?: string }
  /** Absolute path of a Unix socket; beside a port where the front wants a socket and the settings a port. */
  | { readonly socketPath: string }

export type ToWorker =
  /** The first message: who the worker is. Settings come here and not by environment or arguments: some are secret. */
  | {
      readonly kind: 'start'
      readonly slot: number
      readonly generation: number
      readonly settings: Settings
      /** The models to load where model control is explicit, by name; a name may have a comma, so they are no text. */
      readonly models: readonly string[]
      /** A model that must be loaded, or the worker cannot become ready; null where none must. */
      readonly requiredModel: string | null
      /** Where to listen, where that is a Unix socket; null takes the port of the settings. */
      readonly socketPath: string | null
    }
  /** Finish what is in flight, close the score module, exit 0. */
  | { readonly kind: 'drain' }
  /** Send a heartbeat now. */
  | { readonly kind: 'beat' }
  /** Say what was scored and answered so far, under this id; with what Node tells of the process, where that is asked. */
  | { readonly kind: 'statistics'; readonly id: number; readonly process: boolean }
  /** Put these into the traces: the supervisor does not trace itself. */
  | { readonly kind: 'trace'; readonly answers: readonly FrontAnswer[] }
  /** To a question of the worker's: what was asked for. */
  | { readonly kind: 'answer'; readonly id: number; readonly ok: true; readonly value: unknown }
  /** To a question of the worker's: why not, as the error that its client gets. */
  | {
      readonly kind: 'answer'
      readonly id: number
      readonly ok: false
      readonly code: AnswerCode
      readonly message: string
    }

/** What a worker asks of the supervisor, for a client who asks about the whole service. */
export type Question =
  /** What all workers have scored, by model and version. */
  | { readonly what: 'statistics' }
  /** Answered when every worker has the model. `load` loads one that is loaded anew, `add` does not. */
  | {
      readonly what: 'load' | 'add'
      readonly model: string
      /** Size of its files, the least that it takes in memory; 0 where nobody can tell. */
      readonly fileBytes: number
    }
  /** Answered when no worker has the model any more. */
  | { readonly what: 'unload'; readonly model: string }

export type FromWorker =
  /** init() is done and the address answers. */
  | {
      readonly kind: 'ready'
      readonly address: WorkerAddress
      /** Requests it takes at once. */
      readonly concurrency: number
      /** JSON text of an input that works, null where the score module names none. */
      readonly sampleJson: string | null
      /** Every version of every model in the model folder. */
      readonly models: readonly ModelState[]
    }
  /** Sent every {@link HEARTBEAT_INTERVAL_MS}; its absence means that run() blocks the event loop. */
  | {
      readonly kind: 'heartbeat'
      readonly inFlight: number
      readonly queued: number
      readonly rssBytes: number
    }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** Under the id that was asked with; null where it comes by itself, beside a heartbeat. */
  | {
      readonly kind: 'statistics'
      readonly id: number | null
      /** By model and version. */
      readonly statistics: Readonly<Record<string, StatisticsSnapshot>>
      readonly routes: readonly RouteSnapshot[]
      /** Null where it was not asked for. */
      readonly process: readonly MetricJson[] | null
    }
  /** The worker cannot become ready and exits. The stack is in the log already. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }

export const HEARTBEAT_INTERVAL_MS = 1000

const FROM_WORKER_KINDS: ReadonlySet<unknown> = new Set<FromWorker['kind']>([
  'ready',
  'heartbeat',
  'ask',
  'statistics',
  'failed',
])

/** A score module shares the channel and may send on it what it likes; only our own messages have a kind of ours. */
export function isFromWorker(message: unknown): message is FromWorker {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    FROM_WORKER_KINDS.has(message.kind)
  )
}
