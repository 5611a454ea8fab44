// The answer to an inference request of the V2 protocol: JSON, with binary tensors behind it where they were asked for.

import { encodeBinaryTensor } from '../binary-tensor.ts'
import type { Tensor } from '../tensor.ts'
import { tensorAsJson } from '../tensor-json.ts'
import type { Parameters } from './v2-parameters.ts'

export interface InferResponse {
  readonly modelName: string
  readonly modelVersion: string
  /** The request's; null where it had none. */
  readonly id: string | null
  readonly parameters: Parameters
  readonly outputs: readonly InferResponseOutput[]
}

export interface InferResponseOutput {
  readonly name: string
  readonly tensor: Tensor
  /** As bytes behind the JSON, and not in it. */
  readonly binary: boolean
  readonly parameters?: Parameters
}

/** Headers in lower case, but for the length of the body. */
export interface EncodedInferResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

const NONE: Parameters = {}
const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' }

/**
 * JSON alone is `application/json`; with binary tensors it is `application/octet-stream` and a header has the length of
 * the JSON.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED where an output of FP16 is asked for as JSON
 */
export function encodeInferResponse(response: InferResponse): EncodedInferResponse {
  const tensors: Buffer[] = []
  let outputs = ''
  for (const output of response.outputs) {
    if (outputs !== '') outputs += ','
    if (output.binary) {
      const bytes = encodeBinaryTensor(output.tensor)
      tensors.push(bytes)
      outputs += outputAsJson(output, { ...output.parameters, binary_data_size: bytes.length }, null)
    } else {
      const data = tensorAsJson(output.tensor, `output '${output.name}'`)
      outputs += outputAsJson(output, output.parameters ?? NONE, data)
    }
  }
  // written by hand, for data can hold what JSON.stringify would not write
  let json = `{"model_name":${JSON.stringify(response.modelName)},"model_version":${JSON.stringify(response.modelVersion)}`
  if (response.id !== null) json += `,"id":${JSON.stringify(response.id)}`
  json += `${parametersMember(response.parameters)},"outputs":[${outputs}]}`
  if (tensors.length === 0) return { headers: JSON_HEADERS, body: json }
  const header = Buffer.from(json)
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
    body: Buffer.concat([header, ...tensors]),
  }
}

/** @param data JSON; null where it is binary. */
function outputAsJson(
  { name, tensor: { datatype, shape } }: InferResponseOutput,
  parameters: Parameters,
  data: string | null,
): string {
  const head = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join()}]`
  const all = head + parametersMember(parameters)
  return data === null ? `${all}}` : `${all},"data":${data}}`
}

/** With the comma before it; empty where there are none. */
function parametersMember(parameters: Parameters): string {
  return Object.keys(parameters).length === 0 ? '' : `,"parameters":${JSON.stringify(parameters)}`
}
