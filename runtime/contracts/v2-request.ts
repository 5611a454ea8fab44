// An inference request of the V2 protocol, out of the body that it came in: JSON, and perhaps binary tensors behind it.

import { readBinaryTensor } from '../binary-tensor.ts'
import { DATATYPES, type Datatype, isDatatype } from '../datatype.ts'
import { ScorehostError } from '../errors.ts'
import type { JsonParts } from '../json-parts.ts'
import { readJsonTensor } from '../json-tensor.ts'
import { MOST_NESTING } from '../nested-array.ts'
import { elementCount, type Tensor, type TensorData } from '../tensor.ts'
import { flag, type Parameters, readParameters, size } from './v2-parameters.ts'
import { cutBinaryRequest, cutRequest } from './v2-recent-json.ts'

/** Everything that can be known of a request without its model. */
export interface InferRequest {
  readonly id: string | null
  readonly parameters: Parameters
  readonly inputs: readonly InferInput[]
  /** Null asks for all of them, as an empty list does. */
  readonly outputs: readonly InferOutput[] | null
  /** What the request says for outputs that do not say it themselves. */
  readonly binaryOutput: boolean
}

export interface InferInput {
  readonly name: string
  readonly tensor: Tensor
  readonly parameters: Parameters
}

export interface InferOutput {
  readonly name: string
  readonly parameters: Parameters
  /** Its own `binary_data`, else the request's `binary_data_output`. */
  readonly binary: boolean
  /** How many classes it is asked for; 0 where it is asked for its values. */
  readonly classification: number
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a request whose JSON is `headerLength` bytes long, or all of the body. Unknown fields are ignored, and null is as
 * good as absent where a field may be. The tensors may be views of the body.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 * @param headerLength Of the header Inference-Header-Content-Length; null without it.
 * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_SHAPE
 */
export function parseInferRequest(body: Buffer, headerLength: number | null): InferRequest {
  const json = jsonPart(body, headerLength)
  const parts = headerLength === null ? cutRequest(json) : cutBinaryRequest(json)
  const fields = asFields(parts.rest, 'the inference request')
  const parameters = readParameters(fields['parameters'], 'the inference request')
  const binaryOutput = flag(parameters, 'binary_data_output', 'the inference request') ?? false
  const id = fields['id'] ?? null
  if (id !== null && typeof id !== 'string') fail(`id must be a string, found ${shown(id)}`)
  const binary = new BinaryPart(body, headerLength)
  const inputs = new InputReader(json, parts, binary).readAll(fields['inputs'])
  binary.requireEnd()
  return { id, parameters, inputs, outputs: readOutputs(fields['outputs'], binaryOutput), binaryOutput }
}

function jsonPart(body: Buffer, headerLength: number | null): Buffer {
  if (headerLength === null) return body
  if (!Number.isSafeInteger(headerLength) || headerLength < 0)
    fail(`Inference-Header-Content-Length must be a whole number of bytes, found ${headerLength}`)
  if (headerLength > body.length)
    fail(`Inference-Header-Content-Length is ${headerLength}, but the body has ${body.length} bytes`)
  return body.subarray(0, headerLength)
}

/** The tensors behind the JSON, one after the other. */
class BinaryPart {
  readonly #body: Buffer
  readonly #start: number | null
  #at: number

  constructor(body: Buffer, start: number | null) {
    this.#body = body
    this.#start = start
    this.#at = start ?? body.length
  }

  take(bytes: number, label: string): Buffer {
    if (this.#start === null)
      fail(`${label} has binary_data_size, but the request has no Inference-Header-Content-Length`)
    const left = this.#body.length - this.#at
    if (bytes > left) fail(`${label}: binary_data_size is ${bytes}, but ${left} bytes of the body are left`)
    this.#at += bytes
    return this.#body.subarray(this.#at - bytes, this.#at)
  }

  requireEnd(): void {
    const left = this.#body.length - this.#at
    if (left > 0) fail(`the body has ${left} bytes more than its JSON and its inputs' binary data`)
  }
}

class InputReader {
  readonly #json: Buffer
  readonly #parts: JsonParts
  readonly #binary: BinaryPart
  readonly #names = new Set<string>()
  #partsRead = 0

  constructor(json: Buffer, parts: JsonParts, binary: BinaryPart) {
    this.#json = json
    this.#parts = parts
    this.#binary = binary
  }

  readAll(inputs: unknown): readonly InferInput[] {
    if (!Array.isArray(inputs)) fail(`inputs must be an array, found ${shown(inputs)}`)
    const read = inputs.map((one: unknown, index) => this.#read(one, `inputs[${index}]`))
    // a key that comes twice: its first value is in nobody's hands, and unread
    if (this.#partsRead < this.#parts.starts.length)
      fail('inputs, or the data of an input, is given more than once')
    return read
  }

  #read(value: unknown, place: string): InferInput {
    const fields = asFields(value, place)
    const name = nameOf(fields, place)
    if (this.#names.has(name)) fail(`input '${name}' already exists in request`)
    this.#names.add(name)
    const label = `input '${name}'`
    const datatype = datatypeOf(fields['datatype'], label)
    const shape = shapeOf(fields['shape'], label)
    const parameters = readParameters(fields['parameters'], label)
    const data = this.#data(
      fields['data'] ?? null,
      size(parameters, 'binary_data_size', label),
      datatype,
      shape,
      label,
    )
    return { name, tensor: { datatype, shape, data }, parameters }
  }

  #data(
    part: unknown,
    binarySize: number | null,
    datatype: Datatype,
    shape: readonly number[],
    label: string,
  ): TensorData {
    if (binarySize === null) {
      if (part === null) fail(`${label} has neither data nor binary_data_size`)
      return this.#jsonData(Number(part), datatype, shape, label)
    }
    if (part !== null) fail(`${label} has both data and binary_data_size`)
    return readBinaryTensor(this.#binary.take(binarySize, label), datatype, shape, label)
  }

  /** @param part Index in the parts, which cutJson put in the place of the data. */
  #jsonData(part: number, datatype: Datatype, shape: readonly number[], label: string): TensorData {
    const { starts, ends } = this.#parts
    const { data, end } = readJsonTensor(this.#json, starts[part] ?? 0, datatype, shape, label)
    if (end !== ends[part]) fail(`${label}: its data does not end where its array does, at byte ${end}`)
    this.#partsRead += 1
    return data
  }
}

function readOutputs(value: unknown, binaryOutput: boolean): readonly InferOutput[] | null {
  const outputs = value ?? []
  if (!Array.isArray(outputs)) fail(`outputs must be an array, found ${shown(outputs)}`)
  const names = new Set<string>()
  const read = outputs.map((one: unknown, index): InferOutput => {
    const place = `outputs[${index}]`
    const fields = asFields(one, place)
    const name = nameOf(fields, place)
    if (names.has(name)) fail(`output '${name}' already exists in request`)
    names.add(name)
    const label = `output '${name}'`
    const parameters = readParameters(fields['parameters'], label)
    const binary = flag(parameters, 'binary_data', label) ?? binaryOutput
    return { name, parameters, binary, classification: size(parameters, 'classification', label) ?? 0 }
  })
  return read.length === 0 ? null : read
}

function nameOf(fields: Fields, place: string): string {
  const name = fields['name']
  if (typeof name !== 'string' || name === '') fail(`${place}: name must be a string, found ${shown(name)}`)
  return name
}

function datatypeOf(value: unknown, label: string): Datatype {
  if (typeof value !== 'string') fail(`${label}: datatype must be a string, found ${shown(value)}`)
  if (value === 'BF16') fail(`${label}: datatype BF16 is not supported`)
  if (!isDatatype(value))
    fail(`${label}: datatype must be one of ${Object.keys(DATATYPES).join(', ')}, found ${shown(value)}`)
  return value
}

function shapeOf(value: unknown, label: string): readonly number[] {
  if (!Array.isArray(value)) fail(`${label}: shape must be an array of numbers, found ${shown(value)}`)
  if (value.length > MOST_NESTING)
    fail(`${label}: shape has ${value.length} dimensions, at most ${MOST_NESTING} are read`)
  const shape = value.map((dimension: unknown, axis) => {
    if (typeof dimension === 'number' && Number.isSafeInteger(dimension) && dimension >= 0) return dimension
    return fail(
      `${label}: shape[${axis}] must be a whole number that is not negative, found ${shown(dimension)}`,
    )
  })
  if (!Number.isSafeInteger(elementCount(shape)))
    fail(`${label}: shape [${shape}] claims more elements than a request can have`, 'ERR_INPUT_SHAPE')
  return shape
}

function asFields(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail(`${place} must be an object, found ${shown(value)}`)
  return value as Fields // true: an object of JSON
}

/** As a message tells it: JSON, but not all of a large one. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return JSON.stringify(value).slice(0, 40)
}

function fail(
  message: string,
  code: 'ERR_INPUT_MALFORMED' | 'ERR_INPUT_SHAPE' = 'ERR_INPUT_MALFORMED',
): never {
  throw new ScorehostError(code, message)
}
