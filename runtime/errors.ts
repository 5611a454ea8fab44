// The one table of everything that can go wrong: code, status or exit code, whose fault, whether to retry.

import { inspect } from 'node:util'

/** Whose fault it is: tells an operator where to look, and a client whether trying again can help. */
export type Fault = 'client' | 'capacity' | 'model' | 'runtime'

interface ErrorRow {
  /** HTTP status of the answer; null for an error that ends the process. */
  readonly status: number | null
  /** Exit code of the process; null for an error that is an answer. */
  readonly exitCode: 2 | 3 | null
  readonly fault: Fault
  /** True when the request has certainly not been run, so that sending it again cannot run it twice. */
  readonly retrySafe: boolean
  readonly answeredBy: string
  readonly message: string
  /** What the reader of the error does about it. */
  readonly remedy: string
}

const answer = (
  status: number,
  fault: Fault,
  retrySafe: boolean,
  answeredBy: string,
  message: string,
  remedy: string,
) => ({ status, exitCode: null, fault, retrySafe, answeredBy, message, remedy })

const fatal = (exitCode: 2 | 3, fault: Fault, message: string, remedy: string) => ({
  status: null,
  exitCode,
  fault,
  retrySafe: false,
  answeredBy: 'supervisor',
  message,
  remedy,
})

/** Codes are part of the interface: a retired code is never used again. docs/errors.md is made from this table. */
export const ERRORS = {
  ERR_INPUT_MALFORMED: answer(
    400,
    'client',
    true,
    'front, worker',
    'The request cannot be read.',
    'Send a well-formed HTTP request whose body is what its content type says; the message tells what was wrong.',
  ),
  ERR_INPUT_SHAPE: answer(
    400,
    'client',
    true,
    'worker',
    'The input is not what this service expects.',
    'The answer lists in `errors` what is wrong and where; `/swagger.json` and `/docs` show what is expected.',
  ),
  ERR_PROCESSOR_FAILED: answer(
    400,
    'model',
    false,
    'worker',
    'The processor failed on this input.',
    'Look the request id up in the log: it has the stack. A processor class (PAI-EAS) answers with 400 what a score module answers with 502.',
  ),
  ERR_UNAUTHORIZED: answer(
    401,
    'client',
    true,
    'front, worker',
    'The request shows no key of this service.',
    'Send the header `Authorization: Bearer KEY` with one of the keys of `SCOREHOST_AUTH_KEYS`; docs/keys.md has more.',
  ),
  ERR_NOT_FOUND: answer(
    404,
    'client',
    true,
    'worker',
    'There is no such path here.',
    'Score at `/score`; `/swagger.json` lists the paths.',
  ),
  ERR_MODEL_NOT_LOADED: answer(
    400,
    'client',
    true,
    'worker',
    'The model cannot be loaded.',
    'The message has the reason; the models that were loaded before serve on.',
  ),
  ERR_MODEL_NOT_FOUND: answer(
    404,
    'client',
    true,
    'worker',
    'There is no such model here.',
    'POST `/v2/repository/index` lists the models and their versions.',
  ),
  ERR_METHOD: answer(
    405,
    'client',
    true,
    'front, worker',
    'This path does not take this method.',
    'Use one of the methods in the `Allow` header.',
  ),
  ERR_NOT_ACCEPTABLE: answer(
    406,
    'client',
    false,
    'worker',
    'The answer cannot have a format that the client accepts.',
    'Accept `application/json`. JSON lines and CSV are for answers that are tables.',
  ),
  ERR_REQUEST_TIMEOUT: answer(
    408,
    'client',
    true,
    'front',
    'The request did not arrive in time.',
    'The message has the limit and its setting: of the header, of a pause in the body, or of the whole.',
  ),
  ERR_MODEL_LOADED: answer(
    409,
    'client',
    true,
    'worker',
    'The model is loaded already.',
    'Invoke it; to load it anew, unload it first.',
  ),
  ERR_INPUT_TOO_LARGE: answer(
    413,
    'client',
    true,
    'front, worker',
    'The body is larger than this service accepts.',
    'Send less, or raise `SCOREHOST_MAX_BODY_BYTES`.',
  ),
  ERR_INPUT_UNSUPPORTED: answer(
    415,
    'client',
    true,
    'worker',
    'The body has a content type or a content encoding that this service does not read.',
    'Send JSON, text, a form or bytes in UTF-8, with no content encoding or gzip, deflate or br.',
  ),
  ERR_HEADER_TOO_LONG: answer(
    431,
    'client',
    true,
    'front, worker',
    'A header of the request is too long.',
    'Request ids have at most 100 characters, all headers together at most 16 KiB.',
  ),
  ERR_INTERNAL: answer(
    500,
    'runtime',
    false,
    'front, worker',
    'The runtime itself failed.',
    'This is a defect of Scorehost: report it with the log lines of the request id.',
  ),
  ERR_RUN_FAILED: answer(
    502,
    'model',
    false,
    'worker',
    'The score module failed on this input.',
    'Look the request id up in the log: it has the stack. With `SCOREHOST_DEBUG=1` the answer has it too.',
  ),
  ERR_WORKER_LOST: answer(
    502,
    'model',
    false,
    'front',
    'The worker process ended while it ran this request.',
    'The log tells how the worker ended. The request may have been run in part.',
  ),
  ERR_NO_WORKER: answer(
    503,
    'capacity',
    true,
    'front',
    'No worker is ready.',
    'Try again after the seconds in `Retry-After`; the log tells what the workers are doing.',
  ),
  ERR_MODEL_UNAVAILABLE: answer(
    503,
    'capacity',
    true,
    'worker',
    'The model is not loaded.',
    'The log tells why it could not be loaded; where model control is explicit, load it.',
  ),
  ERR_MODEL_CONTROL_OFF: answer(
    503,
    'capacity',
    true,
    'worker',
    'Models are not loaded and unloaded by request here.',
    'Set `SCOREHOST_MODEL_CONTROL=explicit`.',
  ),
  ERR_QUEUE_FULL: answer(
    503,
    'capacity',
    true,
    'front, worker',
    'Every worker is busy and the queue is full.',
    'Try again after the seconds in `Retry-After`; more workers or replicas take more, `SCOREHOST_QUEUE_SIZE` lets more wait.',
  ),
  ERR_QUEUE_TIMEOUT: answer(
    503,
    'capacity',
    true,
    'front, worker',
    'No worker became free in time.',
    'Try again after the seconds in `Retry-After`; the message has the limit, `SCOREHOST_QUEUE_TIMEOUT_MS`, or, in a worker, `SCORING_TIMEOUT_MS`.',
  ),
  ERR_DRAINING: answer(
    503,
    'capacity',
    true,
    'front',
    'The service is shutting down.',
    'Send the request to another replica.',
  ),
  ERR_SCORING_TIMEOUT: answer(
    504,
    'model',
    false,
    'front, worker',
    'Scoring took longer than SCORING_TIMEOUT_MS allows.',
    'Make `run()` faster or raise `SCORING_TIMEOUT_MS`. The message has the limit in force.',
  ),
  ERR_MODEL_MEMORY: answer(
    507,
    'capacity',
    true,
    'worker',
    'There is not enough memory for the model.',
    'Unload another model and load this one again, or raise the memory of the container; the message has what is needed and what is left. The models that were loaded before serve on.',
  ),
  ERR_CONFIG_INVALID: fatal(
    2,
    'client',
    'A setting is wrong.',
    'The message names the setting, its value, where it came from and what would be right.',
  ),
  ERR_ADDRESS_IN_USE: fatal(
    2,
    'client',
    'The address to listen on is taken.',
    'End the other process, or choose another port: the message names the setting.',
  ),
  ERR_NOT_RUNNING: fatal(
    2,
    'client',
    'There is no service to talk to.',
    'Start one, or say with `--port` or `SCOREHOST_PORT` which one is meant.',
  ),
  ERR_MODULE_LOAD: fatal(
    3,
    'model',
    'The score module cannot be loaded.',
    'The message names the file and the cause: not there, a syntax error, an import that fails.',
  ),
  ERR_MODULE_CONTRACT: fatal(
    3,
    'model',
    'The score module does not export what it has to.',
    'Export a function `run(input, context)` or `runBatch(inputs, contexts)`; docs/score-module.md has all that a module may export.',
  ),
  ERR_INIT_FAILED: fatal(
    3,
    'model',
    'init() of the score module failed, or its worker ended before it was ready.',
    'The message has the error of `init()`, the log its stack.',
  ),
  ERR_MODEL_LOAD: fatal(
    3,
    'model',
    'A model cannot be loaded.',
    'The message names the model, its file and the reason.',
  ),
  ERR_MODEL_MISSING: fatal(
    3,
    'model',
    'The model asked for is not in the model folder.',
    'The message lists the paths that were looked at.',
  ),
  ERR_PREPARE_FAILED: fatal(
    3,
    'model',
    'What is to be served cannot be put into the target folder.',
    'The message names the entry and the reason: an archive that is damaged or leads out of its folder, a full disk, missing rights, or what is in the way. The same command may be run again.',
  ),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS

/** The codes that are an answer to a request. */
export type AnswerCode = {
  [C in ErrorCode]: (typeof ERRORS)[C]['status'] extends number ? C : never
}[ErrorCode]

/** Whether a text is a code that is an answer. */
export function isAnswerCode(text: string): text is AnswerCode {
  return Object.hasOwn(ERRORS, text) && ERRORS[text as ErrorCode].status !== null // true: just looked up
}

/** One thing that is wrong with an input. */
export interface InputFault {
  /** JSON pointer to the place, empty where it is the whole input. */
  readonly path: string
  readonly message: string
}

interface ScorehostErrorOptions {
  readonly cause?: unknown
  /** What is wrong with the input, one by one: `errors` of the answer. */
  readonly details?: readonly InputFault[]
}

/**
 * An error with a row in the table.
 *
 * `message` may be shown to a client; what must not be (a stack, a user's text) goes into `cause`.
 */
export class ScorehostError extends Error {
  readonly code: ErrorCode
  /** Empty for all but an input that does not fit its schema. */
  readonly details: readonly InputFault[]

  constructor(
    code: ErrorCode,
    message: string = ERRORS[code].message,
    { details = [], ...options }: ScorehostErrorOptions = {},
  ) {
    super(message, options)
    this.name = 'ScorehostError'
    this.code = code
    this.details = details
  }
}

/** The error of a body past the limit; front and worker both say it. */
export function bodyTooLarge(maxBodyBytes: number): ScorehostError {
  return new ScorehostError(
    'ERR_INPUT_TOO_LARGE',
    `The body is larger than ${maxBodyBytes} bytes (SCOREHOST_MAX_BODY_BYTES).`,
  )
}

/** The error of a run past the deadline; the worker says it, and the front where run() blocks the worker's event loop. */
export function scoringTimedOut(scoringTimeoutMs: number): ScorehostError {
  return new ScorehostError(
    'ERR_SCORING_TIMEOUT',
    `Scoring took longer than ${scoringTimeoutMs} ms (SCORING_TIMEOUT_MS).`,
  )
}

/** Anything thrown as an error with a code; what has none is the runtime's own fault. */
export function asScorehostError(thrown: unknown): ScorehostError {
  return thrown instanceof ScorehostError
    ? thrown
    : new ScorehostError('ERR_INTERNAL', undefined, { cause: thrown })
}

/**
 * Headers that an answer with this code has beside those of any: when to try again, where it was refused for lack of room, and
 * AzureML's own for a run that failed.
 */
export function errorHeaders(code: ErrorCode): Readonly<Record<string, string>> {
  const { fault } = ERRORS[code]
  if (fault === 'capacity') return { 'retry-after': '1' }
  return fault === 'model' ? { 'x-ms-run-function-failed': 'True' } : {}
}

/** Message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Text of anything that was thrown, its stack where it has one. */
export function describeThrown(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? `${thrown.name}: ${thrown.message}`
  return `thrown: ${typeof thrown === 'string' ? thrown : inspect(thrown)}`
}

/** Name and message of anything that was thrown, in one line. */
export function summariseThrown(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : describeThrown(thrown)
}

/** The body of an error answer, as every contract but those with their own envelope sends it. */
export function errorBody(
  code: ErrorCode,
  message: string,
  requestId: string,
  details: readonly InputFault[] = [],
  more: object = {},
): string {
  return JSON.stringify({
    code,
    message,
    requestId,
    ...(details.length > 0 ? { errors: details } : {}),
    ...more,
  })
}
