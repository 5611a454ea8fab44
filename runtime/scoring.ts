// What scoring is, free of HTTP: a request goes in, a result comes out.

import type { IncomingHttpHeaders } from 'node:http'
import type { Cancellation } from './cancellation.ts'
import type { InputReader } from './input-reader.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { RunTrace, ScoreTrace } from './score-trace.ts'
import type { Statistics } from './statistics.ts'

/** One request to score, however it came in. */
export interface ScoreRequest {
  readonly requestId: string
  /** What the {@link InputReader} of the core made of the body, or of the query of a GET. */
  readonly input: unknown
  /** The body, its content encoding undone. */
  readonly raw: Buffer
  readonly contentType: string | null
  readonly headers: IncomingHttpHeaders
  readonly query: Readonly<Record<string, unknown>>
  /** Aborted by the engine on a timeout, and by whoever took the request when its client has gone. */
  readonly cancellation: Cancellation
  /** What the client asks of the queue; null asks for nothing. */
  readonly schedule: ScheduleRequest | null
  /** A further part of a request whose first part is there before it: it waits for its turn without the limits of the line. */
  readonly admitted?: boolean
  /** Where it came in; POST and /score where nobody says. */
  readonly method?: string
  readonly path?: string
  /** Of a request with instances: what its client sent beside them. */
  readonly parameters?: unknown
  /** Filled in by the engine. */
  readonly timing?: RunTiming
  /** Null, or unset, where nothing is traced. */
  readonly trace?: ScoreTrace | null
  /** Filled in by the engine for the scorer, where it is traced. */
  run?: RunTrace
}

/** How long a request waited and ran; of one with several instances, the longest of them. */
export interface RunTiming {
  /** In the front's line and in that of the engine; null where it never came there. */
  queueMs: number | null
  /** Null where it has not run. */
  runMs: number | null
}

export interface ScheduleRequest {
  /** 1 is the highest; 0 is the default of whoever is asked. */
  readonly priority: number
  /** Longest wait for a turn, in milliseconds; 0 sets no limit. */
  readonly timeoutMs: number
}

export interface ScoreResult {
  /** What the score module returned, or the body of its reply; a {@link ResultStream} where that is a stream. */
  readonly value: unknown
  /** 200, or what the score module chose. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** What became of one request of a batch that failed alone. */
export class ScoreFailure {
  readonly thrown: unknown

  constructor(thrown: unknown) {
    this.thrown = thrown
  }
}

export interface BatchPolicy {
  /** Most rows of a batch; a request to a score module is one row. */
  readonly maxSize: number
  /** How long the oldest request waits for others, in milliseconds; 0 waits for none. */
  readonly maxDelayMs: number
  /** Sizes that are sent as soon as they are reached, in rows. */
  readonly preferredSizes: readonly number[]
}

/** What happens to requests of one priority while they wait. */
export interface QueuePolicy {
  /** Most that wait; one more is refused. */
  readonly maxQueueSize: number
  /** Longest wait, in milliseconds; 0 sets no limit. */
  readonly defaultTimeoutMs: number
  /** Whether a request may ask for a shorter wait. */
  readonly allowTimeoutOverride: boolean
  /** Of a request that has waited for so long: refused, or run when nobody else waits. */
  readonly timeoutAction: 'reject' | 'delay'
  /** What a request is told that finds the queue full, or has waited for too long. */
  readonly messages: { readonly full: string; readonly late: string }
}

/** The texts that clients of the V2 protocol look for. */
export const V2_QUEUE_MESSAGES = { full: 'Exceeds maximum queue size', late: 'Request timeout expired' }

export interface SchedulePolicy {
  /** Priorities are 1, the highest, to this; 0 where there is but one. */
  readonly priorityLevels: number
  readonly defaultPriority: number
  readonly defaultQueuePolicy: QueuePolicy
  /** By priority, where it is not the default one. */
  readonly queuePolicies: ReadonlyMap<number, QueuePolicy>
}

/** One line without limits: the front's admission is before it. */
export const FIRST_COME: SchedulePolicy = {
  priorityLevels: 0,
  defaultPriority: 0,
  defaultQueuePolicy: {
    maxQueueSize: Number.POSITIVE_INFINITY,
    defaultTimeoutMs: 0,
    allowTimeoutOverride: true,
    timeoutAction: 'reject',
    messages: V2_QUEUE_MESSAGES,
  },
  queuePolicies: new Map(),
}

/** What a request is to the batcher. */
export interface BatchShare {
  readonly rows: number
  /** Only requests with the same key fit into one batch. */
  readonly key: string
}

/** Something that scores: the user's score module, or a model. */
export interface Scorer {
  /** Null where each request is run alone. */
  readonly batching: BatchPolicy | null
  readonly schedule: SchedulePolicy
  /** It counts the batches that it runs; the engine counts the requests. */
  readonly statistics: Statistics
  shareOf(request: ScoreRequest): BatchShare
  /**
   * Scores requests together; one where `batching` is null.
   *
   * @returns One outcome for each request, in their order.
   * @throws whatever the user's code throws; the engine gives it a code
   */
  score(batch: readonly ScoreRequest[]): Promise<readonly (ScoreResult | ScoreFailure)[]>
  close(): Promise<void>
}

/** The scoring path as the contracts see it. */
export interface Core {
  readonly input: InputReader
  readonly service: ServiceInfo
  /** Requests to what /score serves that it takes at once; more would wait. */
  readonly concurrency: number
  /** Models that are served as they are. */
  readonly models: ModelCatalog
  /** @throws ScorehostError ERR_RUN_FAILED, ERR_PROCESSOR_FAILED, ERR_SCORING_TIMEOUT, ERR_QUEUE_TIMEOUT */
  score(request: ScoreRequest): Promise<ScoreResult>
}

/** A JSON Schema; true takes anything. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** What a service tells of itself, in swagger and in the line that says it is ready. */
export interface ServiceInfo {
  readonly name: string
  readonly version: string
  /** What KServe's V1 protocol calls the score module; null where there is none. */
  readonly moduleName: string | null
  /** What the V2 protocol calls the server. */
  readonly v2ServerName: string
  /** Of Scorehost. */
  readonly runtimeVersion: string
  /** Path below which a gateway serves it, without a slash at the end; empty where there is none. */
  readonly pathPrefix: string
  /** A request has to show a key. */
  readonly asksForKey: boolean
  /** What an input and an answer look like; null where the score module does not say. */
  readonly inputSchema: JsonSchema | null
  readonly outputSchema: JsonSchema | null
  /** Exports of the score module, undefined where it has none. */
  readonly inputSample: unknown
  readonly outputSample: unknown
  /** The author's own description files, JSON text by their name: `swagger.json`, `swagger2.json`, … */
  readonly ownDescriptions: ReadonlyMap<string, string>
}
