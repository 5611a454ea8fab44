// One call that scores, with AzureML's headers: what /score does, and every path that is to do the same.

import { ScorehostError } from '../errors.ts'
import { decodeQuery } from '../input.ts'
import { isJsonType, mediaTypeOf } from '../media-type.ts'
import type { Core, ScoreResult } from '../scoring.ts'
import type { HttpCall, HttpReply, Route } from './contract.ts'
import { encodeResult } from './encode-result.ts'

/** A status from here on is a failure, also where the score module chose it. */
const FAILED = 500

/** A path that scores: by POST the body, by GET the query; a browser or a client asks by OPTIONS what it takes. */
export function scoringRoutes(path: string): readonly Route[] {
  const options = { status: 200, headers: { allow: 'GET, POST, OPTIONS' }, body: '' }
  return [
    { method: 'GET', path, body: 'none', scores: true, handle: score },
    { method: 'POST', path, body: 'raw', scores: true, handle: score },
    { method: 'OPTIONS', path, body: 'none', handle: () => options },
  ]
}

export async function score(call: HttpCall, core: Core): Promise<HttpReply> {
  const result = await runCall(call, core)
  return encodeResult(result, call.headers.accept, call.requestId)
}

/**
 * Reads the input of a call and scores it. The answer, whatever it will be, says how long `run()` took and whether it failed.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http#response-headers
 */
export async function runCall(call: HttpCall, core: Core): Promise<ScoreResult> {
  const { method, path, headers, body, requestId, cancellation, always, timing, trace } = call
  const contentType = headers['content-type'] ?? null
  always['x-ms-server-version'] = `scorehost/${core.service.runtimeVersion}`
  try {
    const query = decodeQuery(call.query)
    const read =
      method === 'GET' ? core.input.ofQuery(query, call.query) : core.input.ofBody(contentType, body)
    const input = read instanceof Promise ? await read : read
    const result = await core.score({
      requestId,
      input,
      raw: body,
      contentType,
      headers,
      query,
      cancellation,
      schedule: null,
      method,
      path,
      timing,
      trace,
    })
    always['x-ms-run-function-failed'] = result.status >= FAILED ? 'True' : 'False'
    return result
  } finally {
    // what did not run has no time
    if (timing.runMs !== null) always['x-ms-run-fn-exec-ms'] = timing.runMs.toFixed(3)
  }
}

/** @throws ScorehostError ERR_INPUT_UNSUPPORTED for a body that is not called JSON */
export function requireJson(contentType: string | undefined): void {
  if (!isJsonType(mediaTypeOf(contentType)))
    throw new ScorehostError('ERR_INPUT_UNSUPPORTED', `Instances come as JSON, not as ${contentType}.`)
}
