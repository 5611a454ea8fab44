// The reply that a scored result is, in the contracts that send it as it is.

import { encodeOutput } from '../output.ts'
import { ResultStream } from '../result-stream.ts'
import type { ScoreResult } from '../scoring.ts'
import { encodeStream } from '../stream-output.ts'
import { TensorOutput } from '../tensor-request.ts'
import { tensorsText } from '../tensor-text.ts'
import type { HttpReply } from './contract.ts'

/** Proxies pass a stream on as it comes, and nobody keeps it. */
const STREAM_HEADERS = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' }

/**
 * A text for which the score module chose a content type that is not JSON goes out as it is.
 *
 * @param accept The client's header.
 * @throws ScorehostError ERR_RUN_FAILED where JSON cannot carry the value
 */
export function encodeResult(
  { value, status, headers }: ScoreResult,
  accept: string | undefined,
  requestId: string,
): HttpReply | Promise<HttpReply> {
  if (value instanceof ResultStream)
    return encodeStream(value, headers['content-type'], accept, requestId).then(body => ({
      status,
      headers: { ...STREAM_HEADERS, 'content-type': body.contentType, ...headers },
      body,
    }))
  if (value instanceof TensorOutput)
    return { status, headers: { 'content-type': 'application/json' }, body: tensorsText(value.tensors) }
  const chosen = headers['content-type']
  // JSON would put quotes around it
  if (typeof value === 'string' && chosen !== undefined && !/[/+]json\b/i.test(chosen))
    return { status, headers, body: value }
  const { body, contentType } = encodeOutput(value)
  return { status, headers: { 'content-type': contentType, ...headers }, body }
}
