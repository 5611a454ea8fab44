// The line that nginx writes of each error that it answered itself. Pure: text in, text out.

import { isAnswerCode } from '../../runtime/errors.ts'
import { splitTarget } from '../../runtime/request-target.ts'
import type { OwnError } from './own-errors.ts'

const MS_PER_S = 1000

/** For `log_format`. The request line as it came is last, for it may have anything in it; the method alone is that of the redirect. */
export const OWN_ERROR_FORMAT =
  'scorehost-own $own_code $status $own_id $request_time $body_bytes_sent $own_traceparent $request'

/** Null for any other line. */
export function readOwnError(line: string): OwnError | null {
  const match = /^scorehost-own (ERR_\w+) (\d+) (\S+) ([\d.]+) (\d+) (\S+) (\S*) ?(\S*)/.exec(line)
  if (match === null) return null
  const [, code = '', status, requestId = '', seconds, bytes, traceparent = '-', method = '', target = ''] =
    match
  if (!isAnswerCode(code)) return null
  const durationMs = Number(seconds) * MS_PER_S
  return {
    code,
    status: Number(status),
    requestId,
    method,
    path: splitTarget(target).path,
    startedAtMs: Date.now() - durationMs,
    durationMs,
    bytesOut: Number(bytes),
    traceparent: traceparent === '-' ? null : traceparent,
  }
}
