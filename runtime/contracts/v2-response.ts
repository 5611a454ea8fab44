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

/**
 * JSON alone is `application/json`; with binary tensors it is `application/octet-stream` and a header has the length of
 * the JSON.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED where an output of FP16 is asked for as JSON
 */
export function encodeInferResponse(response: InferResponse): EncodedInferResponse {
  const tensors: Buffer[] = []
  const outputs = response.outputs.map(output => {
    if (!output.binary)
      return outputAsJson(output, {}, tensorAsJson(output.tensor, `output '${output.name}'`))
    const bytes = encodeBinaryTensor(output.tensor)
    tensors.push(bytes)
    return outputAsJson(output, { binary_data_size: bytes.length }, null)
  })
  const json = object({
    model_name: JSON.stringify(response.modelName),
    model_version: JSON.stringify(response.modelVersion),
    id: response.id === null ? null : JSON.stringify(response.id),
    parameters: parametersAsJson(response.parameters),
    outputs: `[${outputs.join(',')}]`,
  })
  if (tensors.length === 0) return { headers: { 'content-type': 'application/json' }, body: json }
  const header = Buffer.from(json)
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
    body: Buffer.concat([header, ...tensors]),
  }
}

function outputAsJson(output: InferResponseOutput, own: Parameters, data: string | null): string {
  return object({
    name: JSON.stringify(output.name),
    datatype: JSON.stringify(output.tensor.datatype),
    shape: JSON.stringify(output.tensor.shape),
    parameters: parametersAsJson({ ...output.parameters, ...own }),
    data,
  })
}

/** Null where there are none. */
function parametersAsJson(parameters: Parameters): string | null {
  return Object.keys(parameters).length === 0 ? null : JSON.stringify(parameters)
}

/** Of members that are JSON already, for data can hold what JSON.stringify would not write; null is left out. */
function object(members: Readonly<Record<string, string | null>>): string {
  const texts = Object.entries(members).flatMap(([name, json]) => (json === null ? [] : `"${name}":${json}`))
  return `{${texts.join(',')}}`
}
