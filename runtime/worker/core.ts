// The scoring path of a worker, as the contracts see it: what /score serves, and the models beside it.

import type { Engine } from '../engine/engine.ts'
import { ScorehostError } from '../errors.ts'
import type { InputReader } from '../input-reader.ts'
import type { Core, ScoreRequest, ScoreResult, ServiceInfo } from '../scoring.ts'
import type { StatisticsSnapshot } from '../statistics.ts'
import type { Catalog } from './catalog.ts'

/** What /score serves. */
export interface Target {
  readonly input: InputReader
  score(request: ScoreRequest): Promise<ScoreResult>
}

/** Where /score serves nothing: there are several models and none is the default, or none is loaded yet. */
export function noTarget(models: Catalog): Target {
  const refuse = (): never => {
    const names = models.names.join(', ')
    throw new ScorehostError(
      'ERR_MODEL_NOT_FOUND',
      names === ''
        ? 'There is no score module, and no model is loaded.'
        : `There is no score module and no default model (SCOREHOST_DEFAULT_MODEL); the models are ${names}.`,
    )
  }
  return { input: { ofBody: refuse, ofQuery: refuse, ofValue: refuse }, score: refuse }
}

export class WorkerCore implements Core {
  readonly service: ServiceInfo
  readonly concurrency: number
  readonly models: Catalog
  readonly #target: Target
  /** Of the score module; null where there is none. */
  readonly #engine: Engine | null

  constructor(
    service: ServiceInfo,
    concurrency: number,
    models: Catalog,
    target: Target,
    engine: Engine | null,
  ) {
    this.service = service
    this.concurrency = concurrency
    this.models = models
    this.#target = target
    this.#engine = engine
  }

  get input(): InputReader {
    return this.#target.input
  }

  score(request: ScoreRequest): Promise<ScoreResult> {
    return this.#target.score(request)
  }

  /** Of every model, and of the score module under its name and no version: two names that no folder has. */
  ownStatistics(): Readonly<Record<string, StatisticsSnapshot>> {
    const module =
      this.#engine === null ? {} : { [`${this.service.moduleName}/`]: this.#engine.statistics.snapshot() }
    return { ...module, ...this.models.ownStatistics() }
  }

  get inFlight(): number {
    return (this.#engine?.inFlight ?? 0) + this.models.inFlight
  }

  get queued(): number {
    return (this.#engine?.queued ?? 0) + this.models.queued
  }
}
