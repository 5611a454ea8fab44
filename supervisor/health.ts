// Health and readiness, answered by the supervisor however busy the workers are.

import { type ErrorCode, errorBody, retryHeaders } from '../runtime/errors.ts'
import { HEALTHY } from '../runtime/healthy.ts'
import type { OwnAnswer } from './front/own-answer.ts'

export type ServiceState = 'starting' | 'ready' | 'unavailable' | 'draining'

/** Answers a path that is the supervisor's own; null for a path that is the workers'. */
export type AnswerHealth = (method: string, path: string, requestId: string) => OwnAnswer | null

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

/**
 * The health paths: `/` for AzureML, `/livez` and `/readyz` for Kubernetes.
 *
 * `/` is 502 until the service is ready: AzureML's client takes that for "not ready yet" and any other for "failed".
 */
export function answerHealth(
  state: ServiceState,
  method: string,
  path: string,
  requestId: string,
): OwnAnswer | null {
  if (path === '/') {
    if (method !== 'GET' && method !== 'HEAD') return null
    return state === 'ready' ? ok(HEALTHY) : notReady(state === 'draining' ? 503 : 502, state, requestId)
  }
  if (path !== '/livez' && path !== '/readyz') return null
  if (method !== 'GET' && method !== 'HEAD') {
    const body = errorBody('ERR_METHOD', `${path} does not take ${method}; it takes GET, HEAD.`, requestId)
    return { status: 405, headers: { 'content-type': 'application/json', allow: 'GET, HEAD' }, body }
  }
  return path === '/livez' || state === 'ready' ? ok('ok') : notReady(503, state, requestId)
}

function ok(body: string): OwnAnswer {
  return { status: 200, headers: TEXT, body }
}

function notReady(status: number, state: ServiceState, requestId: string): OwnAnswer {
  const code: ErrorCode = state === 'draining' ? 'ERR_DRAINING' : 'ERR_NO_WORKER'
  const body = errorBody(code, `The service is ${state}.`, requestId)
  return { status, headers: { 'content-type': 'application/json', ...retryHeaders(code) }, body }
}
