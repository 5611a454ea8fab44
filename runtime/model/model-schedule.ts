// What a model's configuration means to the engine: which requests share a batch, and who waits how long.

import { AdaptiveBatch } from '../adaptive-batch.ts'
import { type BatchPolicy, FIRST_COME, type QueuePolicy, type SchedulePolicy } from '../scoring.ts'
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

/** Where nobody configured the queue a request may set a limit to its own wait. */
export function schedulePolicyOf({ dynamicBatching, batchingByDefault }: CompleteConfig): SchedulePolicy {
  if (dynamicBatching === null || batchingByDefault) return FIRST_COME
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
  const { timeoutAction, defaultTimeoutMicroseconds, allowTimeoutOverride, maxQueueSize } = policy
  const defaultTimeoutMs = defaultTimeoutMicroseconds / US_PER_MS
  return { timeoutAction, defaultTimeoutMs, allowTimeoutOverride, maxQueueSize }
}
