// The requests that wait for their turn, in the order in which they get it.

import { ScorehostError } from '../errors.ts'
import type { QueuePolicy, SchedulePolicy } from '../scoring.ts'

/** A request that waits, as the line sees it. */
export interface Waiting {
  /** 1 is the highest; what the policy does not know is its default. */
  readonly priority: number
  /** Part of a request that counts already: there is always room for it. */
  readonly admitted?: boolean
}

/**
 * By priority and arrival; behind them those whose time is over and who may still be run when nobody else waits.
 *
 * Arrays, for what passes through a Set is kept alive by it until the next full garbage collection, and that is a request with its
 * body: of 600 kB each, they made a worker collect fifty times a second. Nearly all who leave are at the head.
 */
export class WaitingLine<W extends Waiting> implements Iterable<W> {
  readonly #policy: SchedulePolicy
  readonly #levels = new Map<number, W[]>()
  readonly #default: W[]
  readonly #delayed: W[] = []
  #size = 0

  constructor(policy: SchedulePolicy) {
    this.#policy = policy
    for (let priority = 1; priority <= policy.priorityLevels; priority++) this.#levels.set(priority, [])
    this.#default = this.#levels.get(policy.defaultPriority) ?? []
    this.#levels.set(policy.defaultPriority, this.#default)
  }

  get size(): number {
    return this.#size
  }

  /** @throws ScorehostError ERR_QUEUE_FULL */
  add(waiting: W): void {
    const level = this.#levelOf(waiting)
    const { maxQueueSize, messages } = this.policyOf(waiting)
    const isFull = waiting.admitted !== true && level.length >= maxQueueSize
    if (isFull && level.filter(({ admitted }) => admitted !== true).length >= maxQueueSize)
      throw new ScorehostError('ERR_QUEUE_FULL', messages.full)
    level.push(waiting)
    this.#size += 1
  }

  /** @returns false where it was not in the line */
  delete(waiting: W): boolean {
    const was = remove(this.#levelOf(waiting), waiting) || remove(this.#delayed, waiting)
    if (was) this.#size -= 1
    return was
  }

  /** Its time is over, but it may still be run when nobody else waits. */
  delay(waiting: W): void {
    if (remove(this.#levelOf(waiting), waiting)) this.#delayed.push(waiting)
  }

  policyOf({ priority }: W): QueuePolicy {
    return this.#policy.queuePolicies.get(priority) ?? this.#policy.defaultQueuePolicy
  }

  /** The first in the line for whom this holds. */
  first(holds: (waiting: W) => boolean): W | undefined {
    for (const level of this.#levels.values()) {
      const found = level.find(holds)
      if (found !== undefined) return found
    }
    return this.#delayed.find(holds)
  }

  /** Nobody may join or leave meanwhile. */
  *[Symbol.iterator](): Iterator<W> {
    for (const level of this.#levels.values()) yield* level
    yield* this.#delayed
  }

  #levelOf({ priority }: W): W[] {
    return this.#levels.get(priority) ?? this.#default
  }
}

function remove<W>(line: W[], waiting: W): boolean {
  const at = line.indexOf(waiting)
  if (at < 0) return false
  if (at === 0) line.shift()
  else line.splice(at, 1)
  return true
}
