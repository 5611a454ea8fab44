// What a configuration says about the inputs and outputs of its model.

import { CONFIG_DATATYPES, type ConfigDatatype } from './config-datatype.ts'
import type { Bounds, ConfigReader } from './config-reader.ts'

export interface TensorConfig {
  readonly name: string
  /** Null where the configuration leaves it to the model. */
  readonly datatype: ConfigDatatype | null
  /** As clients see it; -1 is dynamic. Without the batch dimension where the model has one. Null as above. */
  readonly dims: readonly number[] | null
  /** As the model sees it, where that differs from `dims`; `[]` is a scalar for each row. */
  readonly reshape: readonly number[] | null
  /** A request may leave this input out. Always false for outputs. */
  readonly optional: boolean
}

export interface OutputConfig extends TensorConfig {
  /** Path of a file with one label a line, from the folder of the configuration. */
  readonly labelFilename: string | null
}

const DIMENSION: Bounds = { min: -1, max: Number.MAX_SAFE_INTEGER }
const TENSORRT = 'it concerns TensorRT'
const IDLE_OF_TENSORS = { is_shape_tensor: TENSORRT, is_non_linear_format_io: TENSORRT }

/** @throws ModelConfigError */
export function readInputs(config: ConfigReader): readonly TensorConfig[] {
  const readers = config.messages('input')
  refuseDuplicates(readers)
  return readers.map(reader => {
    const input = { ...readTensor(reader), optional: reader.boolean('optional') ?? false }
    reader.finish({
      ...IDLE_OF_TENSORS,
      format: 'ONNX models have their layout in their shape',
      allow_ragged_batch: 'requests whose other dimensions differ are never put into one batch',
    })
    return input
  })
}

/** @throws ModelConfigError */
export function readOutputs(config: ConfigReader): readonly OutputConfig[] {
  const readers = config.messages('output')
  refuseDuplicates(readers)
  return readers.map(reader => {
    const output = {
      ...readTensor(reader),
      optional: false,
      labelFilename: reader.fileName('label_filename'),
    }
    reader.finish(IDLE_OF_TENSORS)
    return output
  })
}

function refuseDuplicates(readers: readonly ConfigReader[]): void {
  const names = readers.map(reader => reader.string('name'))
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    if (name !== null && first < index)
      readers[index]?.fail('name', `${JSON.stringify(name)} is the name of the one at ${first} too`)
  }
}

function readTensor(reader: ConfigReader): Omit<TensorConfig, 'optional'> {
  const name = reader.string('name') ?? reader.fail('name', 'it has no name')
  const datatype = reader.choice('data_type', CONFIG_DATATYPES)
  const dims = readDims(reader, 'dims')
  const reshaped = reader.message('reshape')
  const reshape = reshaped === null ? null : readDims(reshaped, 'shape')
  reshaped?.finish()
  if (reshape !== null) refuseOtherSize(reader, dims, reshape)
  // an empty list says nothing: a scalar for each row is dims [1] with an empty reshape
  return { name, datatype, dims: dims.length === 0 ? null : dims, reshape }
}

function readDims(reader: ConfigReader, field: string): readonly number[] {
  const dims = reader.integers(field, DIMENSION)
  if (dims.includes(0))
    reader.fail(field, `[${dims}] has a 0; a dimension is 1 or more, or -1 where it is dynamic`)
  return dims
}

/** Both have the same number of elements, whatever their dynamic dimensions become. */
function refuseOtherSize(reader: ConfigReader, dims: readonly number[], reshape: readonly number[]): void {
  if (dims.length === 0) reader.fail('reshape', 'it needs the dims that it reshapes')
  if (String(sizesBetweenDynamic(dims)) !== String(sizesBetweenDynamic(reshape)))
    reader.fail('reshape', `[${reshape}] has another number of elements than dims, [${dims}]`)
}

/** The number of elements before, between and after the dynamic dimensions: [2, 3, -1, 4] gives [6, 4]. */
function sizesBetweenDynamic(dims: readonly number[]): readonly number[] {
  const sizes: number[] = []
  let size = 1
  for (const dim of dims) {
    if (dim === -1) sizes.push(size)
    size = dim === -1 ? 1 : size * dim
  }
  return [...sizes, size]
}
