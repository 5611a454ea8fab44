// The user's score module as a scorer.

import type { Log } from '../log.ts'
import type { InitContext, RunContext, ScoreModule } from '../score-api.ts'
import type { ScoreRequest, ScoreResult, Scorer } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import { LoadedOnnxModel } from './onnx-model.ts'
import type { ModelRepository } from './repository.ts'

/** The request id of log lines that no request is behind. */
const NO_REQUEST_ID = '00000000-0000-0000-0000-000000000000'

/** What `init()` is given. */
export function initContext(settings: Settings, repository: ModelRepository, log: Log): InitContext {
  return {
    modelDir: repository.folder,
    settings,
    log: log.child({ requestId: NO_REQUEST_ID }),
    requestId: NO_REQUEST_ID,
    modelPath: (name, version) => repository.modelPath(name, version),
    onnx: (name, version, options) =>
      LoadedOnnxModel.load(repository.onnxFile(name, version), { threads: settings.onnxThreads, ...options }),
  }
}

/** Scores by calling `run()`. */
export class ScoreModuleScorer implements Scorer {
  readonly #module: ScoreModule
  readonly #log: Log

  constructor(module: ScoreModule, log: Log) {
    this.#module = module
    this.#log = log
  }

  async score(request: ScoreRequest): Promise<ScoreResult> {
    return { value: await this.#module.run?.(request.input, new RequestRunContext(request, this.#log)) }
  }

  async close(): Promise<void> {
    await this.#module.close?.()
  }
}

/** What `run()` is given; the signal and the logger are made when they are asked for, for most modules never do. */
class RequestRunContext implements RunContext {
  readonly #request: ScoreRequest
  readonly #parentLog: Log
  #log: Log | null = null

  constructor(request: ScoreRequest, log: Log) {
    this.#request = request
    this.#parentLog = log
  }

  get requestId() {
    return this.#request.requestId
  }

  get headers() {
    return this.#request.headers
  }

  get query() {
    return this.#request.query
  }

  get contentType() {
    return this.#request.contentType
  }

  get raw() {
    return this.#request.raw
  }

  get signal() {
    return this.#request.cancellation.signal
  }

  get log() {
    this.#log ??= this.#parentLog.child({ requestId: this.requestId })
    return this.#log
  }
}
