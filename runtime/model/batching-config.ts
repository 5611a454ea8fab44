// What a configuration says about dynamic batching and the queue before it.

import { type ConfigReader, UINT32, UINT64 } from './config-reader.ts'

export interface QueuePolicy {
  /** What becomes of a request past its timeout: it is refused, or it waits until nothing else does. */
  readonly timeoutAction: 'reject' | 'delay'
  /** 0 is no timeout. */
  readonly defaultTimeoutMicroseconds: number
  /** A request may ask for a shorter timeout. */
  readonly allowTimeoutOverride: boolean
  /** 0 is no limit. */
  readonly maxQueueSize: number
}

export interface DynamicBatching {
  readonly preferredBatchSizes: readonly number[]
  readonly maxQueueDelayMicroseconds: number
  readonly preserveOrdering: boolean
  /** 0 is none; otherwise 1 is the highest. */
  readonly priorityLevels: number
  readonly defaultPriorityLevel: number
  readonly defaultQueuePolicy: QueuePolicy
  readonly priorityQueuePolicy: ReadonlyMap<number, QueuePolicy>
}

const DEFAULT_QUEUE_POLICY: QueuePolicy = {
  timeoutAction: 'reject',
  defaultTimeoutMicroseconds: 0,
  allowTimeoutOverride: false,
  maxQueueSize: 0,
}

/** What `dynamic_batching {}` means: whatever waits when the engine becomes free is the batch. */
export const DEFAULT_DYNAMIC_BATCHING: DynamicBatching = {
  preferredBatchSizes: [],
  maxQueueDelayMicroseconds: 0,
  preserveOrdering: false,
  priorityLevels: 0,
  defaultPriorityLevel: 0,
  defaultQueuePolicy: DEFAULT_QUEUE_POLICY,
  priorityQueuePolicy: new Map(),
}

/** @throws ModelConfigError */
export function readDynamicBatching(config: ConfigReader): DynamicBatching | null {
  const reader = config.message('dynamic_batching')
  if (reader === null) return null
  const priorityLevels = reader.integer('priority_levels', UINT64) ?? 0
  const defaultPolicy = reader.message('default_queue_policy')
  const batching: DynamicBatching = {
    preferredBatchSizes: readPreferredSizes(reader),
    maxQueueDelayMicroseconds: reader.integer('max_queue_delay_microseconds', UINT64) ?? 0,
    preserveOrdering: reader.boolean('preserve_ordering') ?? false,
    priorityLevels,
    defaultPriorityLevel: reader.integer('default_priority_level', UINT64) ?? 0,
    defaultQueuePolicy: defaultPolicy === null ? DEFAULT_QUEUE_POLICY : readQueuePolicy(defaultPolicy),
    priorityQueuePolicy: readPriorityPolicies(reader, priorityLevels),
  }
  checkPriorities(reader, batching)
  if (batching.preserveOrdering) checkOrdering(reader, batching)
  reader.finish()
  return batching
}

function readPreferredSizes(reader: ConfigReader): readonly number[] {
  const sizes = reader.integers('preferred_batch_size', { min: 1, max: 2 ** 31 - 1 })
  return [...new Set(sizes)].toSorted((a, b) => a - b)
}

function readQueuePolicy(reader: ConfigReader): QueuePolicy {
  const policy: QueuePolicy = {
    timeoutAction: reader.choice('timeout_action', { REJECT: 'reject', DELAY: 'delay' } as const) ?? 'reject',
    defaultTimeoutMicroseconds: reader.integer('default_timeout_microseconds', UINT64) ?? 0,
    allowTimeoutOverride: reader.boolean('allow_timeout_override') ?? false,
    maxQueueSize: reader.integer('max_queue_size', UINT32) ?? 0,
  }
  reader.finish()
  return policy
}

function readPriorityPolicies(reader: ConfigReader, levels: number): ReadonlyMap<number, QueuePolicy> {
  const policies = new Map<number, QueuePolicy>()
  for (const [key, policy] of reader.map('priority_queue_policy')) {
    const level = /^\d+$/.test(key) ? Number(key) : 0
    if (level < 1 || level > levels)
      reader.fail('priority_queue_policy', `${JSON.stringify(key)} is not a priority ${range(levels)}`)
    policies.set(level, readQueuePolicy(policy))
  }
  return policies
}

function checkPriorities(
  reader: ConfigReader,
  { priorityLevels, defaultPriorityLevel }: DynamicBatching,
): void {
  const inRange = defaultPriorityLevel >= 1 && defaultPriorityLevel <= priorityLevels
  if (priorityLevels === 0 ? defaultPriorityLevel !== 0 : !inRange)
    reader.fail(
      'default_priority_level',
      `${defaultPriorityLevel} is not a priority ${range(priorityLevels)}`,
    )
}

function range(levels: number): string {
  return levels === 0 ? '(priority_levels is 0: there are none)' : `from 1 to ${levels} (priority_levels)`
}

/** What would send answers in another order than their requests came. */
function checkOrdering(
  reader: ConfigReader,
  { priorityLevels, defaultQueuePolicy, priorityQueuePolicy }: DynamicBatching,
): void {
  if (priorityLevels > 1)
    reader.fail('preserve_ordering', `it allows one priority, and priority_levels is ${priorityLevels}`)
  const policies = [defaultQueuePolicy, ...priorityQueuePolicy.values()]
  if (policies.some(policy => policy.timeoutAction === 'delay'))
    reader.fail('preserve_ordering', 'it does not go with the timeout_action DELAY of a queue policy')
}
