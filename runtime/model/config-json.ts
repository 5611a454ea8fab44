// The configuration of a model as clients of the V2 protocol see it: Triton's ModelConfig in JSON.

import type { DynamicBatching, QueuePolicy } from './batching-config.ts'
import type { CompleteConfig, CompleteInput, CompleteOutput } from './complete-config.ts'
import { configNameOf } from './config-datatype.ts'
import type { VersionPolicy } from './model-config.ts'
import type { Warmup } from './warmup-config.ts'

/** Plain JSON. */
export type ConfigJson = Readonly<Record<string, unknown>>

/**
 * What `GET /v2/models/{model}/config` answers. It has what is in force here, and reads back as a configuration.
 *
 * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_model_configuration.html
 */
export function configJson(config: CompleteConfig): ConfigJson {
  const { dynamicBatching } = config
  return {
    name: config.name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    version_policy: versionPolicyJson(config.versionPolicy),
    max_batch_size: config.maxBatchSize,
    input: config.inputs.map(input => ({ ...tensorJson(input), optional: input.optional })),
    output: config.outputs.map(outputJson),
    ...(dynamicBatching === null ? {} : { dynamic_batching: dynamicBatchingJson(dynamicBatching) }),
    instance_group: [{ name: config.name, kind: 'KIND_CPU', count: config.instanceCount ?? 1 }],
    default_model_filename: config.defaultModelFilename ?? 'model.onnx',
    parameters: Object.fromEntries(
      Object.entries(config.parameters).map(([name, value]) => [name, { string_value: value }]),
    ),
    model_warmup: config.warmup.map(warmupJson),
  }
}

function tensorJson({ name, datatype, dims, reshape }: CompleteInput): ConfigJson {
  return {
    name,
    data_type: configNameOf(datatype),
    dims,
    ...(reshape === null ? {} : { reshape: { shape: reshape } }),
  }
}

function outputJson(output: CompleteOutput): ConfigJson {
  return { ...tensorJson(output), label_filename: output.labelFilename ?? '' }
}

function versionPolicyJson(policy: VersionPolicy): ConfigJson {
  switch (policy.kind) {
    case 'latest':
      return { latest: { num_versions: policy.count } }
    case 'all':
      return { all: {} }
    case 'specific':
      return { specific: { versions: policy.versions.map(Number) } }
  }
}

function dynamicBatchingJson(batching: DynamicBatching): ConfigJson {
  return {
    preferred_batch_size: batching.preferredBatchSizes,
    max_queue_delay_microseconds: batching.maxQueueDelayMicroseconds,
    preserve_ordering: batching.preserveOrdering,
    priority_levels: batching.priorityLevels,
    default_priority_level: batching.defaultPriorityLevel,
    default_queue_policy: queuePolicyJson(batching.defaultQueuePolicy),
    priority_queue_policy: Object.fromEntries(
      [...batching.priorityQueuePolicy].map(([level, policy]) => [level, queuePolicyJson(policy)]),
    ),
  }
}

function queuePolicyJson(policy: QueuePolicy): ConfigJson {
  return {
    timeout_action: policy.timeoutAction.toUpperCase(),
    default_timeout_microseconds: policy.defaultTimeoutMicroseconds,
    allow_timeout_override: policy.allowTimeoutOverride,
    max_queue_size: policy.maxQueueSize,
  }
}

function warmupJson({ name, batchSize, count, inputs }: Warmup): ConfigJson {
  return {
    name,
    batch_size: batchSize,
    count,
    inputs: Object.fromEntries(
      [...inputs].map(([input, { datatype, dims, fill }]) => [
        input,
        {
          data_type: configNameOf(datatype),
          dims,
          ...(typeof fill === 'object' ? { input_data_file: fill.file } : { [`${fill}_data`]: true }),
        },
      ]),
    ),
  }
}
