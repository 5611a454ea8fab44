// Binary tensors of the V2 protocol as JSON, for whoever reads what was collected.

import { readBinaryTensor } from './binary-tensor.ts'
import { isDatatype } from './datatype.ts'
import { tensorAsJson } from './tensor-json.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The JSON of a request or an answer, with the tensors that follow it as the `data` of theirs. Numbers that JSON has no word for
 * are text: "NaN".
 *
 * @param jsonBytes Length of the JSON.
 * @returns null where that is not what the body is, and for FP16, which has no form in JSON
 */
export function tensorsAsJson(body: Buffer, jsonBytes: number): string | null {
  try {
    const fields: Fields = JSON.parse(body.toString('utf8', 0, jsonBytes))
    let at = jsonBytes
    const take = (bytes: number) => {
      at += bytes
      return body.subarray(at - bytes, at)
    }
    return members(fields, name =>
      name === 'inputs' || name === 'outputs' ? tensors(fields[name], take) : null,
    )
  } catch {
    // whatever it is, it has been answered: this is no place to refuse it
    return null
  }
}

/** @param instead Of a member its text, where that is not to be its own; else null. */
function members(fields: Fields, instead: (name: string) => string | null): string {
  const texts = Object.entries(fields).map(
    ([name, value]) => `${JSON.stringify(name)}:${instead(name) ?? JSON.stringify(value)}`,
  )
  return `{${texts.join(',')}}`
}

function tensors(list: unknown, take: (bytes: number) => Buffer): string | null {
  if (!Array.isArray(list)) return null
  return `[${list.map((tensor: Fields) => tensorText(tensor, take)).join(',')}]`
}

function tensorText(tensor: Fields, take: (bytes: number) => Buffer): string {
  const { binary_data_size: bytes, ...parameters }: Fields = Object(tensor['parameters'])
  if (typeof bytes !== 'number') return JSON.stringify(tensor)
  const datatype = String(tensor['datatype'])
  const shape = tensor['shape']
  if (!isDatatype(datatype) || !Array.isArray(shape)) throw new TypeError('no tensor')
  const data = readBinaryTensor(take(bytes), datatype, shape.map(Number), 'tensor')
  const text = tensorAsJson({ datatype, shape, data }, 'tensor')
  const isFloat = datatype === 'FP32' || datatype === 'FP64'
  const valid = isFloat ? text.replace(/-?(?:NaN|Infinity)/g, '"$&"') : text
  return members({ ...tensor, parameters, data: null }, name => (name === 'data' ? valid : null))
}
