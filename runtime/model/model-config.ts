// The configuration of one model, as its config.pbtxt or config.json says it: Triton's, as far as it concerns ONNX.

import { messageOf } from '../errors.ts'
import { type DynamicBatching, readDynamicBatching } from './batching-config.ts'
import {
  type Bounds,
  type ConfigDocument,
  ConfigReader,
  type IdleField,
  INT32,
  UINT32,
  type UnknownField,
} from './config-reader.ts'
import { ModelConfigError } from './model-config-error.ts'
import { type OutputConfig, readInputs, readOutputs, type TensorConfig } from './tensor-config.ts'
import { parseTextProto } from './text-proto.ts'
import { TextProtoError } from './text-proto-scanner.ts'
import { readWarmup, type Warmup } from './warmup-config.ts'

export type VersionPolicy =
  | { readonly kind: 'latest'; readonly count: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'specific'; readonly versions: readonly string[] }

/** Null where the configuration says nothing; complete-config.ts puts the model's own word in its place. */
export interface ModelConfig {
  /** Absolute path of the file it was read from, null where the model has none. */
  readonly file: string | null
  readonly name: string | null
  readonly platform: string | null
  readonly backend: string | null
  /** 0: the model has no batch dimension. */
  readonly maxBatchSize: number | null
  readonly inputs: readonly TensorConfig[]
  readonly outputs: readonly OutputConfig[]
  readonly dynamicBatching: DynamicBatching | null
  /** The sum of all instance groups. */
  readonly instanceCount: number | null
  readonly versionPolicy: VersionPolicy
  readonly warmup: readonly Warmup[]
  readonly parameters: Readonly<Record<string, string>>
  /** Path of the ONNX file from the folder of a version. */
  readonly defaultModelFilename: string | null
  readonly unknownFields: readonly UnknownField[]
  readonly idleFields: readonly IdleField[]
}

/** Of a model that has no configuration: all of its versions are served. */
export const NO_CONFIG: ModelConfig = {
  file: null,
  name: null,
  platform: null,
  backend: null,
  maxBatchSize: null,
  inputs: [],
  outputs: [],
  dynamicBatching: null,
  instanceCount: null,
  versionPolicy: { kind: 'all' },
  warmup: [],
  parameters: {},
  defaultModelFilename: null,
  unknownFields: [],
  idleFields: [],
}

const ENGINES = ['onnxruntime_onnx', 'onnxruntime']

/** Fields of Triton's that change nothing here, and why. */
export const IDLE_FIELDS: Readonly<Record<string, string>> = {
  runtime: 'there is one backend, and it is built in',
  optimization: "the ONNX engine's own optimizations are always on",
  sequence_batching: 'there are no sequences: every request stands by itself',
  ensemble_scheduling: 'there are no ensembles: combine models in a score module',
  batch_input: 'a batch has the inputs of its requests and no others',
  batch_output: 'a batch is split on its first dimension',
  cc_model_filenames: 'models run on the CPU',
  metric_tags: 'metrics carry the name and the version of the model and no other tags',
  model_operations: 'libraries of custom operators are not loaded',
  model_transaction_policy: 'every request has exactly one answer',
  model_repository_agents: 'models are loaded from the model folder as they are',
  response_cache: 'answers are not cached',
  model_metrics: 'the buckets of the histograms are fixed',
}

const IDLE_OF_GROUPS: Readonly<Record<string, string>> = {
  name: 'workers are numbered, not named',
  gpus: 'models run on the CPU',
  rate_limiter: 'workers share no resources that would have to be limited',
  secondary_devices: 'models run on the CPU',
  profile: 'it concerns TensorRT',
  passive: 'every worker takes requests',
  host_policy: 'workers are placed by the operating system',
}

const KINDS = { KIND_AUTO: 'cpu', KIND_GPU: 'gpu', KIND_CPU: 'cpu', KIND_MODEL: 'cpu' } as const

/**
 * Reads a configuration.
 *
 * @param file Absolute path; what ends in `.json` is JSON with the same field names, anything else the protobuf text format.
 * @throws ModelConfigError with file, line where it is known, and field
 * @see https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto
 */
export function parseModelConfig(file: string, text: string): ModelConfig {
  const { document, root } = file.endsWith('.json') ? jsonDocument(file, text) : textDocument(file, text)
  const reader = new ConfigReader(document, root)
  const maxBatchSize = reader.integer('max_batch_size', { ...INT32, min: 0 })
  const config = {
    file,
    name: reader.string('name'),
    platform: readEngine(reader, 'platform'),
    backend: readEngine(reader, 'backend'),
    maxBatchSize,
    inputs: readInputs(reader),
    outputs: readOutputs(reader),
    dynamicBatching: readDynamicBatching(reader),
    instanceCount: readInstanceCount(reader),
    versionPolicy: readVersionPolicy(reader),
    warmup: readWarmup(reader),
    parameters: readParameters(reader),
    defaultModelFilename: reader.fileName('default_model_filename'),
    unknownFields: document.unknown,
    idleFields: document.idle,
  }
  if (maxBatchSize !== null) checkBatchSizes(config, maxBatchSize, (field, what) => reader.fail(field, what))
  reader.finish(IDLE_FIELDS)
  return config
}

/** Fields that no other kind of config.json has; Hugging Face's of the same name lies beside many ONNX models. */
export function isModelConfigJson(value: unknown): boolean {
  const own = ['max_batch_size', 'input', 'output', 'dynamic_batching', 'instance_group', 'version_policy']
  const fields = [...own, 'model_warmup', 'default_model_filename', 'platform', 'backend', 'parameters']
  return typeof value === 'object' && value !== null && fields.some(field => Object.hasOwn(value, field))
}

/** What must not be larger than the largest batch. */
export function checkBatchSizes(
  { dynamicBatching, warmup }: Pick<ModelConfig, 'dynamicBatching' | 'warmup'>,
  maxBatchSize: number,
  fail: (field: string, what: string) => never,
): void {
  const large = dynamicBatching?.preferredBatchSizes.find(size => size > maxBatchSize)
  if (large !== undefined)
    fail('dynamic_batching', `the preferred_batch_size ${large} is more than max_batch_size, ${maxBatchSize}`)
  const sample = warmup.find(({ batchSize }) => batchSize > Math.max(1, maxBatchSize))
  if (sample !== undefined)
    fail(
      'model_warmup',
      `the batch_size ${sample.batchSize} of "${sample.name}" is more than max_batch_size, ${maxBatchSize}`,
    )
}

interface Opened {
  readonly document: ConfigDocument
  readonly root: object
}

function textDocument(file: string, text: string): Opened {
  try {
    const { root, placeOf } = parseTextProto(text)
    const lineOf = (message: object, field: string) =>
      (placeOf(message, field) ?? placeOf(message))?.line ?? null
    return { document: { file, format: 'text', lineOf, unknown: [], idle: [] }, root }
  } catch (thrown) {
    if (!(thrown instanceof TextProtoError)) throw thrown
    const { line, column, what } = thrown
    throw new ModelConfigError({ file, line, field: null }, `column ${column}: ${what}`)
  }
}

function jsonDocument(file: string, text: string): Opened {
  const nowhere = { file, line: null, field: null }
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch (thrown) {
    const why = messageOf(thrown)
    throw new ModelConfigError(nowhere, `it is not JSON: ${why}`)
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root))
    throw new ModelConfigError(nowhere, 'it must hold one JSON object')
  return { document: { file, format: 'json', lineOf: () => null, unknown: [], idle: [] }, root }
}

function readEngine(reader: ConfigReader, field: string): string | null {
  const name = reader.string(field)
  if (name !== null && !ENGINES.includes(name))
    reader.fail(
      field,
      `${JSON.stringify(name)} is not served here; it would have to be ${ENGINES.join(' or ')}`,
    )
  return name
}

function readInstanceCount(reader: ConfigReader): number | null {
  const counts = reader.messages('instance_group').map(group => {
    if (group.choice('kind', KINDS) === 'gpu') group.idle('kind', 'models run on the CPU')
    // 0 is Triton's way of saying one
    const count = Math.max(1, group.integer('count', { ...INT32, min: 0 }) ?? 1)
    group.finish(IDLE_OF_GROUPS)
    return count
  })
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0)
}

const VERSION: Bounds = { min: 1, max: Number.MAX_SAFE_INTEGER }

function readVersionPolicy(reader: ConfigReader): VersionPolicy {
  const choice = reader.message('version_policy')
  const given = ['latest', 'all', 'specific'].filter(kind => choice?.has(kind))
  if (given.length > 1) reader.fail('version_policy', `it is one of ${given.join(' and ')}, not both`)
  const latest = choice?.message('latest')
  const all = choice?.message('all')
  const specific = choice?.message('specific')
  const versions = specific?.integers('versions', VERSION) ?? []
  const count = latest?.integer('num_versions', { ...UINT32, min: 1 }) ?? 1
  if (versions.length === 0) specific?.fail('versions', 'it names no version')
  for (const one of [choice, latest, all, specific]) one?.finish()
  if (all) return { kind: 'all' }
  return specific
    ? { kind: 'specific', versions: [...new Set(versions)].map(String) }
    : { kind: 'latest', count }
}

function readParameters(reader: ConfigReader): Readonly<Record<string, string>> {
  const entries = [...reader.map('parameters')].map(([name, parameter]) => {
    const value = parameter.string('string_value') ?? ''
    parameter.finish()
    return [name, value]
  })
  return Object.fromEntries(entries)
}
