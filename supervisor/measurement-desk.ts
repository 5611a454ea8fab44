// What the whole service has counted: asked of every worker, and remembered of those that are gone, so that no count ever falls.

import type { FromWorker } from '../runtime/ipc.ts'
import type { MetricJson } from '../runtime/process-metrics.ts'
import { mergeRoutes, type RouteSnapshot } from '../runtime/request-meters.ts'
import { mergeStatistics, type StatisticsSnapshot } from '../runtime/statistics.ts'
import { foldCounters } from './exposition.ts'
import type { WorkerHandle } from './worker-handle.ts'

/** A worker whose run() blocks its event loop does not answer; what it last said counts in its place. */
const ANSWER_MS = 500

/** By model and version, as workers name them. */
export type ServiceStatistics = Readonly<Record<string, StatisticsSnapshot>>

export interface Measured {
  readonly statistics: ServiceStatistics
  readonly routes: readonly RouteSnapshot[]
  /** Of each process, and what is left of those that are gone; empty where it was not asked for. */
  readonly process: readonly MetricJson[]
}

type Said = FromWorker & { readonly kind: 'statistics' }

export class MeasurementDesk {
  readonly #workers: () => readonly WorkerHandle[]
  readonly #lastSaid = new Map<number, Said>()
  readonly #lastProcess = new Map<number, readonly MetricJson[]>()
  #goneStatistics: ServiceStatistics = {}
  #goneRoutes: readonly RouteSnapshot[] = []
  #goneProcess: readonly MetricJson[] = []
  readonly #awaited = new Map<number, () => void>()
  #nextId = 0

  constructor(workers: () => readonly WorkerHandle[]) {
    this.#workers = workers
  }

  heard(worker: WorkerHandle, message: FromWorker): void {
    if (message.kind !== 'statistics') return
    this.#lastSaid.set(worker.id, message)
    if (message.process !== null) this.#lastProcess.set(worker.id, message.process)
    if (message.id !== null) this.#awaited.get(message.id)?.()
  }

  exited(worker: WorkerHandle): void {
    const said = this.#lastSaid.get(worker.id)
    if (said !== undefined) {
      this.#goneStatistics = mergeAll([this.#goneStatistics, said.statistics])
      this.#goneRoutes = mergeRoutes([this.#goneRoutes, said.routes])
    }
    this.#goneProcess = foldCounters(this.#goneProcess, this.#lastProcess.get(worker.id) ?? [])
    this.#lastSaid.delete(worker.id)
    this.#lastProcess.delete(worker.id)
  }

  /** @param withProcess Also what Node tells of each process. */
  async measure(withProcess: boolean): Promise<Measured> {
    const ready = this.#workers().filter(worker => worker.phase !== 'starting')
    await Promise.all(ready.map(worker => this.#ask(worker, withProcess)))
    const said = [...this.#lastSaid.values()]
    return {
      statistics: mergeAll([this.#goneStatistics, ...said.map(one => one.statistics)]),
      routes: mergeRoutes([this.#goneRoutes, ...said.map(one => one.routes)]),
      process: withProcess ? [...this.#goneProcess, ...[...this.#lastProcess.values()].flat()] : [],
    }
  }

  #ask(worker: WorkerHandle, process: boolean): Promise<void> {
    const id = this.#nextId++
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        this.#awaited.delete(id)
        resolve()
      }
      const timer = setTimeout(done, ANSWER_MS)
      this.#awaited.set(id, done)
      worker.send({ kind: 'statistics', id, process })
    })
  }
}

function mergeAll(all: readonly ServiceStatistics[]): ServiceStatistics {
  const names = new Set(all.flatMap(one => Object.keys(one)))
  return Object.fromEntries(
    [...names].map(name => [name, mergeStatistics(all.flatMap(one => one[name] ?? []))]),
  )
}
