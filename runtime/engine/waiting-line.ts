// The requests that wait for their turn, in the order in which they get it.

import { ScorehostError } from '../errors.ts'
import type { QueuePolicy, SchedulePolicy } from '../scoring.ts'

/** A request that waits, as the line sees it. */
export interface Waiting {
  /** 1 is the highest; what the policy does not know is its default. */
  readonly priority: number
}

/** By priority and arrival; behind them those whose time is over and who may still be run when nobody else waits. */
export class WaitingLine<W extends Waiting> implements Iterable<W> {
  readonly #policy: SchedulePolicy
  readonly #levels = new Map<number, Set<W>>()
  readonly #default: Set<W>
  readonly #delayed = new Set<W>()
  #size = 0

  constructor(policy: SchedulePolicy) {
    this.#policy = policy
    for (let priority = 1; priority <= policy.priorityLevels; priority++)
      this.#levels.set(priority, new Set())
    this.#default = this.#levels.get(policy.defaultPriority) ?? new Set()
    this.#levels.set(policy.defaultPriority, this.#default)
  }

  get size(): number {
    return this.#size
  }

  /** @throws ScorehostError ERR_QUEUE_FULL */
  add(waiting: W): void {
    const level = this.#levelOf(waiting)
    const { maxQueueSize } = this.policyOf(waiting)
    if (maxQueueSize > 0 && level.size >= maxQueueSize)
      throw new ScorehostError('ERR_QUEUE_FULL', 'Exceeds maximum queue size')
    level.add(waiting)
    this.#size += 1
  }

  /** @returns false where it was not in the line */
  delete(waiting: W): boolean {
    const was = this.#levelOf(waiting).delete(waiting) || this.#delayed.delete(waiting)
    if (was) this.#size -= 1
    return was
  }

  /** Its time is over, but it may still be run when nobody else waits. */
  delay(waiting: W): void {
    if (this.#levelOf(waiting).delete(waiting)) this.#delayed.add(waiting)
  }

  policyOf({ priority }: W): QueuePolicy {
    return this.#policy.queuePolicies.get(priority) ?? this.#policy.defaultQueuePolicy
  }

  *[Symbol.iterator](): Iterator<W> {
    for (const level of this.#levels.values()) yield* level
    yield* this.#delayed
  }

  #levelOf({ priority }: W): Set<W> {
    return this.#levels.get(priority) ?? this.#default
  }
}
