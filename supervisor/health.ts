// Health and readiness, answered by the supervisor however busy the workers are.

import { errorAnswer } from '../runtime/error-answer.ts'
import { retryHeaders, ScorehostError } from '../runtime/errors.ts'
import { HEALTHY } from '../runtime/healthy.ts'
import type { OwnAnswer } from './front/own-answer.ts'

export type ServiceState = 'starting' | 'ready' | 'unavailable' | 'draining'

/** Answers a path that is the supervisor's own; null for a path that is the workers'. */
export type AnswerHealth = (method: string, path: string, requestId: string) => OwnAnswer | null

/** The line of the log when every worker has started. */
export function describeStart(state: ServiceState): string {
  return state === 'ready'
    ? 'ready'
    : 'serving, but not ready: a model could not be loaded (SCOREHOST_STRICT_READINESS)'
}

const JSON_TYPE = { 'content-type': 'application/json' }

interface Probe {
  readonly asks: 'alive' | 'ready'
  readonly yes: OwnAnswer
}

const PROBES: Readonly<Record<string, Probe>> = {
  '/livez': { asks: 'alive', yes: text('ok') },
  '/readyz': { asks: 'ready', yes: text('ok') },
  '/v2/health/live': { asks: 'alive', yes: json({ live: true }) },
  '/v2/health/ready': { asks: 'ready', yes: json({ ready: true }) },
}

/** The paths that are the supervisor's own, also where the front is another process. */
export const HEALTH_PATHS: readonly string[] = ['/', ...Object.keys(PROBES)]

/**
 * The health paths: `/` for AzureML, `/livez` and `/readyz` for Kubernetes, `/v2/health/live` and `/v2/health/ready` of the V2
 * protocol, of whose clients some fail on an empty body.
 *
 * `/` is 502 until the service is ready: AzureML's client takes that for "not ready yet" and any other for "failed".
 */
export function answerHealth(
  state: ServiceState,
  method: string,
  path: string,
  requestId: string,
): OwnAnswer | null {
  const isProbe = method === 'GET' || method === 'HEAD'
  if (path === '/') {
    if (!isProbe) return null
    const answer = notReady(path, state, requestId)
    return state === 'ready' ? text(HEALTHY) : { ...answer, status: state === 'draining' ? 503 : 502 }
  }
  const probe = PROBES[path]
  if (probe === undefined) return null
  if (!isProbe) {
    const error = new ScorehostError('ERR_METHOD', `${path} does not take ${method}; it takes GET, HEAD.`)
    return { ...errorAnswer(path, error, requestId), headers: { ...JSON_TYPE, allow: 'GET, HEAD' } }
  }
  return probe.asks === 'alive' || state === 'ready' ? probe.yes : notReady(path, state, requestId)
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
  return { ...errorAnswer(path, error, requestId), headers: { ...JSON_TYPE, ...retryHeaders(code) } }
}
