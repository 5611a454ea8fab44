// The routes that score, with every call handed to a collector when its answer is made.
//
// Around the routes and not in the server: where nothing is collected nothing of this is there.

import type { Contract, HttpCall, HttpReply, Route } from '../contracts/contract.ts'
import { type CollectedBody, type CollectedRequest, type Collector, keep } from '../data-collection.ts'
import { errorAnswer, type StatusStyle } from '../error-answer.ts'
import { asScorehostError, type ErrorCode, ScorehostError } from '../errors.ts'
import type { EncodedStream } from '../stream-output.ts'

const JSON_LENGTH = 'inference-header-content-length'
/** What a query is. */
const QUERY_TYPE = 'application/x-www-form-urlencoded'

type Chunk = string | Uint8Array
type Outcome = Pick<CollectedRequest, 'status' | 'error' | 'output'>

/** The same contracts. @param style Of the statuses of failures. */
export function collecting(
  contracts: readonly Contract[],
  collector: Collector,
  style: StatusStyle,
): readonly Contract[] {
  const wrap = (route: Route) => (route.scores === true ? collectingRoute(route, collector, style) : route)
  return contracts.map(contract => ({ ...contract, routes: contract.routes.map(wrap) }))
}

function collectingRoute(route: Route, collector: Collector, style: StatusStyle): Route {
  return {
    ...route,
    async handle(call, core) {
      if (!collector.wants()) return route.handle(call, core)
      const timeMs = Date.now()
      const conclude = (outcome: Outcome) =>
        collector.collect({ timeMs, ...requestPart(call, collector), ...outcome })
      try {
        return collectReply(await route.handle(call, core), collector, conclude)
      } catch (thrown) {
        // a client that has gone gets no answer
        const isAnswered = !call.cancellation.isAborted || thrown instanceof ScorehostError
        const { code, status } = failureOf(thrown, call, style)
        if (isAnswered) conclude({ status, error: code, output: null })
        throw thrown
      }
    },
  }
}

/** No headers: there are keys and tokens in them. */
function requestPart(call: HttpCall, { bodyBytes }: Collector) {
  const { requestId, method, path, headers, query, body, timing } = call
  const input =
    method === 'GET'
      ? keep(query, bodyBytes, { contentType: QUERY_TYPE, jsonBytes: null })
      : keep(body, bodyBytes, about(headers['content-type'], headers[JSON_LENGTH]))
  return { requestId, method, path, runMs: timing.runMs, input }
}

function about(contentType: string | undefined, jsonLength: string | string[] | undefined) {
  return { contentType: contentType ?? null, jsonBytes: jsonLength === undefined ? null : Number(jsonLength) }
}

function failureOf(thrown: unknown, { path, requestId }: HttpCall, style: StatusStyle) {
  const error = asScorehostError(thrown)
  return { code: error.code, status: errorAnswer(path, error, requestId, { style }).status }
}

function collectReply(
  reply: HttpReply,
  { bodyBytes }: Collector,
  conclude: (outcome: Outcome) => void,
): HttpReply {
  const { status, headers, body } = reply
  const what = about(headers['content-type'], headers[JSON_LENGTH])
  if (typeof body === 'string' || body instanceof Uint8Array) {
    conclude({ status, error: null, output: keep(body, bodyBytes, what) })
    return reply
  }
  const over = (error: ErrorCode | null, output: CollectedBody) => conclude({ status, error, output })
  return { ...reply, body: { ...body, chunks: watched(body, bodyBytes, over) } }
}

/** The pieces of a stream as they are; when it is over, however that came, as much of them as is of use. */
async function* watched(
  { chunks, contentType }: EncodedStream,
  bodyBytes: number,
  over: (error: ErrorCode | null, output: CollectedBody) => void,
): AsyncGenerator<Chunk> {
  const kept: Buffer[] = []
  let length = 0
  let room = bodyBytes
  let error: ErrorCode | null = null
  try {
    for await (const chunk of chunks) {
      const piece = room > 0 ? firstBytes(chunk, room) : null
      if (piece !== null) kept.push(piece)
      room -= piece?.length ?? 0
      length += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
      yield chunk
    }
  } catch (thrown) {
    error = asScorehostError(thrown).code
    throw thrown
  } finally {
    const bytes = Buffer.concat(kept)
    over(error, { contentType, kept: bytes, cutFrom: length > bytes.length ? length : null, jsonBytes: null })
  }
}

/** A copy: what the score module gave may change. */
function firstBytes(chunk: Chunk, most: number): Buffer {
  const bytes =
    typeof chunk === 'string' ? Buffer.from(chunk.slice(0, most)) : Buffer.from(chunk.subarray(0, most))
  return bytes.subarray(0, most)
}
