// Instances in, predictions out: the envelope of Vertex AI, of KServe's V1 protocol and of TensorFlow Serving's rows.
// Sources: https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#request_requirements,
// https://kserve.github.io/website/latest/modelserving/data_plane/v1_protocol/

import { Cancellation } from '../cancellation.ts'
import { messageOf, ScorehostError } from '../errors.ts'
import type { InputReader } from '../input-reader.ts'
import { ModelInput } from '../model-input.ts'
import { toJson } from '../output.ts'
import { parseJson } from '../prototype-keys.ts'
import { ResultStream } from '../result-stream.ts'
import type { ScoreRequest, ScoreResult } from '../scoring.ts'
import { TensorOutput } from '../tensor-request.ts'
import { rowTexts, tensorsText } from '../tensor-text.ts'
import { decodeUtf8 } from '../utf8.ts'
import type { HttpCall, HttpReply } from './contract.ts'
import { encodeResult } from './encode-result.ts'
import { requireJson } from './score-call.ts'

/** Whatever the instances are for: the score module, or a model. */
export interface Predictor {
  readonly input: InputReader
  /** Instances that are worth scoring at once. */
  readonly concurrency: number
  score(request: ScoreRequest): Promise<ScoreResult>
}

interface Envelope {
  readonly instances: readonly unknown[]
  readonly parameters: unknown
}

const NO_QUERY: Readonly<Record<string, unknown>> = {}
const OK = 200

/** Scores the instances of a call: those of a model together, those for a score module one by one, or the body as a whole. */
export async function predict(
  call: HttpCall,
  predictor: Predictor,
  mode: 'each' | 'whole',
): Promise<HttpReply> {
  requireJson(call.headers['content-type'])
  const envelope = envelopeOf(call.body)
  if (predictor.input instanceof ModelInput) return predictByModel(call, predictor, predictor.input, envelope)
  return mode === 'whole' ? predictWhole(call, predictor, envelope) : predictEach(call, predictor, envelope)
}

/** @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_SHAPE */
function envelopeOf(body: Buffer): Envelope {
  let value: unknown
  try {
    value = parseJson(decodeUtf8(body))
  } catch (thrown) {
    throw new ScorehostError('ERR_INPUT_MALFORMED', `The body is not JSON: ${messageOf(thrown)}`)
  }
  const fields: { readonly instances?: unknown; readonly parameters?: unknown } =
    typeof value === 'object' && value !== null ? value : {}
  if (Array.isArray(fields.instances))
    return { instances: fields.instances, parameters: fields.parameters ?? null }
  const message = 'The body is {"instances": […]}, with "parameters" beside them where the model takes some.'
  throw new ScorehostError('ERR_INPUT_SHAPE', message, {
    details: [{ path: '/instances', message: 'must be an array' }],
  })
}

async function predictByModel(
  call: HttpCall,
  predictor: Predictor,
  input: ModelInput,
  { instances, parameters }: Envelope,
): Promise<HttpReply> {
  if (instances.length === 0) return predictions('[]')
  const request = requestOf(call, input.ofBody(null, call.body), call.body, parameters, call.cancellation)
  const { value } = await predictor.score(request)
  if (!(value instanceof TensorOutput)) throw new TypeError('a model gives tensors')
  const rows = rowTexts(value.tensors)
  return predictions(rows === null ? tensorsText(value.tensors) : `[${rows.join(',')}]`)
}

/** The answer is the module's own where it has chosen a status, a type or `predictions` itself. */
async function predictWhole(
  call: HttpCall,
  predictor: Predictor,
  { parameters }: Envelope,
): Promise<HttpReply> {
  const read = await predictor.input.ofBody(call.headers['content-type'] ?? null, call.body)
  const result = await predictor.score(requestOf(call, read, call.body, parameters, call.cancellation))
  const { value, status, headers } = result
  const isWhole =
    status !== OK ||
    headers['content-type'] !== undefined ||
    value instanceof ResultStream ||
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && 'predictions' in value)
  return encodeResult(
    isWhole ? result : { ...result, value: { predictions: value } },
    call.headers.accept,
    call.requestId,
  )
}

/** Every instance is an input of `run()`. None is run before all have been checked; the first that fails is the answer. */
async function predictEach(
  call: HttpCall,
  predictor: Predictor,
  { instances, parameters }: Envelope,
): Promise<HttpReply> {
  const inputs = await Promise.all(
    instances.map((instance, index) => readInstance(predictor.input, instance, index)),
  )
  const texts = new Array<string>(inputs.length)
  const cancellations = inputs.map(() => new Cancellation())
  let next = 0
  // from the last, which may still wait: the place of one that runs is then no other's of this request
  const abortAll = (reason: unknown) => {
    next = inputs.length
    for (const cancellation of cancellations.toReversed()) cancellation.abort(reason)
  }
  call.cancellation.onAbort(abortAll)
  // while the instances were read
  if (call.cancellation.isAborted) throw call.cancellation.reason
  let chosen: ScoreResult | null = null
  const scoreOn = async () => {
    for (let index = next++; index < inputs.length && chosen === null; index = next++) {
      const { raw, value } = inputs[index] ?? { raw: call.body, value: null }
      const cancellation = cancellations[index] ?? call.cancellation
      // the first stands for all: once it has its place, the request is refused no more
      const request = { ...requestOf(call, value, raw, parameters, cancellation), admitted: index > 0 }
      const result = await predictor.score(request)
      if (result.status === OK) texts[index] = predictionText(result.value)
      else chosen ??= result
    }
  }
  const lanes = Math.max(1, Math.min(predictor.concurrency, inputs.length))
  try {
    await Promise.all(Array.from({ length: lanes }, scoreOn))
  } catch (thrown) {
    // of a request that has failed nothing is wanted any more
    abortAll(thrown)
    throw thrown
  }
  if (chosen !== null) return encodeResult(chosen, call.headers.accept, call.requestId)
  return predictions(`[${texts.join(',')}]`)
}

interface Instance {
  /** JSON text. */
  readonly raw: Buffer
  readonly value: unknown
}

async function readInstance(input: InputReader, instance: unknown, index: number): Promise<Instance> {
  const raw = Buffer.from(JSON.stringify(instance))
  try {
    return { raw, value: await input.ofValue(instance, raw) }
  } catch (thrown) {
    if (!(thrown instanceof ScorehostError)) throw thrown
    const details = thrown.details.map(({ path, message }) => ({
      path: `/instances/${index}${path}`,
      message,
    }))
    throw new ScorehostError(thrown.code, `Instance ${index}: ${thrown.message}`, {
      details,
      cause: thrown.cause,
    })
  }
}

/** Bytes as TensorFlow Serving writes them. @throws ScorehostError ERR_RUN_FAILED for what JSON cannot carry */
function predictionText(value: unknown): string {
  if (value instanceof ResultStream) {
    void value.return()
    throw new ScorehostError('ERR_RUN_FAILED', 'A stream cannot be one of several predictions.')
  }
  if (value instanceof Uint8Array) return JSON.stringify({ b64: Buffer.from(value).toString('base64') })
  return toJson(value === undefined ? {} : value)
}

function requestOf(
  { requestId, headers, method, path, timing, trace }: HttpCall,
  input: unknown,
  raw: Buffer,
  parameters: unknown,
  cancellation: Cancellation,
): ScoreRequest {
  const contentType = 'application/json'
  const request = { requestId, input, raw, contentType, headers, query: NO_QUERY, cancellation }
  return { ...request, schedule: null, method, path, parameters, timing, trace }
}

function predictions(text: string): HttpReply {
  return {
    status: OK,
    headers: { 'content-type': 'application/json' },
    body: `{"predictions":${text}}`,
  }
}
