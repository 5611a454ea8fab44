// A tensor of FP32 as the requests that carry it, and the first output out of their answers.

export interface TensorRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** Elements of an output, by its name. */
  readAnswer(body: Buffer, headers: Headers, output: string): readonly number[]
}

export interface Floats {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

const LENGTH_HEADER = 'inference-header-content-length'

/** The bytes and nothing else, both ways. */
export function bareBytes({ data }: Floats): TensorRequest {
  return {
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(data.buffer),
    readAnswer: body => Array.from(floatsOf(body)),
  }
}

/** A V2 request as JSON, which the baseline answers with `{"data"}`. */
export function bareJson(floats: Floats): TensorRequest {
  return { ...v2Json(floats), readAnswer: body => JSON.parse(body.toString()).data }
}

export function v2Json({ name, shape, data }: Floats): TensorRequest {
  const input = { name, shape, datatype: 'FP32', data: Array.from(data) }
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [input] }),
    readAnswer: (body, _, output) =>
      JSON.parse(body.toString()).outputs.find((one: { name: string }) => one.name === output).data,
  }
}

/** A V2 request with binary data in and out. */
export function v2Binary({ name, shape, data }: Floats): TensorRequest {
  const bytes = new Uint8Array(data.buffer)
  const input = { name, shape, datatype: 'FP32', parameters: { binary_data_size: bytes.length } }
  const json = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }))
  return {
    headers: { 'content-type': 'application/octet-stream', [LENGTH_HEADER]: `${json.length}` },
    body: Buffer.concat([json, bytes]),
    readAnswer: readBinaryAnswer,
  }
}

function readBinaryAnswer(body: Buffer, headers: Headers, output: string): readonly number[] {
  let start = Number(headers.get(LENGTH_HEADER))
  for (const { name, parameters } of JSON.parse(body.toString('utf8', 0, start)).outputs) {
    const end = start + parameters.binary_data_size
    if (name === output) return Array.from(floatsOf(body.subarray(start, end)))
    start = end
  }
  throw new Error(`the answer has no output ${output}`)
}

/** Wherever they lie. */
function floatsOf(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}
