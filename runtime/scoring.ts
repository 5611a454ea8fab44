// What scoring is, free of HTTP: a request goes in, a result comes out.

import type { IncomingHttpHeaders } from 'node:http'
import type { InputReader } from './input-reader.ts'

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
  readonly cancellation: AbortController
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
  /** Most requests of a batch. */
  readonly maxSize: number
  /** How long the oldest request waits for others, in milliseconds; 0 waits for none. */
  readonly maxDelayMs: number
}

/** Something that scores: the user's score module, or a model. */
export interface Scorer {
  /** Null where each request is run alone. */
  readonly batching: BatchPolicy | null
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
  /** @throws ScorehostError ERR_RUN_FAILED, ERR_PROCESSOR_FAILED, ERR_SCORING_TIMEOUT, ERR_QUEUE_TIMEOUT */
  score(request: ScoreRequest): Promise<ScoreResult>
}

/** A JSON Schema; true takes anything. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** What a service tells of itself, in swagger and in the line that says it is ready. */
export interface ServiceInfo {
  readonly name: string
  readonly version: string
  /** Path below which a gateway serves it, without a slash at the end; empty where there is none. */
  readonly pathPrefix: string
  /** What an input and an answer look like; null where the score module does not say. */
  readonly inputSchema: JsonSchema | null
  readonly outputSchema: JsonSchema | null
  /** Exports of the score module, undefined where it has none. */
  readonly inputSample: unknown
  readonly outputSample: unknown
  /** The author's own description files, JSON text by their name: `swagger.json`, `swagger2.json`, … */
  readonly ownDescriptions: ReadonlyMap<string, string>
}
