// The models that are served as they are, as the contracts see them.

import type { ModelInfo, ModelState } from './model-info.ts'
import type { ScoreRequest, ScoreResult } from './scoring.ts'
import type { StatisticsSnapshot } from './statistics.ts'

/** One version of a model that is loaded. */
export interface ServedModel {
  readonly info: ModelInfo
  /**
   * @param request Its input is a `TensorInput` that was checked against the model.
   * @returns whose value is a `TensorOutput`
   * @throws ScorehostError as of the core, and ERR_QUEUE_FULL
   */
  score(request: ScoreRequest): Promise<ScoreResult>
}

/** `load` loads a model that is loaded anew; `add` is for one that is not, and refuses what somebody has loaded meanwhile. */
export type ModelChange = 'load' | 'add' | 'unload'

export interface ModelCatalog {
  /**
   * @param version Unset: the newest that is loaded.
   * @throws ScorehostError ERR_MODEL_NOT_FOUND, ERR_MODEL_UNAVAILABLE
   */
  find(name: string, version?: string): ServedModel
  /** Every version of every model in the model folder. */
  states(): readonly ModelState[]
  /** What all workers have scored, of each model that is loaded here. */
  statistics(): Promise<readonly ModelStatistics[]>
  /**
   * Loads or unloads a model in every worker; settles when it is done.
   *
   * @throws ScorehostError ERR_MODEL_CONTROL_OFF, ERR_MODEL_NOT_FOUND, ERR_MODEL_NOT_LOADED, ERR_MODEL_LOADED, ERR_MODEL_MEMORY,
   *   ERR_DRAINING
   */
  change(what: ModelChange, name: string): Promise<void>
}

export interface ModelStatistics extends StatisticsSnapshot {
  readonly name: string
  readonly version: string
}
