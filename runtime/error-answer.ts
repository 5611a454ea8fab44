// An error as the answer to a request, in the envelope of the contract that its path belongs to.

import { ERRORS, type ErrorCode, errorBody, type ScorehostError } from './errors.ts'
import type { Settings } from './settings.ts'

export interface ErrorAnswer {
  readonly status: number
  /** JSON text. */
  readonly body: string
}

/** Whose statuses a failed or late run has. */
export type StatusStyle = Pick<Settings, 'statuses' | 'scoringTimeoutMs'>

interface AnswerOptions {
  /** Text of what caused it, for whoever debugs. */
  readonly detail?: string | null
  readonly style?: StatusStyle
}

/** Statuses that the V2 protocol has of its own: there a body is unsupported only by its encoding. */
const V2_STATUS: Partial<Record<ErrorCode, number>> = { ERR_INPUT_UNSUPPORTED: 501 }

/** @param path Of the request. */
export function errorAnswer(
  path: string,
  { code, message, details }: ScorehostError,
  requestId: string,
  { detail = null, style }: AnswerOptions = {},
): ErrorAnswer {
  const status = ERRORS[code].status ?? 500
  const more = detail === null ? {} : { detail }
  if (hasErrorKey(path)) {
    const body = JSON.stringify({ error: message, code, requestId, ...more })
    return { status: isBelow(path, '/v2') ? (V2_STATUS[code] ?? status) : status, body }
  }
  const python = style?.statuses === 'azmlinfsrv' ? pythonMessage(code, style.scoringTimeoutMs) : null
  if (python !== null) return { status: 500, body: JSON.stringify({ message: python, ...more }) }
  return { status, body: errorBody(code, message, requestId, details, more) }
}

/**
 * What AzureML's Python server says of a run that failed or was late, with status 500; null for any other error.
 *
 * @see https://github.com/microsoft/azureml-inference-server, server/routes.py
 */
export function pythonMessage(code: ErrorCode, scoringTimeoutMs: number): string | null {
  if (code === 'ERR_SCORING_TIMEOUT') return `Scoring timeout after ${scoringTimeoutMs} ms`
  return code === 'ERR_RUN_FAILED' || code === 'ERR_WORKER_LOST'
    ? 'An unexpected error occurred in scoring script. Check the logs for more info.'
    : null
}

/** KServe's two protocols call the message of an error `error`. */
function hasErrorKey(path: string): boolean {
  return isBelow(path, '/v2') || isBelow(path, '/v1/models')
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}
