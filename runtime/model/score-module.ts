// The user's score module as a scorer.

import type { Log } from '../log.ts'
import { NO_REQUEST_ID } from '../request-scope.ts'
import { ResultStream } from '../result-stream.ts'
import { type InitContext, isReply, type RunContext, type ScoreModule } from '../score-api.ts'
import {
  type BatchPolicy,
  type BatchShare,
  type SchedulePolicy,
  ScoreFailure,
  type ScoreRequest,
  type ScoreResult,
  type Scorer,
} from '../scoring.ts'
import type { Settings } from '../settings.ts'
import { Statistics } from '../statistics.ts'
import { LoadedOnnxModel } from './onnx-model.ts'
import type { ModelRepository } from './repository.ts'
import { RunScope } from './run-scope.ts'

/** Of a module that exports `runBatch` and no `batch`. */
const DEFAULT_BATCH: BatchPolicy = { maxSize: 32, maxDelayMs: 0, preferredSizes: [] }

/** Each request is one row, and any fit together. */
const ONE_ROW: BatchShare = { rows: 1, key: '' }

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** What `init()` is given. */
export function initContext(settings: Settings, repository: ModelRepository, log: Log): InitContext {
  return {
    modelDir: repository.folder,
    settings,
    log: log.child({ requestId: NO_REQUEST_ID }),
    requestId: NO_REQUEST_ID,
    modelPath: (name, version) => repository.modelPath(name, version),
    onnx: (name, version, options) =>
      LoadedOnnxModel.load(repository.onnxFile(name, version), settings.onnxThreads, options),
  }
}

/** How the requests of a module are batched; null for one that takes them alone. */
export function batchPolicy({ runBatch, batch }: ScoreModule): BatchPolicy | null {
  return runBatch === undefined ? null : { ...DEFAULT_BATCH, ...batch }
}

/** Scores by calling `run()`, or `runBatch()`. */
export class ScoreModuleScorer implements Scorer {
  readonly batching: BatchPolicy | null
  readonly schedule: SchedulePolicy
  readonly statistics = new Statistics()
  readonly #module: ScoreModule
  readonly #log: Log

  constructor(module: ScoreModule, schedule: SchedulePolicy, log: Log) {
    this.#module = module
    this.#log = log
    this.schedule = schedule
    this.batching = batchPolicy(module)
  }

  shareOf(): BatchShare {
    return ONE_ROW
  }

  async score(batch: readonly ScoreRequest[]): Promise<readonly (ScoreResult | ScoreFailure)[]> {
    const startMs = performance.now()
    const scope = new RunScope(batch)
    const [first] = batch
    const outcomes =
      this.batching !== null || first === undefined
        ? await this.#scoreBatch(batch, scope)
        : [toResult(await this.#run(first, scope), scope)]
    this.statistics.executed(batch.length, batch.length, {
      compute_input: 0,
      compute_infer: performance.now() - startMs,
      compute_output: 0,
    })
    return outcomes
  }

  /** What the module returns, as it is: a promise around it would be one more for each request. */
  #run(request: ScoreRequest, scope: RunScope): unknown {
    const context = new RequestRunContext(request, this.#log)
    return scope.within(() => this.#module.run?.(request.input, context))
  }

  async #scoreBatch(
    batch: readonly ScoreRequest[],
    scope: RunScope,
  ): Promise<readonly (ScoreResult | ScoreFailure)[]> {
    const contexts = batch.map(request => new RequestRunContext(request, this.#log))
    const inputs = batch.map(request => request.input)
    try {
      const results = await scope.within(() => this.#module.runBatch?.(inputs, contexts))
      if (!Array.isArray(results) || results.length !== batch.length)
        throw new TypeError(`runBatch() returned ${shown(results)} for ${batch.length} inputs`)
      return results.map(result =>
        result instanceof Error ? new ScoreFailure(result) : toResult(result, scope),
      )
    } catch (thrown) {
      if (batch.length > 1)
        this.#log.warn({ ...scope.fields, err: thrown }, 'runBatch() failed; its requests are run one by one')
      throw thrown
    }
  }

  async close(): Promise<void> {
    await this.#module.close?.()
  }
}

function shown(results: unknown): string {
  return Array.isArray(results) ? `${results.length} results` : `no array but ${typeof results}`
}

/** The generator behind a stream works for its request too, though it is asked for each piece from elsewhere. */
function toResult(returned: unknown, scope: RunScope): ScoreResult {
  const { body, status, headers } = isReply(returned)
    ? returned
    : { body: returned, status: 200, headers: NO_HEADERS }
  const stream = ResultStream.of(body)
  if (stream === null) return { value: body, status, headers }
  const value = new ResultStream(
    () => scope.within(() => stream.next()),
    () => scope.within(() => void stream.return()),
  )
  return { value, status, headers }
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
    return this.#request.run?.headers ?? this.#request.headers
  }

  get query() {
    return this.#request.query
  }

  get contentType() {
    return this.#request.contentType
  }

  get method() {
    return this.#request.method ?? 'POST'
  }

  get path() {
    return this.#request.path ?? '/score'
  }

  get parameters() {
    return this.#request.parameters ?? null
  }

  get raw() {
    return this.#request.raw
  }

  get signal() {
    return this.#request.cancellation.signal
  }

  get log() {
    this.#log ??= this.#parentLog.child({ requestId: this.requestId, ...this.#request.run?.ids })
    return this.#log
  }
}
