// What `scorehost status` shows: the state of the service and of each worker.

import type { WorkerAddress } from '../runtime/ipc.ts'
import type { ServiceState } from './health.ts'
import type { WorkerHandle } from './worker-handle.ts'

export interface WorkerStatus {
  readonly slot: number
  readonly generation: number
  readonly pid: number | null
  readonly state: 'starting' | 'ready' | 'quarantined' | 'draining'
  readonly address: string | null
  readonly uptimeMs: number
  /** Requests in flight as the front counts them, else as the worker last said. */
  readonly inFlight: number
  /** Requests that wait inside the worker. */
  readonly queued: number
  /** Deaths of this slot's workers, by reason. */
  readonly restarts: Readonly<Record<string, number>>
  readonly rssBytes: number | null
}

export interface ServiceStatus {
  readonly pid: number
  readonly state: ServiceState
  /** Null where it has none. */
  readonly port: number | null
  readonly uptimeMs: number
  /** Requests that wait in the front for a worker. */
  readonly waiting: number | null
  /** The generation that serves, and the one that is being started, null where none is. */
  readonly generation: number
  readonly nextGeneration: number | null
  readonly workers: readonly WorkerStatus[]
}

/** @param inFlight As the front counts it; null where it cannot tell. */
export function workerStatus(
  worker: WorkerHandle,
  inFlight: number | null,
  restarts: WorkerStatus['restarts'],
  nowMs: number,
): WorkerStatus {
  const { slot, generation, address, load, phase } = worker
  return {
    slot,
    generation,
    pid: worker.pid ?? null,
    state: phase === 'ready' && worker.quarantined ? 'quarantined' : phase,
    address: address === null ? null : addressText(address),
    uptimeMs: Math.round(nowMs - worker.startedAtMs),
    inFlight: inFlight ?? load.inFlight,
    queued: load.queued,
    restarts,
    rssBytes: load.rssBytes,
  }
}

function addressText(address: WorkerAddress): string {
  return 'host' in address ? `${address.host}:${address.port}` : `unix:${address.socketPath}`
}
