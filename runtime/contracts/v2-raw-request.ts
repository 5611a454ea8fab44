// A raw request of the V2 protocol: the body is the bytes of the model's only input, and nothing says so but a header of 0.

import { decodeText, readBinaryTensor } from '../binary-tensor.ts'
import { DATATYPES, type Datatype } from '../datatype.ts'
import { ScorehostError } from '../errors.ts'
import { elementCount, type TensorData } from '../tensor.ts'
import type { InferRequest } from './v2-request.ts'

/** What a model takes, as far as a raw request needs to know. */
export interface RawSignature {
  readonly modelName: string
  readonly inputs: readonly {
    readonly name: string
    readonly datatype: Datatype
    /** With the batch dimension, where there is one; dynamic dimensions are negative. */
    readonly shape: readonly number[]
  }[]
  /** True where dimension 0 is the batch, which a raw request has one row of. */
  readonly batched: boolean
}

/**
 * The body as the only input of the model: its dynamic dimension, of which it has at most one beside the batch, is what
 * makes the shape hold the body. Of BYTES the body is the text of a single element, without its length.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md#raw-binary-request
 * @throws ScorehostError ERR_INPUT_SHAPE where the model or the length of the body does not allow it; ERR_INPUT_MALFORMED
 */
export function parseRawRequest(body: Buffer, { modelName, inputs, batched }: RawSignature): InferRequest {
  const [input, ...others] = inputs
  if (input === undefined || others.length > 0)
    throw new ScorehostError(
      'ERR_INPUT_SHAPE',
      `Raw request must only have 1 input (found 1) to be deduced but got ${inputs.length} inputs in '${modelName}' model configuration`,
    )
  const { name, datatype } = input
  const label = `input '${name}'`
  const known = batched ? [1, ...input.shape.slice(1)] : input.shape
  if (known.filter(isDynamic).length > 1)
    throw new ScorehostError(
      'ERR_INPUT_SHAPE',
      `The shape of the raw input '${name}' can not be deduced because there are more than one variable-sized dimension`,
    )
  const fixed = elementCount(known.filter(dimension => !isDynamic(dimension)))
  const dynamic = dynamicDimension(body, datatype, fixed)
  const shape = known.map(dimension => (isDynamic(dimension) ? dynamic : dimension))
  const data =
    datatype === 'BYTES' ? oneText(body, shape, label) : readBinaryTensor(body, datatype, shape, label)
  return {
    id: null,
    parameters: {},
    inputs: [{ name, tensor: { datatype, shape, data }, parameters: {} }],
    outputs: null,
    binaryOutput: true,
  }
}

function isDynamic(dimension: number): boolean {
  return dimension < 0
}

/** Rounded down: what is left over, the reader of the tensor refuses with the numbers. */
function dynamicDimension(body: Buffer, datatype: Datatype, fixed: number): number {
  if (datatype === 'BYTES') return 1
  return fixed === 0 ? 0 : Math.floor(body.length / (fixed * DATATYPES[datatype].bytes))
}

function oneText(body: Buffer, shape: readonly number[], label: string): TensorData {
  if (elementCount(shape) !== 1)
    throw new ScorehostError(
      'ERR_INPUT_SHAPE',
      `${label}: a raw request has a single element of BYTES, its shape [${shape}] has ${elementCount(shape)}`,
    )
  return [decodeText(body, `${label}: the body`)]
}
