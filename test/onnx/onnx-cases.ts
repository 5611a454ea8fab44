// The cases of ONNX's own tests: a model, the inputs it is given, and the outputs that are right.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor } from '../../runtime/tensor.ts'
import { type Declared, datatypeOfElement, type ModelGraph, readModel, readTensor } from './onnx-proto.ts'

/** Where Debian's package libonnx-testdata has them. */
export const CASES_FOLDER = '/usr/share/libonnx-testdata/data'

const DATA_SET = 'test_data_set_0'

/** Operators whose results differ from run to run. */
const RANDOM = [
  'Bernoulli',
  'Multinomial',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
]

export interface NamedTensor {
  readonly name: string
  readonly tensor: Tensor
}

interface CaseModel {
  /** `node/test_abs` */
  readonly name: string
  /** What its model is served as: the name, as a single folder. */
  readonly model: string
  /** Absolute path of the folder with its `model.onnx`. */
  readonly folder: string
}

export interface OnnxCase extends CaseModel {
  readonly inputs: readonly NamedTensor[]
  readonly outputs: readonly NamedTensor[]
  /** Only the datatypes and shapes of its outputs can be foreseen. */
  readonly isRandom: boolean
  /** Whether half precision goes in or comes out, which JSON cannot carry. */
  readonly hasHalf: boolean
}

/** A case that the protocol has no way to ask for. */
export interface UnfitCase extends CaseModel {
  readonly why: string
}

export interface FoundCases {
  readonly cases: readonly OnnxCase[]
  readonly unfit: readonly UnfitCase[]
  /** Those whose model would have to be downloaded. */
  readonly withoutModel: readonly string[]
}

/** Every case below the folder, in one of the three lists. */
export function findCases(folder = CASES_FOLDER): FoundCases {
  const cases: OnnxCase[] = []
  const unfit: UnfitCase[] = []
  const withoutModel: string[] = []
  for (const kind of readdirSync(folder).toSorted())
    for (const test of readdirSync(join(folder, kind)).toSorted()) {
      const name = `${kind}/${test}`
      const found = readCase(name, join(folder, kind, test))
      if (found === null) withoutModel.push(name)
      else if ('why' in found) unfit.push(found)
      else cases.push(found)
    }
  return { cases, unfit, withoutModel }
}

/** Null where it has no model. */
function readCase(name: string, folder: string): OnnxCase | UnfitCase | null {
  const file = join(folder, 'model.onnx')
  if (!existsSync(file)) return null
  const graph = readModel(readFileSync(file))
  const why = whyUnfit(graph)
  const model = { name, model: name.replace('/', '.'), folder }
  if (why !== null) return { ...model, why }
  const inputs = readTensors(folder, 'input', graph.inputs)
  const outputs = readTensors(folder, 'output', graph.outputs)
  return {
    ...model,
    inputs,
    outputs,
    isRandom: RANDOM.some(operator => graph.operators.has(operator)),
    hasHalf: [...inputs, ...outputs].some(({ tensor }) => tensor.datatype === 'FP16'),
  }
}

function whyUnfit({ inputs, outputs }: ModelGraph): string | null {
  for (const { name, elementType } of [...inputs, ...outputs]) {
    if (elementType === null) return `${name} is no tensor`
    if (datatypeOfElement(elementType) === null)
      return `there is no datatype ${elementType}, which ${name} has`
  }
  return null
}

/** The files are numbered in the order of the model's inputs and outputs. */
function readTensors(
  folder: string,
  side: 'input' | 'output',
  declared: readonly Declared[],
): readonly NamedTensor[] {
  const files = readdirSync(join(folder, DATA_SET)).filter(file => file.startsWith(`${side}_`))
  if (files.length !== declared.length)
    throw new Error(`${folder} has ${files.length} files for the ${declared.length} ${side}s of its model`)
  return declared.map(({ name }, index) => {
    const file = join(folder, DATA_SET, `${side}_${index}.pb`)
    const tensor = readTensor(readFileSync(file))
    if (tensor === null) throw new Error(`${file} is not of the datatype that its model declares`)
    return { name, tensor }
  })
}
