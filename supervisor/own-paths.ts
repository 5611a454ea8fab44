// The paths that the supervisor answers itself, behind whichever front: health, and the pages of whoever operates the service.

import type { IncomingHttpHeaders } from 'node:http'
import { AccessKeys } from '../runtime/access-keys.ts'
import { asScorehostError } from '../runtime/errors.ts'
import { PROBES } from '../runtime/health-paths.ts'
import { servedPaths } from '../runtime/served-paths.ts'
import type { Settings } from '../runtime/settings.ts'
import { METRICS_TYPE } from './exposition.ts'
import { type OwnAnswer, ownError } from './front/own-answer.ts'
import { answerHealth, type ServiceState, wrongMethod } from './health.ts'

export interface OwnRequest {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly requestId: string
  /** Address that the request comes from; null where nobody can say. */
  readonly client: string | null
}

export interface OwnPath {
  readonly path: string
  /** Ours by GET and HEAD; by other methods the workers'. */
  readonly shared: boolean
}

/** Null for a path that is the workers'. */
export type AnswerOwn = (request: OwnRequest) => OwnAnswer | Promise<OwnAnswer> | null

/** What the paths tell of. */
export interface OwnSources {
  state(): ServiceState
  /** In the text format of Prometheus. @param nv Triton's, by its names, in place of ours. */
  metrics(nv: boolean): Promise<string>
  /** Null where it is turned off. */
  readonly dashboard: OwnPages | null
  /** A page could not be made, by a defect. */
  failed(thrown: unknown, requestId: string): void
}

/** Pages of the supervisor's. */
export interface OwnPages {
  readonly paths: readonly string[]
  readonly answer: AnswerOwn
}

const METRICS = '/metrics'
/** For those who know Triton's. */
const NV_METRICS = '/metrics/nv'

export class OwnPaths {
  readonly #sources: OwnSources
  readonly #further: readonly string[]
  readonly #settings: Settings
  readonly #keys: AccessKeys

  constructor(settings: Settings, sources: OwnSources) {
    this.#settings = settings
    this.#sources = sources
    this.#keys = new AccessKeys(settings)
    this.#further = servedPaths(settings).health
  }

  /** Paths of the public port. */
  get paths(): readonly OwnPath[] {
    const metrics = this.#metricsAreOpen ? [METRICS, NV_METRICS] : []
    const own = [...Object.keys(PROBES), ...metrics, ...(this.#sources.dashboard?.paths ?? [])]
    return [
      ...['/', ...this.#further].map(path => ({ path, shared: true })),
      ...own.map(path => ({ path, shared: false })),
    ]
  }

  /** On the public port. */
  readonly answer: AnswerOwn = request => this.answerHealth(request) ?? this.#answerPages(request)

  /** What is not health, and so not for everybody. */
  #answerPages(request: OwnRequest): ReturnType<AnswerOwn> {
    const metrics = this.#metricsAreOpen ? this.answerMetrics(request) : null
    if (metrics !== null) return metrics
    const { dashboard } = this.#sources
    if (dashboard === null || !dashboard.paths.includes(request.path)) return null
    return this.#refusal(request) ?? this.#made(request, () => dashboard.answer(request))
  }

  /** The answer to a request that shows none of the keys; null where it does, and where none is asked for. */
  #refusal({ headers, path, requestId }: OwnRequest): OwnAnswer | null {
    const problem = this.#keys.problem(headers, true)
    if (problem === null) return null
    return ownError(path, problem.error, requestId, { 'www-authenticate': problem.challenge })
  }

  /** On a port that is for health alone. */
  readonly answerHealth: AnswerOwn = ({ method, path, requestId }) =>
    answerHealth(this.#sources.state(), this.#further, method, path, requestId)

  /** On a port that is for metrics alone. */
  readonly answerMetrics: AnswerOwn = request => {
    if (!this.#isMetrics(request)) return null
    return this.#refusal(request) ?? this.#writeMetrics(request)
  }

  /** On the supervisor's own door, which only its owner may open. */
  readonly answerAll: AnswerOwn = request =>
    this.answerHealth(request) ?? (this.#isMetrics(request) ? this.#writeMetrics(request) : null)

  #isMetrics({ path }: OwnRequest): boolean {
    return this.#settings.metrics && (path === METRICS || path === NV_METRICS)
  }

  #writeMetrics(request: OwnRequest): ReturnType<AnswerOwn> {
    const { method, path, requestId } = request
    if (method !== 'GET' && method !== 'HEAD') return wrongMethod(path, method, requestId)
    return this.#made(request, async () => {
      const body = await this.#sources.metrics(path === NV_METRICS)
      return { status: 200, headers: { 'content-type': METRICS_TYPE }, body }
    })
  }

  /** A page that cannot be made is an answer too: what nobody catches would end the supervisor. */
  #made({ path, requestId }: OwnRequest, make: () => ReturnType<AnswerOwn>): ReturnType<AnswerOwn> {
    const failed = (thrown: unknown) => {
      this.#sources.failed(thrown, requestId)
      return ownError(path, asScorehostError(thrown), requestId)
    }
    try {
      const page = make()
      return page instanceof Promise ? page.catch(failed) : page
    } catch (thrown) {
      return failed(thrown)
    }
  }

  get #metricsAreOpen(): boolean {
    return this.#settings.metrics && this.#settings.metricsPort === null
  }
}
