// What a model's configuration means to the engine: which requests share a batch, and who waits how long.

import { AdaptiveBatch } from '../adaptive-batch.ts'
import { type BatchPolicy, type QueuePolicy, type SchedulePolicy, V2_QUEUE_MESSAGES } from '../scoring.ts'
import type { QueuePolicy as ConfiguredPolicy } from './batching-config.ts'
import type { CompleteConfig } from './complete-config.ts'

const US_PER_MS = 1000

/** Null where every request is run by itself. */
export function batchPolicyOf(config: CompleteConfig): BatchPolicy | null {
  const { dynamicBatching, maxBatchSize, batchingByDefault } = config
  if (dynamicBatching === null || maxBatchSize === 0) return null
  if (batchingByDefault) return new AdaptiveBatch(maxBatchSize)
  return {
    maxSize: maxBatchSize,
    maxDelayMs: dynamicBatching.maxQueueDelayMicroseconds / US_PER_MS,
    preferredSizes: dynamicBatching.preferredBatchSizes,
  }
}

/** @param byDefault Where nobody configured the queue of this model. */
export function schedulePolicyOf(
  { dynamicBatching, batchingByDefault }: CompleteConfig,
  byDefault: SchedulePolicy,
): SchedulePolicy {
  if (dynamicBatching === null || batchingByDefault) return byDefault
  const { priorityLevels, defaultPriorityLevel, defaultQueuePolicy, priorityQueuePolicy } = dynamicBatching
  return {
    priorityLevels,
    defaultPriority: defaultPriorityLevel,
    defaultQueuePolicy: inMilliseconds(defaultQueuePolicy),
    queuePolicies: new Map(
      [...priorityQueuePolicy].map(([priority, policy]) => [priority, inMilliseconds(policy)]),
    ),
  }
}

function inMilliseconds(policy: ConfiguredPolicy): QueuePolicy {
  const { timeoutAction, defaultTimeoutMicroseconds, allowTimeoutOverride } = policy
  const maxQueueSize = policy.maxQueueSize === 0 ? Number.POSITIVE_INFINITY : policy.maxQueueSize
  const defaultTimeoutMs = defaultTimeoutMicroseconds / US_PER_MS
  return { timeoutAction, defaultTimeoutMs, allowTimeoutOverride, maxQueueSize, messages: V2_QUEUE_MESSAGES }
}
