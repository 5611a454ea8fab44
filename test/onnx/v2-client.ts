// A client of the V2 protocol that shares no code with the server: tensors as JSON, and as binary data both ways.

import { DATATYPES, type Datatype } from '../../runtime/datatype.ts'
import type { TensorData } from '../../runtime/tensor.ts'
import { PATIENCE_MS } from '../support/start-runtime.ts'
import type { NamedTensor } from './onnx-cases.ts'

export type Form = 'JSON' | 'binary'

export interface Answer {
  readonly status: number
  /** Of an answer that is an error. */
  readonly error: string | null
  readonly outputs: readonly NamedTensor[]
}

interface RawOutput {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** BYTES are an array; what is between the brackets of anything else is a text. */
  readonly data?: string | readonly string[]
  readonly parameters?: { readonly binary_data_size?: number }
}

const LENGTH_HEADER = 'inference-header-content-length'

export async function infer(
  url: string,
  model: string,
  inputs: readonly NamedTensor[],
  form: Form,
): Promise<Answer> {
  const answer = await fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(form === 'JSON' ? jsonRequest(inputs) : binaryRequest(inputs)),
  })
  const body = Buffer.from(await answer.arrayBuffer())
  if (!answer.ok) return { status: answer.status, error: JSON.parse(body.toString()).error, outputs: [] }
  const length = answer.headers.get(LENGTH_HEADER)
  return { status: answer.status, error: null, outputs: readOutputs(body, Number(length ?? body.length)) }
}

function jsonRequest(inputs: readonly NamedTensor[]) {
  const texts = inputs.map(({ name, tensor: { datatype, shape, data } }) => {
    const elements = Array.from<unknown, string>(data, element => elementText(datatype, element))
    return `{${JSON.stringify({ name, datatype, shape }).slice(1, -1)},"data":[${elements}]}`
  })
  return { headers: { 'content-type': 'application/json' }, body: `{"inputs":[${texts}]}` }
}

function elementText(datatype: Datatype, element: unknown): string {
  if (datatype === 'BYTES') return JSON.stringify(element)
  if (datatype === 'BOOL') return String(element === 1)
  return Object.is(element, -0) ? '-0' : String(element)
}

function binaryRequest(inputs: readonly NamedTensor[]) {
  const parts = inputs.map(({ tensor }) => bytesOf(tensor.data))
  const described = inputs.map(({ name, tensor: { datatype, shape } }, index) => ({
    name,
    datatype,
    shape,
    parameters: { binary_data_size: parts[index]?.length },
  }))
  const json = JSON.stringify({ inputs: described, parameters: { binary_data_output: true } })
  return {
    headers: {
      'content-type': 'application/octet-stream',
      [LENGTH_HEADER]: String(Buffer.byteLength(json)),
    },
    body: Buffer.concat([Buffer.from(json), ...parts]),
  }
}

function bytesOf(data: TensorData): Buffer {
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.concat(
    data.flatMap(text => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(Buffer.byteLength(text))
      return [length, Buffer.from(text)]
    }),
  )
}

/** Numbers are kept as they are written, for JSON.parse knows neither NaN nor 64-bit integers. */
function readOutputs(body: Buffer, jsonLength: number): NamedTensor[] {
  const json = body.toString('utf8', 0, jsonLength)
  const { outputs } = JSON.parse(json.replaceAll(/"data":\[([^"\]]*)\]/g, '"data":"$1"'))
  let at = jsonLength
  return (outputs as readonly RawOutput[]).map(({ name, datatype, shape, data, parameters }) => {
    const size = parameters?.binary_data_size
    if (size === undefined)
      return { name, tensor: { datatype, shape, data: fromTexts(datatype, data ?? '') } }
    at += size
    return { name, tensor: { datatype, shape, data: fromBytes(datatype, body.subarray(at - size, at)) } }
  })
}

function fromTexts(datatype: Datatype, data: string | readonly string[]): TensorData {
  if (typeof data !== 'string') return data
  const texts = data === '' ? [] : data.split(',')
  const { array: TypedArray } = DATATYPES[datatype]
  if (TypedArray === null) return texts
  if (datatype === 'BOOL') return Uint8Array.from(texts, text => (text === 'true' ? 1 : 0))
  if (TypedArray === BigInt64Array) return BigInt64Array.from(texts, BigInt)
  if (TypedArray === BigUint64Array) return BigUint64Array.from(texts, BigInt)
  return (TypedArray as Float64ArrayConstructor).from(texts, Number) // true: the others take numbers
}

function fromBytes(datatype: Datatype, bytes: Buffer): TensorData {
  const { array: TypedArray, bytes: size } = DATATYPES[datatype]
  if (TypedArray !== null) return new TypedArray(new Uint8Array(bytes).buffer, 0, bytes.length / size)
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at)
    texts.push(bytes.toString('utf8', at + 4, end))
    at = end
  }
  return texts
}
