// Health and readiness, answered by the supervisor however busy the workers are.

import { errorHeaders, ScorehostError } from '../runtime/errors.ts'
import { PROBES } from '../runtime/health-paths.ts'
import { HEALTHY } from '../runtime/healthy.ts'
import { type OwnAnswer, ownError } from './front/own-answer.ts'

export type ServiceState = 'starting' | 'ready' | 'unavailable' | 'draining'

/** The line of the log when every worker has started. */
export function describeStart(state: ServiceState): string {
  return state === 'ready'
    ? 'ready'
    : 'serving, but not ready: a model could not be loaded (SCOREHOST_STRICT_READINESS)'
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** What is said on a path where all is well; on any other it is `ok`. */
const WELL: Readonly<Record<string, OwnAnswer>> = {
  '/v2/health/live': json({ live: true }),
  '/v2/health/ready': json({ ready: true }),
  '/health': json({ status: 'ok' }),
  '/ping': text(''),
}
const OK = text('ok')

/**
 * The health paths: `/` for AzureML, `/livez` and `/readyz` for Kubernetes, `/v2/health/…` of the V2 protocol, of whose clients
 * some fail on an empty body, `/health` for OCI, `/ping` for SageMaker, and those of the settings.
 *
 * `/` is 502 until the service is ready: AzureML's client takes that for "not ready yet" and any other for "failed".
 *
 * @param further Paths of the settings; another contract may have routes there for other methods.
 */
export function answerHealth(
  state: ServiceState,
  further: readonly string[],
  method: string,
  path: string,
  requestId: string,
): OwnAnswer | null {
  const isProbe = method === 'GET' || method === 'HEAD'
  if (path === '/') return isProbe ? rootHealth(state, requestId) : null
  const asks = PROBES[path]
  if (asks === undefined && !(isProbe && further.includes(path))) return null
  if (!isProbe) return wrongMethod(path, method, requestId)
  return asks === 'alive' || state === 'ready' ? (WELL[path] ?? OK) : notReady(path, state, requestId)
}

/** Of a path that is for looking at alone. */
export function wrongMethod(path: string, method: string, requestId: string): OwnAnswer {
  const error = new ScorehostError('ERR_METHOD', `${path} does not take ${method}; it takes GET, HEAD.`)
  return ownError(path, error, requestId, { allow: 'GET, HEAD' })
}

function rootHealth(state: ServiceState, requestId: string): OwnAnswer {
  if (state === 'ready') return text(HEALTHY)
  return { ...notReady('/', state, requestId), status: state === 'draining' ? 503 : 502 }
}

function text(body: string): OwnAnswer {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

function json(value: unknown): OwnAnswer {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(value) }
}

function notReady(path: string, state: ServiceState, requestId: string): OwnAnswer {
  const code = state === 'draining' ? 'ERR_DRAINING' : 'ERR_NO_WORKER'
  const error = new ScorehostError(code, `The service is ${state}.`)
  return ownError(path, error, requestId, errorHeaders(code))
}
