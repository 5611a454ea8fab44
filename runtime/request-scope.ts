// Which requests the code that runs now is working on.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { TraceIds } from './score-trace.ts'

/** The request id of log lines that no request is behind. */
export const NO_REQUEST_ID = '00000000-0000-0000-0000-000000000000'

/** What log lines say of the requests: one id, or those of a batch; and of the trace, where there is one. */
export type RequestScope = ({ readonly requestId: string } | { readonly requestIds: readonly string[] }) &
  Partial<TraceIds>

const scopes = new AsyncLocalStorage<RequestScope>()

const NO_REQUEST: RequestScope = { requestId: NO_REQUEST_ID }

/** Runs something in the scope of requests, with all that comes of it later. */
export function inScope<T>(scope: RequestScope, run: () => T): T {
  return scopes.run(scope, run)
}

export function currentScope(): RequestScope {
  return scopes.getStore() ?? NO_REQUEST
}
