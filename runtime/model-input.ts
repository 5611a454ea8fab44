// What /score is sent for a model that is served as it is: its tensors in JSON, in any of the envelopes that clients use.

import { ScorehostError } from './errors.ts'
import type { InputReader } from './input-reader.ts'
import { JsonCursor } from './json-cursor.ts'
import { ANY, cutJson, requireUtf8 } from './json-parts.ts'
import { scanNested } from './json-tensor.ts'
import { isJsonType, mediaTypeOf } from './media-type.ts'
import type { ModelInfo, TensorSpec } from './model-info.ts'
import { CSV, csvToJson, isJsonLines, jsonLines } from './record-formats.ts'
import type { Tensor } from './tensor.ts'
import { checkInputs } from './tensor-check.ts'
import { TensorInput } from './tensor-request.ts'
import { decodeUtf8 } from './utf8.ts'

/** Keys that hold the inputs, where the model has no input of that name. */
const ENVELOPES = ['inputs', 'instances', 'data']
const OPENING_BRACKET = 0x5b
const OPENING_BRACE = 0x7b

/** Reads the inputs of one model. The numbers go straight from the bytes into the arrays that the model takes. */
export class ModelInput implements InputReader {
  readonly #model: ModelInfo

  constructor(model: ModelInfo) {
    this.#model = model
  }

  /** @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_SHAPE, ERR_INPUT_UNSUPPORTED */
  ofBody(contentType: string | null, body: Buffer): TensorInput {
    return this.#checked(this.#read(jsonOf(contentType, body)))
  }

  ofValue(_: unknown, raw: Buffer): TensorInput {
    return this.#checked(this.#read(raw))
  }

  ofQuery(query: Readonly<Record<string, unknown>>): TensorInput {
    return this.#checked(this.#read(Buffer.from(JSON.stringify(query))))
  }

  #checked(tensors: ReadonlyMap<string, Tensor>): TensorInput {
    return new TensorInput(tensors, null, checkInputs(this.#model, tensors))
  }

  #read(json: Buffer): Map<string, Tensor> {
    const first = firstByte(json)
    if (first === OPENING_BRACKET) {
      requireUtf8(json, 'the body')
      // without a byte order mark
      return this.#values(json.subarray(json.indexOf('[')))
    }
    if (first !== OPENING_BRACE) throw this.#refuse('it is neither an object nor an array')
    const members = membersOf(json)
    if ([...members.keys()].some(name => this.#model.inputs.some(input => input.name === name)))
      return this.#byName(members)
    const envelope = ENVELOPES.find(key => members.has(key))
    if (envelope === undefined) throw this.#refuse(`it has ${[...members.keys()].join(', ') || 'nothing'}`)
    const value = members.get(envelope) ?? json
    return firstByte(value) === OPENING_BRACE ? this.#byName(membersOf(value)) : this.#values(value)
  }

  #byName(members: ReadonlyMap<string, Buffer>): Map<string, Tensor> {
    const { inputs } = this.#model
    const tensors = inputs.flatMap(input => {
      const json = members.get(input.name)
      return json === undefined ? [] : [[input.name, tensorOf(input, json)] as const]
    })
    return new Map(tensors)
  }

  /** An array: the only input of the model, or one object of inputs for each row. */
  #values(json: Buffer): Map<string, Tensor> {
    const { inputs } = this.#model
    if (holdsObjects(json)) return new Map(inputs.map(input => [input.name, stack(input, json)]))
    const [input, ...others] = inputs
    if (input === undefined || others.length > 0) throw this.#refuse('it is an array without names')
    return new Map([[input.name, tensorOf(input, json)]])
  }

  #refuse(what: string): ScorehostError {
    const { name, inputs } = this.#model
    const names = inputs.map(input => `"${input.name}"`).join(', ')
    const only = inputs.length === 1 ? ', or an array for its only input' : ''
    return new ScorehostError(
      'ERR_INPUT_SHAPE',
      `The model ${name} takes an object with ${names}, or the same below "inputs", "instances" or "data"${only}; ${what}.`,
    )
  }
}

/** @throws ScorehostError ERR_INPUT_UNSUPPORTED, ERR_INPUT_MALFORMED */
function jsonOf(contentType: string | null, body: Buffer): Buffer {
  const mediaType = mediaTypeOf(contentType)
  if (isJsonType(mediaType)) return body
  if (mediaType !== CSV && !isJsonLines(mediaType))
    throw new ScorehostError(
      'ERR_INPUT_UNSUPPORTED',
      `A model takes JSON, JSON lines or CSV, not ${contentType}.`,
    )
  requireUtf8(body, 'the body')
  const text = decodeUtf8(body)
  if (mediaType === CSV) return Buffer.from(csvToJson(text))
  // checked one by one: two halves of a value are not a value
  const lines = jsonLines(text, line => {
    JSON.parse(line)
    return line
  })
  return Buffer.from(`[${lines.join(',')}]`)
}

/** Of its text, behind spaces and a byte order mark. */
function firstByte(json: Buffer): number | undefined {
  return json.find(byte => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
}

function holdsObjects(json: Buffer): boolean {
  return (
    firstByte(json) === OPENING_BRACKET && firstByte(json.subarray(json.indexOf('[') + 1)) === OPENING_BRACE
  )
}

/** The bytes of each value of an object. */
function membersOf(json: Buffer): Map<string, Buffer> {
  const { rest, starts, ends } = cutJson(json, [ANY], 'the body')
  return new Map(
    Object.entries(rest ?? {}).flatMap(([key, part]) =>
      typeof part === 'number' ? [[key, json.subarray(starts[part], ends[part])] as const] : [],
    ),
  )
}

function tensorOf({ name, datatype }: TensorSpec, json: Buffer): Tensor {
  const label = `input '${name}'`
  const { shape, data, end } = scanNested(json, 0, datatype, label)
  const behind = new JsonCursor(json, end, label)
  behind.skipSpace()
  if (behind.at < json.length) behind.fail(`nothing may follow its value, found ${behind.found()}`)
  return { datatype, shape, data }
}

/** One row of each object of an array, one below the other. */
function stack(input: TensorSpec, json: Buffer): Tensor {
  const { rest, starts, ends } = cutJson(json, [ANY, ANY], 'the body')
  // true: whoever asks has seen that it is an array
  const rows = (rest as readonly unknown[]).map((instance, index) => {
    const part = asObject(instance)[input.name]
    if (typeof part !== 'number')
      throw new ScorehostError('ERR_INPUT_SHAPE', `instance ${index} has no input "${input.name}"`)
    return json.subarray(starts[part], ends[part])
  })
  const comma = Buffer.from(',')
  const joined = rows.flatMap((row, index) => (index === 0 ? [row] : [comma, row]))
  return tensorOf(input, Buffer.concat([Buffer.from('['), ...joined, Buffer.from(']')]))
}

/** What is no object has no inputs. */
function asObject(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : {} // true: an object that is no array
}
