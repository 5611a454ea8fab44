// A request that was scored, for whoever counts, logs or traces requests.

import type { RequestRecord } from '../../runtime/request-record.ts'

export const SCORED: RequestRecord = {
  requestId: 'a',
  method: 'POST',
  path: '/score',
  route: '/score',
  status: 200,
  code: null,
  aborted: false,
  startedAtMs: 0,
  durationMs: 1,
  timing: { queueMs: null, runMs: null },
  bytesIn: 0,
  bytesOut: 0,
}
