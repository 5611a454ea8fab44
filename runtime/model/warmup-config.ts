// What a configuration says about the requests that warm its model up.

import { CONFIG_DATATYPES, type ConfigDatatype } from './config-datatype.ts'
import { type ConfigReader, UINT32 } from './config-reader.ts'

export interface Warmup {
  readonly name: string
  readonly batchSize: number
  /** How often it is run. */
  readonly count: number
  readonly inputs: ReadonlyMap<string, WarmupInput>
}

export interface WarmupInput {
  readonly datatype: ConfigDatatype
  /** Without the batch dimension where the model has one; none is dynamic. */
  readonly dims: readonly number[]
  /** `file` is in the folder `warmup` beside the configuration: raw elements, row-major, strings behind their length in 4 bytes. */
  readonly fill: 'zero' | 'random' | { readonly file: string }
}

const FILLS = ['zero_data', 'random_data', 'input_data_file']

/** @throws ModelConfigError */
export function readWarmup(config: ConfigReader): readonly Warmup[] {
  return config.messages('model_warmup').map((reader, index) => {
    const inputs = new Map([...reader.map('inputs')].map(([name, input]) => [name, readInput(input)]))
    const warmup: Warmup = {
      name: reader.string('name') ?? `warmup ${index}`,
      batchSize: reader.integer('batch_size', { ...UINT32, min: 1 }) ?? 1,
      // 0 is Triton's way of saying once
      count: Math.max(1, reader.integer('count', UINT32) ?? 1),
      inputs,
    }
    reader.finish()
    return warmup
  })
}

function readInput(reader: ConfigReader): WarmupInput {
  const datatype = reader.choice('data_type', CONFIG_DATATYPES) ?? reader.fail('data_type', 'it is missing')
  const dims = reader.integers('dims', { min: 0, max: Number.MAX_SAFE_INTEGER })
  const given = FILLS.filter(field => reader.has(field))
  const [field] = given
  if (field === undefined || given.length > 1)
    reader.fail(
      field ?? 'zero_data',
      `exactly one of ${FILLS.join(', ')} is needed, and ${given.length} are given`,
    )
  const file = reader.fileName('input_data_file')
  reader.finish()
  if (file !== null) return { datatype, dims, fill: { file } }
  // as in Triton: there are no random strings
  return { datatype, dims, fill: field === 'random_data' && datatype !== 'BYTES' ? 'random' : 'zero' }
}
