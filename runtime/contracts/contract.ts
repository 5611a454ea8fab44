// What a hosting contract is: a table of routes, each a pure step from an HTTP call to an HTTP reply.

import type { IncomingHttpHeaders } from 'node:http'
import type { Cancellation } from '../cancellation.ts'
import type { ScoreTrace } from '../score-trace.ts'
import type { Core, RunTiming } from '../scoring.ts'
import type { EncodedStream } from '../stream-output.ts'

export type Method = 'GET' | 'POST' | 'DELETE' | 'OPTIONS'

/** One HTTP request, free of sockets and of Express. */
export interface HttpCall {
  readonly method: Method
  readonly path: string
  /** Parts of the path that the route gives a name to, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** As it came, without the question mark. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** The body, its content encoding undone; empty where the route reads none. */
  readonly body: Buffer
  readonly requestId: string
  readonly cancellation: Cancellation
  /** Headers that its answer has whatever becomes of it; a route may add some. Names in lower case. */
  readonly always: Record<string, string>
  /** For every request to the core that the call makes. */
  readonly timing: RunTiming
  /** As well; null where nothing is traced. */
  readonly trace: ScoreTrace | null
}

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | EncodedStream
}

export interface Route {
  readonly method: Method
  /** `{name}` stands for one part of it. */
  readonly path: string
  readonly body: 'none' | 'raw'
  /** Where in the body something begins that is to be aligned in memory, in bytes; the headers tell, and may be wrong. */
  alignedAt?(headers: IncomingHttpHeaders): number
  /** The content encodings that it takes; unset takes all that are known. */
  readonly encodings?: readonly string[]
  /** It scores: a path of the settings that is this one is served already. */
  readonly scores?: boolean
  /** The reply is compressed where the client accepts it. */
  readonly compress?: boolean
  /** @throws ScorehostError which the HTTP layer turns into its answer */
  handle(call: HttpCall, core: Core): HttpReply | Promise<HttpReply>
}

export interface Contract {
  readonly name: string
  readonly routes: readonly Route[]
}
