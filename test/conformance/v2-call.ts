// What the tables of the V2 protocol are written with.

import type { Row } from './row.ts'

/** Served in all of these tables: a folder below test/fixtures. */
export const V2_MODELS = 'models'

export const SOURCES = {
  rest: 'https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md',
  binary:
    'https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md',
  statistics:
    'https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_statistics.md',
  repository:
    'https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md',
  configuration:
    'https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_configuration.md',
  classification:
    'https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md',
  schedule:
    'https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_schedule_policy.md',
} as const

type Source = keyof typeof SOURCES
type Headers = Readonly<Record<string, string>>

export function row(source: Source, name: string, request: Row['request'], expect: Row['expect']): Row {
  return { name, contract: 'v2', source: SOURCES[source], module: V2_MODELS, request, expect }
}

export function get(source: Source, name: string, path: string, expect: Row['expect']): Row {
  return row(source, name, { method: 'GET', path }, expect)
}

export function post(
  source: Source,
  name: string,
  path: string,
  body: string | Uint8Array,
  expect: Row['expect'],
  headers: Headers = {},
): Row {
  return row(source, name, { method: 'POST', path, body, headers }, expect)
}

/** @param request A JSON value, or text that is no JSON because of its NaN, its size or its faults. */
export function infer(
  source: Source,
  name: string,
  model: string,
  request: unknown,
  expect: Row['expect'],
  headers: Headers = {},
): Row {
  const body = typeof request === 'string' ? request : JSON.stringify(request)
  return post(source, name, inferPath(model), body, expect, headers)
}

/** @param json A JSON value, or text; the tensors follow behind it. */
export function inferBinary(
  name: string,
  model: string,
  json: unknown,
  tensors: readonly Uint8Array[],
  expect: Row['expect'],
  headers: Headers = {},
): Row {
  const head = Buffer.from(JSON.stringify(json))
  const body = Buffer.concat([head, ...tensors])
  const length = { 'inference-header-content-length': String(head.length) }
  return post('binary', name, inferPath(model), body, expect, { ...length, ...headers })
}

export function inferPath(model: string): string {
  return `/v2/models/${model}/infer`
}

/** A refusal, in the envelope of this protocol. */
export function refused(status: number, error: string | RegExp): Row['expect'] {
  return { status, headers: { 'content-type': 'application/json' }, json: { error } }
}

/** The one input of an identity model. */
export function x(datatype: string, shape: readonly number[], data: unknown) {
  return { inputs: [{ name: 'x', datatype, shape, data }] }
}

export function bytesOf(array: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(array.buffer)
}

/** Elements of BYTES behind their lengths. */
export function texts(...elements: readonly string[]): Uint8Array {
  return Buffer.concat(
    elements.map(element => {
      const text = Buffer.from(element)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(text.length)
      return Buffer.concat([length, text])
    }),
  )
}

/** The outputs as they are told, and their bytes behind. */
export function binaryAnswer(
  model: string,
  outputs: readonly object[],
  ...tensors: Uint8Array[]
): Row['expect'] {
  const json = JSON.stringify({ model_name: model, model_version: '1', outputs })
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(json.length),
    },
    bytes: Uint8Array.from(Buffer.concat([Buffer.from(json), ...tensors])),
  }
}
