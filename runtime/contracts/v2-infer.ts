// Inference in the V2 protocol: from the tensors of a call to those of its reply.

import type { IncomingHttpHeaders } from 'node:http'
import { ScorehostError } from '../errors.ts'
import type { ModelInfo } from '../model-info.ts'
import type { Core, ScheduleRequest } from '../scoring.ts'
import { checkInputs, checkOutputs } from '../tensor-check.ts'
import { TensorInput, TensorOutput } from '../tensor-request.ts'
import type { HttpCall, HttpReply } from './contract.ts'
import { classify } from './v2-classification.ts'
import { parseRawRequest } from './v2-raw-request.ts'
import { type InferRequest, parseInferRequest } from './v2-request.ts'
import { encodeInferResponse, type InferResponseOutput } from './v2-response.ts'

const LENGTH_HEADER = 'inference-header-content-length'
const US_PER_MS = 1000
const NO_QUERY: Readonly<Record<string, unknown>> = {}

export async function infer(call: HttpCall, core: Core): Promise<HttpReply> {
  const { headers, body, requestId, cancellation, params, timing, trace } = call
  const model = core.models.find(params['model'] ?? '', params['version'])
  const { info } = model
  const request = parse(headers[LENGTH_HEADER], body, info)
  const tensors = new Map(request.inputs.map(({ name, tensor }) => [name, tensor]))
  const rows = checkInputs(info, tensors)
  const names = request.outputs?.map(({ name }) => name) ?? null
  checkOutputs(info, names ?? [])
  const result = await model.score({
    requestId,
    input: new TensorInput(tensors, names, rows),
    raw: body,
    contentType: headers['content-type'] ?? null,
    headers,
    query: NO_QUERY,
    cancellation,
    schedule: scheduleOf(request),
    timing,
    trace,
  })
  const reply = encodeInferResponse({
    modelName: info.name,
    modelVersion: info.version,
    id: request.id,
    parameters: {},
    outputs: outputsOf(request, info, result.value),
  })
  return { status: 200, ...reply }
}

/** Where the binary tensors of a request begin; 0 where its headers do not say. */
export function jsonLength(headers: IncomingHttpHeaders): number {
  const length = lengthIn(headers[LENGTH_HEADER]) ?? 0
  return Number.isSafeInteger(length) ? length : 0
}

/** Null without the header, NaN where it is no number. */
function lengthIn(header: string | string[] | undefined): number | null {
  if (header === undefined) return null
  return /^\d+$/.test(String(header)) ? Number(header) : Number.NaN
}

function parse(header: string | string[] | undefined, body: Buffer, info: ModelInfo): InferRequest {
  const length = lengthIn(header)
  if (length !== 0) return parseInferRequest(body, length)
  const { name: modelName, inputs, maxBatchSize } = info
  return parseRawRequest(body, { modelName, inputs, batched: maxBatchSize > 0 })
}

/** @throws ScorehostError ERR_INPUT_MALFORMED */
function scheduleOf({ parameters }: InferRequest): ScheduleRequest | null {
  const priority = wholeNumber(parameters['priority'], 'priority')
  const timeout = wholeNumber(parameters['timeout'], 'timeout')
  return priority === 0 && timeout === 0 ? null : { priority, timeoutMs: timeout / US_PER_MS }
}

function wholeNumber(value: unknown, name: string): number {
  if (value === undefined) return 0
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0) return number
  throw new ScorehostError('ERR_INPUT_MALFORMED', `the parameter '${name}' must be a whole number from 0 on`)
}

function outputsOf(request: InferRequest, info: ModelInfo, value: unknown): InferResponseOutput[] {
  if (!(value instanceof TensorOutput)) throw new TypeError('a model gives tensors')
  const wanted =
    request.outputs ??
    info.outputs.map(({ name }) => ({ name, binary: request.binaryOutput, classification: 0 }))
  return wanted.flatMap(({ name, binary, classification }) => {
    const tensor = value.tensors.get(name)
    if (tensor === undefined) return []
    if (classification === 0) return [{ name, tensor, binary }]
    return [{ name, tensor: classify(name, tensor, classification, info), binary }]
  })
}
