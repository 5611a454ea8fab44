// The line that requests wait in where the front has none: nginx sends every request on at once.

import { FIRST_COME, type SchedulePolicy } from '../scoring.ts'
import type { Settings } from '../settings.ts'

/**
 * The limits of the front's line as those of one worker, where the front is nginx; no limits where the front keeps them.
 *
 * @param room Requests that wait only to be put into a batch.
 */
export function frontLine(settings: Settings, room: number): SchedulePolicy {
  const { front, queueSize, queueTimeoutMs, workerCount } = settings
  if (front === 'node') return FIRST_COME
  return {
    ...FIRST_COME,
    defaultQueuePolicy: {
      maxQueueSize: room + Math.ceil(queueSize / workerCount),
      defaultTimeoutMs: queueTimeoutMs,
      allowTimeoutOverride: true,
      timeoutAction: 'reject',
      messages: {
        full: 'Every worker is busy and the queue is full.',
        late: `No worker became free within ${queueTimeoutMs} ms (SCOREHOST_QUEUE_TIMEOUT_MS).`,
      },
    },
  }
}
