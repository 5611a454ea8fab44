// What an ONNX model takes and gives, in its own words.

import type { InferenceSession } from 'onnxruntime-node'
import { datatypeOfOnnx } from '../datatype.ts'
import type { ModelSignature, SignatureTensor } from './complete-config.ts'

type Metadata = readonly InferenceSession.ValueMetadata[]

export interface OnnxSignature extends ModelSignature {
  /** Names of the outputs that cannot be served: a request is answered without them. */
  readonly leftOut: readonly string[]
}

/**
 * The inputs and outputs of a model that a request can carry, which are tensors.
 *
 * @throws TypeError where an input is something else, for then no request can be run; or where every output is
 */
export function signatureOf(session: {
  readonly inputMetadata: Metadata
  readonly outputMetadata: Metadata
}): OnnxSignature {
  const [input] = session.inputMetadata.filter(value => tensorOf(value) === null)
  if (input !== undefined)
    throw new TypeError(`a request cannot carry its input ${input.name}: ${why(input)}`)
  const outputs = session.outputMetadata.flatMap(value => tensorOf(value) ?? [])
  const left = session.outputMetadata.filter(value => tensorOf(value) === null)
  const [output] = left
  if (outputs.length === 0 && output !== undefined)
    throw new TypeError(
      `an answer can carry none of its outputs ${left.map(({ name }) => name)}: ${why(output)}`,
    )
  return {
    inputs: session.inputMetadata.flatMap(value => tensorOf(value) ?? []),
    outputs,
    leftOut: left.map(({ name }) => name),
  }
}

function tensorOf(value: InferenceSession.ValueMetadata): SignatureTensor | null {
  const datatype = value.isTensor ? datatypeOfOnnx(value.type) : null
  if (!value.isTensor || datatype === null) return null
  // an unnamed dynamic dimension is an empty text, a named one its name
  const shape = value.shape.map(size => (typeof size === 'number' && size >= 0 ? size : -1))
  const symbols = value.shape.map(size => (typeof size === 'string' ? size : ''))
  return { name: value.name, datatype, shape, symbols }
}

function why(value: InferenceSession.ValueMetadata): string {
  return value.isTensor
    ? `there is no datatype ${value.type} in the protocol`
    : 'it is no tensor but a sequence, a map or an optional'
}
