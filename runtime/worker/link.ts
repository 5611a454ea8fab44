// A worker's end of the channel to its supervisor.

import { type FromWorker, HEARTBEAT_INTERVAL_MS, type ToWorker } from '../ipc.ts'
import type { RouteSnapshot } from '../request-meters.ts'
import type { StatisticsSnapshot } from '../statistics.ts'

interface Load {
  readonly inFlight: number
  readonly queued: number
}

/** What a worker has counted. */
export interface Counted {
  /** By model and version. */
  readonly statistics: Readonly<Record<string, StatisticsSnapshot>>
  readonly routes: readonly RouteSnapshot[]
}

/** The channel. A worker whose supervisor is gone ends itself. */
export class SupervisorLink {
  #load: (() => Load) | null = null

  constructor() {
    process.once('disconnect', () => process.exit(0))
  }

  /** Calls back for each message from the supervisor. */
  onMessage(take: (message: ToWorker) => void): void {
    process.on('message', message => take(message as ToWorker)) // true: only our supervisor has the other end
  }

  /** Settles when the message is on its way, so that exiting right after does not lose it. */
  send(message: FromWorker): Promise<void> {
    return new Promise(resolve => {
      if (process.send === undefined || !process.connected) resolve()
      else process.send(message, () => resolve())
    })
  }

  /** Sends a heartbeat, once they have started. */
  beat(): void {
    if (this.#load !== null)
      void this.send({ kind: 'heartbeat', ...this.#load(), rssBytes: process.memoryUsage.rss() })
  }

  /** Sends a heartbeat at once and then every interval; it stops while run() blocks the event loop. */
  startHeartbeat(load: () => Load): void {
    this.#load = load
    this.beat()
    setInterval(() => this.beat(), HEARTBEAT_INTERVAL_MS).unref()
  }

  /** Sends what was scored beside the heartbeats, whenever that has changed: should this worker die, it is not forgotten. */
  startStatistics(read: () => Counted): void {
    let sent = ''
    setInterval(() => {
      const counted = read()
      const text = JSON.stringify(counted)
      if (text === sent) return
      sent = text
      void this.send({ kind: 'statistics', id: null, ...counted, process: null })
    }, HEARTBEAT_INTERVAL_MS).unref()
  }
}
