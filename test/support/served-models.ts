// App roots with models and no code, made for a test, and clients of the V2 protocol.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { PATIENCE_MS, repositoryPath } from './start-runtime.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** An app root with these files in its model folder, and with those of `root` beside it. */
export function appRoot(
  t: TestContext,
  models: Readonly<Record<string, string | Uint8Array>>,
  root: Readonly<Record<string, string>> = {},
): string {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'azureml-models'))
  const files = [
    ...Object.entries(models).map(([path, content]) => [join('azureml-models', path), content] as const),
    ...Object.entries(root),
  ]
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** `y` is `x` and one: `[batch, 2]`. */
export const PLUS_ONE = fixture('one-model/azureml-models/plus/1/model.onnx')
/** `y` is `x` and two. */
export const PLUS_TWO = fixture('models/azureml-models/versions/2/model.onnx')
/** Fails when it runs where an `index` is not 0 to 3; `found` is ten more than the index: `[batch, 1]`. */
export const LOOKUP = fixture('models/azureml-models/lookup/1/model.onnx')
export const BROKEN = Buffer.from('this is no model')

function fixture(path: string): Uint8Array {
  return readFileSync(repositoryPath(`test/fixtures/${path}`))
}

/** What of samples/training/onnx.mjs is used here. */
interface OnnxWriter {
  readonly FLOAT: number
  readonly INT64: number
  node(opType: string, input: readonly string[], output: readonly string[]): object
  constant(name: string, dims: readonly number[], values: Iterable<number>): object
  value(name: string, elemType: number, dims: readonly (number | string)[]): object
  encodeModel(name: string, parts: Readonly<Record<string, readonly object[]>>): Uint8Array
}

/** Elements of a sum that is added up one by one. */
const SLOW_ELEMENTS = 2 ** 18

/**
 * `y` is `x`, `[batch, 1]`, after sums that take about a millisecond each, however many rows there are: a chain of additions is
 * as fast as one core's clock, where products of matrices are 30 times as fast on one machine as on another.
 *
 * @param sums One after the other.
 */
export async function slowModel(sums: number): Promise<Uint8Array> {
  const onnx: OnnxWriter = await import(repositoryPath('samples/training/onnx.mjs'))
  const { node, constant, value, FLOAT, INT64 } = onnx
  const axis = { name: 'axis', dims: [], dataType: INT64, rawData: new Uint8Array(8) }
  const steps = Array.from({ length: sums }, (_, index) =>
    node('CumSum', [`h${index}`, 'axis'], [`h${index + 1}`]),
  )
  return onnx.encodeModel('slow', {
    nodes: [
      // everything hangs on the input, so that nothing can be computed when the model is loaded
      node('ReduceSum', ['x'], ['total']),
      node('Mul', ['total', 'zero'], ['nothing']),
      node('Reshape', ['nothing', 'flat'], ['scalar']),
      node('Add', ['zeros', 'scalar'], ['h0']),
      ...steps,
      node('ReduceMax', [`h${sums}`], ['most']),
      node('Add', ['x', 'most'], ['y']),
    ],
    constants: [
      axis,
      { name: 'flat', dims: [1], dataType: INT64, rawData: new Uint8Array(BigInt64Array.of(1n).buffer) },
      constant('zero', [1], [0]),
      constant('zeros', [SLOW_ELEMENTS], new Float32Array(SLOW_ELEMENTS)),
    ],
    inputs: [value('x', FLOAT, ['batch', 1])],
    outputs: [value('y', FLOAT, ['batch', 1])],
  })
}

/**
 * `y` is 0, `[batch, 1]`, looked up by an index `x` in a table of zeros.
 *
 * @param table `stored`: as large in the file as in memory; `filled`: made when the model is loaded, of a file of some bytes.
 */
export async function largeModel(mebibytes: number, table: 'stored' | 'filled'): Promise<Uint8Array> {
  const onnx: OnnxWriter = await import(repositoryPath('samples/training/onnx.mjs'))
  const { node, value, FLOAT, INT64 } = onnx
  const elements = mebibytes * 2 ** 18
  const dims = { name: 'dims', dims: [1], dataType: INT64 }
  const stored = { name: 'table', dims: [elements], dataType: FLOAT }
  return onnx.encodeModel('large', {
    nodes: [
      ...(table === 'filled' ? [node('ConstantOfShape', ['dims'], ['table'])] : []),
      node('Gather', ['table', 'x'], ['y']),
    ],
    constants: [
      table === 'filled'
        ? { ...dims, rawData: new Uint8Array(BigInt64Array.of(BigInt(elements)).buffer) }
        : { ...stored, rawData: new Uint8Array(4 * elements) },
    ],
    inputs: [value('x', INT64, ['batch', 1])],
    outputs: [value('y', FLOAT, ['batch', 1])],
  })
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  /** What `run` returned of the first output; empty where there is none. */
  readonly data: readonly unknown[]
  readonly error: string | null
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the route answers
  readonly json: any
}

/** Sends a request without a content type, as clients of the V2 protocol do; a body makes it a POST. */
export async function call(
  url: string,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: Buffer.from(JSON.stringify(body)) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...init,
  })
  const json = JSON.parse(await answer.text())
  return { status: answer.status, data: json.outputs?.[0]?.data ?? [], error: json.error ?? null, json }
}

/** Runs a model on one FP32 input `x`, `[rows, width]`. */
export function infer(
  url: string,
  model: string,
  rows: readonly (readonly number[])[],
  more: { readonly parameters?: object; readonly name?: string; readonly datatype?: string } = {},
  init: RequestInit = {},
): Promise<Answer> {
  const { name = 'x', datatype = 'FP32', parameters = {} } = more
  const shape = [rows.length, rows[0]?.length ?? 0]
  const request = { parameters, inputs: [{ name, datatype, shape, data: rows.flat() }] }
  return call(url, `/v2/models/${model}/infer`, request, init)
}
