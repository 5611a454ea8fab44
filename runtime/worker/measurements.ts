// What a worker measures of itself and of its requests, and to whom each request is told.

import { AccessLog } from '../access-log.ts'
import type { Contract } from '../contracts/contract.ts'
import { type MetricJson, ProcessMetrics } from '../process-metrics.ts'
import { RequestMeters } from '../request-meters.ts'
import type { RequestObserver } from '../request-record.ts'
import type { Settings } from '../settings.ts'
import type { ModelMeasures } from './catalog.ts'
import type { WorkerCore } from './core.ts'
import type { Counted } from './link.ts'

const MS_PER_S = 1000

interface Identity {
  readonly slot: number
  readonly generation: number
  readonly settings: Settings
}

export class Measurements {
  readonly observers: readonly RequestObserver[]
  readonly #core: WorkerCore
  readonly #name: string
  readonly #meters: RequestMeters | null
  #process: ProcessMetrics | null = null

  constructor({ slot, generation, settings }: Identity, contracts: readonly Contract[], core: WorkerCore) {
    this.#core = core
    this.#name = `worker ${slot}`
    const scoring = contracts.flatMap(({ routes }) => routes.filter(route => route.scores === true))
    this.#meters = settings.metrics ? new RequestMeters([...new Set(scoring.map(({ path }) => path))]) : null
    const fields = { process: 'worker', pid: process.pid, worker: slot, generation }
    const accessLog = settings.accessLog ? new AccessLog(settings, fields) : null
    this.observers = [this.#meters, accessLog].filter(observer => observer !== null)
  }

  counted(): Counted {
    return { statistics: this.#core.ownStatistics(), routes: this.#meters?.snapshot() ?? [] }
  }

  /** What Node tells of the process, from the first time that it is asked for: loading what measures takes 35 ms, and memory. */
  async process(): Promise<readonly MetricJson[]> {
    this.#process ??= new ProcessMetrics()
    const process = await this.#process.read(this.#name)
    return [...process, ...modelMetrics(this.#core.models.measures(), this.#name)]
  }
}

function modelMetrics(models: readonly ModelMeasures[], process: string): MetricJson[] {
  return [
    {
      name: 'scorehost_model_load_seconds',
      help: 'How long it took to load a model.',
      type: 'gauge',
      values: models.map(({ name: model, version, loadMs }) => ({
        labels: { model, process, version },
        value: loadMs / MS_PER_S,
      })),
    },
    {
      // of all workers together: the series of each have the same labels, and are added up
      name: 'nv_inference_pending_request_count',
      help: 'Requests that wait for their turn at a model.',
      // Triton's name has the suffix of a histogram
      type: 'untyped',
      values: models.map(({ name: model, version, queued }) => ({
        labels: { model, version },
        value: queued,
      })),
    },
  ]
}
