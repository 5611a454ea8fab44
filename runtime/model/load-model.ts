// From a listed version of a model to its scorer, and what is told of it.

import { isDatatype } from '../datatype.ts'
import type { ModelInfo, TensorSpec } from '../model-info.ts'
import type { SchedulePolicy } from '../scoring.ts'
import { type CompleteConfig, completeConfig } from './complete-config.ts'
import { configJson } from './config-json.ts'
import type { ListedModel, ModelVersion } from './listed-model.ts'
import { batchPolicyOf, schedulePolicyOf } from './model-schedule.ts'
import { OnnxScorer } from './onnx-scorer.ts'
import { signatureOf } from './onnx-signature.ts'
import { sharedSession } from './sessions.ts'
import { warmUp } from './warm-up.ts'

export interface LoadedVersion {
  readonly info: Omit<ModelInfo, 'versions'>
  readonly scorer: OnnxScorer
}

/**
 * Loads one version, and warms it up as its configuration says.
 *
 * @param threads Of one run.
 * @param schedule Of its line, where its configuration says nothing.
 * @param warn Told what its author should know, also while it is served.
 * @throws what onnxruntime throws for a broken file; TypeError of one that takes or gives no tensors; ModelConfigError; what a
 *   warm-up throws
 */
export async function loadVersion(
  listed: ListedModel,
  { version, file }: ModelVersion,
  threads: number,
  schedule: SchedulePolicy,
  warn: (text: string) => void,
): Promise<LoadedVersion> {
  const session = await sharedSession(file, threads)
  const signature = signatureOf(session)
  for (const output of signature.leftOut) warn(leftOut(output))
  const config = completeConfig(listed.config, signature, listed.name)
  for (const { name, optional } of config.inputs)
    if (optional)
      warn(`its input ${name} cannot be left out, whatever "optional" says: ONNX Runtime needs every input`)
  const info = {
    name: listed.name,
    version,
    platform: 'onnxruntime_onnx',
    inputs: specsOf(config.inputs, config.maxBatchSize),
    outputs: specsOf(config.outputs, config.maxBatchSize),
    maxBatchSize: config.maxBatchSize,
    batchIsAssumed: config.batchingByDefault,
    labels: Object.fromEntries(listed.labels),
    config: configJson(config),
  }
  const schedules = schedulePolicyOf(config, schedule)
  const scorer = new OnnxScorer(session, config, batchPolicyOf(config), schedules, warn)
  await warmUp(scorer, config, listed.configFolder)
  return { info, scorer }
}

/** Nearly always of a classifier of scikit-learn, whose probabilities are a list of maps unless its author says otherwise. */
function leftOut(output: string): string {
  return `its output ${output} is no tensor and is not served; of scikit-learn, convert it with the option zipmap: False`
}

/** As clients see them: with the batch dimension. */
function specsOf(tensors: CompleteConfig['inputs'], maxBatchSize: number): TensorSpec[] {
  return tensors.flatMap(({ name, datatype, dims }) =>
    isDatatype(datatype) ? [{ name, datatype, shape: maxBatchSize > 0 ? [-1, ...dims] : dims }] : [],
  )
}
