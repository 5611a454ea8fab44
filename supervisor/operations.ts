// What whoever operates the service looks at: health, metrics, and the ports that they may have for themselves.

import type { FromWorker } from '../runtime/ipc.ts'
import type { Log } from '../runtime/log.ts'
import { ProcessMetrics } from '../runtime/process-metrics.ts'
import type { Settings } from '../runtime/settings.ts'
import { ownVersion } from '../runtime/version.ts'
import { Dashboard } from './dashboard.ts'
import { writeMetrics } from './exposition.ts'
import type { ServiceState } from './health.ts'
import { MeasurementDesk, type ServiceStatistics } from './measurement-desk.ts'
import { nvMetrics, serviceMetrics } from './metrics-page.ts'
import { OwnPaths } from './own-paths.ts'
import { SidePorts } from './side-ports.ts'
import type { ServiceStatus } from './status.ts'
import type { WorkerHandle } from './worker-handle.ts'

/** The service as its operations see it. */
export interface Operated {
  state(): ServiceState
  status(): Promise<ServiceStatus>
  workers(): readonly WorkerHandle[]
  /** Errors that the front answered itself, by code. */
  frontAnswers(): Readonly<Record<string, number>>
  /** Workers that were started again, by how they had ended. */
  restarts(): Readonly<Record<string, number>>
}

const PROCESS = 'supervisor'

export class Operations {
  readonly paths: OwnPaths
  readonly #settings: Settings
  readonly #operated: Operated
  readonly #measurements: MeasurementDesk
  readonly #dashboard: Dashboard | null
  readonly #ports: SidePorts
  /** Measures from the first scrape on: loading what measures takes 35 ms, and memory that a service without scrapes can do without. */
  #process: ProcessMetrics | null = null

  constructor(settings: Settings, log: Log, operated: Operated) {
    this.#settings = settings
    this.#operated = operated
    this.#measurements = new MeasurementDesk(() => operated.workers())
    const measure = () => this.#measurements.measure(false)
    this.#dashboard =
      settings.dashboard === 'off' ? null : new Dashboard(settings, ownVersion(), { ...operated, measure })
    this.paths = new OwnPaths(settings, {
      state: () => operated.state(),
      metrics: nv => (nv ? this.#nvMetrics() : this.#metrics()),
      dashboard: this.#dashboard,
      failed: (thrown, requestId) =>
        log.error(
          { requestId, code: 'ERR_INTERNAL', err: thrown },
          'A page of the supervisor could not be made.',
        ),
    })
    this.#ports = new SidePorts(settings, this.paths)
  }

  /** @throws ScorehostError ERR_ADDRESS_IN_USE, ERR_CONFIG_INVALID */
  start(): Promise<void> {
    this.#dashboard?.start()
    return this.#ports.start()
  }

  heard(worker: WorkerHandle, message: FromWorker): void {
    this.#measurements.heard(worker, message)
    if (message.kind === 'ready') this.#dashboard?.knows(message.sampleJson)
  }

  exited(worker: WorkerHandle): void {
    this.#measurements.exited(worker)
  }

  /** What was scored, by model. */
  async statistics(): Promise<ServiceStatistics> {
    return (await this.#measurements.measure(false)).statistics
  }

  drain(): void {
    this.#ports.drain()
  }

  stop(): void {
    this.#dashboard?.stop()
    this.#ports.stop()
  }

  async #metrics(): Promise<string> {
    this.#process ??= new ProcessMetrics()
    const [measured, status, own] = await Promise.all([
      this.#measurements.measure(true),
      this.#operated.status(),
      this.#process.read(PROCESS),
    ])
    const metrics = serviceMetrics({
      status,
      measured: { ...measured, process: [...own, ...measured.process] },
      frontAnswers: this.#operated.frontAnswers(),
      restarts: this.#operated.restarts(),
      build: { front: this.#settings.front, node: process.version, version: ownVersion() },
    })
    return writeMetrics(metrics)
  }

  async #nvMetrics(): Promise<string> {
    return writeMetrics(nvMetrics(await this.#measurements.measure(false)))
  }
}
