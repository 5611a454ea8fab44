// What scoring is, free of HTTP: a request goes in, a result comes out.

import type { IncomingHttpHeaders } from 'node:http'

/** One request to score, however it came in. */
export interface ScoreRequest {
  readonly requestId: string
  /** The decoded body, or for a GET its query as an object. */
  readonly input: unknown
  /** The body as it came. */
  readonly raw: Buffer
  readonly contentType: string | null
  readonly headers: IncomingHttpHeaders
  readonly query: Readonly<Record<string, unknown>>
  /** Aborted by the engine on a timeout, and by whoever took the request when its client has gone. */
  readonly cancellation: AbortController
}

export interface ScoreResult {
  /** What the score module returned. */
  readonly value: unknown
}

/** Something that scores: the user's score module, or a model. */
export interface Scorer {
  /** @throws whatever the user's code throws; the engine gives it a code */
  score(request: ScoreRequest): Promise<ScoreResult>
  close(): Promise<void>
}

/** The scoring path as the contracts see it. */
export interface Core {
  /** @throws ScorehostError ERR_RUN_FAILED, ERR_SCORING_TIMEOUT, ERR_QUEUE_TIMEOUT */
  score(request: ScoreRequest): Promise<ScoreResult>
  readonly service: ServiceInfo
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
