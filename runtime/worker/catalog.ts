// The models of the model folder, each version that is loaded in an engine of its own.

import { join } from 'node:path'
import { Engine } from '../engine/engine.ts'
import { ScorehostError, summariseThrown } from '../errors.ts'
import type { Question } from '../ipc.ts'
import type { Log } from '../log.ts'
import type { ListedModel, ModelVersion } from '../model/listed-model.ts'
import { loadVersion } from '../model/load-model.ts'
import { modelFileBytes } from '../model/model-file-bytes.ts'
import { type ListOptions, listModels, type ModelList } from '../model/model-list.ts'
import type { ModelCatalog, ModelChange, ModelStatistics, ServedModel } from '../model-catalog.ts'
import type { ModelInfo, ModelState } from '../model-info.ts'
import type { ScoreRequest, ScoreResult } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import type { StatisticsSnapshot } from '../statistics.ts'
import { frontLine } from './front-line.ts'

/** What the supervisor knows of all workers, and does in all of them. */
export interface WholeService {
  statistics(): Promise<Readonly<Record<string, StatisticsSnapshot>>>
  /** @throws ScorehostError ERR_MODEL_NOT_LOADED, ERR_MODEL_LOADED, ERR_MODEL_MEMORY, ERR_DRAINING */
  change(order: ModelOrder): Promise<void>
}

/** What can be asked for to become of a model. */
export type ModelOrder = Exclude<Question, { readonly what: 'statistics' }>

interface Loaded extends ServedModel {
  readonly engine: Engine
  readonly loadMs: number
}

/** What there is to measure of a model that is loaded, beside its statistics. */
export interface ModelMeasures {
  readonly name: string
  readonly version: string
  readonly loadMs: number
  /** Requests that wait for their turn. */
  readonly queued: number
}

const UNLOADED = ''

export class Catalog implements ModelCatalog {
  readonly #settings: Settings
  readonly #log: Log
  readonly #whole: WholeService
  readonly #list: ModelList
  /** By name, then by version, the newest last. */
  readonly #loaded = new Map<string, Map<string, Loaded>>()
  readonly #states: ModelState[] = []

  constructor(settings: Settings, log: Log, whole: WholeService) {
    this.#settings = settings
    this.#log = log
    this.#whole = whole
    this.#list =
      settings.modelControl === 'off'
        ? { models: [], others: [], problem: null }
        : listModels(settings.modelDir, listOptions(settings))
  }

  /** Models in the model folder, loaded or not. */
  get count(): number {
    return this.#list.models.length
  }

  /** Why the model folder cannot be listed, or what there is in it that is no model; for whoever expected one. */
  get findings(): string {
    const { problem, others } = this.#list
    if (problem !== null) return problem
    return others.map(({ path, what }) => `${path}: ${what}`).join('; ')
  }

  /**
   * Loads what is to be loaded, one after the other. One that cannot be loaded stops no other.
   *
   * @param chosen Names of the models to load, where model control is explicit.
   * @param required A model without which nobody is served; null where there is none.
   * @throws ScorehostError ERR_MODEL_LOAD where that cannot be loaded
   */
  async load(chosen: ReadonlySet<string>, required: string | null): Promise<void> {
    for (const model of this.#list.models) {
      const isWanted = this.#settings.modelControl === 'all' || chosen.has(model.name)
      // of a model that nobody asked for nobody wants to read with each generation of workers
      for (const warning of isWanted ? model.warnings : []) this.#log.warn(`model ${model.name}: ${warning}`)
      if (isWanted) await this.#loadModel(model)
      else this.#noteAll(model, UNLOADED)
    }
    if (required !== null && !this.#loaded.has(required))
      throw new ScorehostError('ERR_MODEL_LOAD', `failed to load '${required}': ${this.#whyNot(required)}`)
  }

  #whyNot(name: string): string {
    const state = this.#states.find(one => one.name === name)
    if (state !== undefined) return state.reason
    const { modelDir, multiModel } = this.#settings
    const folder = join(modelDir, name, filesFolder(multiModel))
    const other = this.#list.others.find(({ path }) => path === folder)
    return other === undefined
      ? 'there is no such model in the model folder'
      : this.#withoutFolder(`${other.path} is ${other.what}`)
  }

  find(name: string, version?: string): Loaded {
    const versions = this.#loaded.get(name)
    const found = version === undefined ? [...(versions?.values() ?? [])].at(-1) : versions?.get(version)
    if (found !== undefined) return found
    const known = this.#states.some(
      state =>
        state.name === name &&
        // of a model that could not even be tried nobody knows the versions
        (version === undefined ||
          state.version === version ||
          (state.version === '' && versions === undefined)),
    )
    const which = version === undefined ? `'${name}'` : `'${name}' version ${version}`
    if (!known)
      throw new ScorehostError('ERR_MODEL_NOT_FOUND', `Request for unknown model: ${which} is not found`)
    throw new ScorehostError('ERR_MODEL_UNAVAILABLE', `Model ${which} is not ready`)
  }

  states(): readonly ModelState[] {
    return this.#states
  }

  /** Names of the models that are loaded. */
  get names(): readonly string[] {
    return [...this.#loaded.keys()]
  }

  async statistics(): Promise<readonly ModelStatistics[]> {
    const all = await this.#whole.statistics()
    return this.#engines().flatMap(({ info: { name, version } }) => {
      const snapshot = all[keyOf(name, version)]
      return snapshot === undefined ? [] : [{ name, version, ...snapshot }]
    })
  }

  /** Of this worker alone, by model and version. */
  ownStatistics(): Readonly<Record<string, StatisticsSnapshot>> {
    return Object.fromEntries(
      this.#engines().map(({ info: { name, version }, engine }) => [
        keyOf(name, version),
        engine.statistics.snapshot(),
      ]),
    )
  }

  measures(): readonly ModelMeasures[] {
    return this.#engines().map(({ info: { name, version }, engine: { queued }, loadMs }) => ({
      name,
      version,
      loadMs,
      queued,
    }))
  }

  async change(what: ModelChange, name: string): Promise<void> {
    const { modelControl, modelDir, multiModel } = this.#settings
    if (modelControl !== 'explicit')
      throw new ScorehostError(
        'ERR_MODEL_CONTROL_OFF',
        `Models are not loaded and unloaded by request while SCOREHOST_MODEL_CONTROL is ${modelControl}; it has to be explicit.`,
      )
    if (what === 'unload' && !this.#states.some(state => state.name === name))
      throw new ScorehostError('ERR_MODEL_NOT_FOUND', `Request for unknown model: '${name}' is not found`)
    if (what === 'unload') await this.#whole.change({ what, model: name })
    else {
      const fileBytes = modelFileBytes(modelDir, name, filesFolder(multiModel))
      await this.#whole.change({ what, model: name, fileBytes })
    }
  }

  get inFlight(): number {
    return this.#engines().reduce((sum, { engine }) => sum + engine.inFlight, 0)
  }

  get queued(): number {
    return this.#engines().reduce((sum, { engine }) => sum + engine.queued, 0)
  }

  /** Requests that the worker should be sent at once for batches to be full; 0 where no model takes batches. */
  get concurrency(): number {
    return Math.max(0, ...this.#engines().map(({ info }) => 2 * info.maxBatchSize))
  }

  #engines(): Loaded[] {
    return [...this.#loaded.values()].flatMap(versions => [...versions.values()])
  }

  async #loadModel(model: ListedModel): Promise<void> {
    if (model.problem !== null) this.#fail(model, model.problem)
    const loaded = new Map<string, Loaded>()
    const versions: string[] = []
    for (const version of model.versions) {
      const one = await this.#loadVersion(model, version, versions)
      if (one === null) continue
      loaded.set(version.version, one)
      versions.push(version.version)
    }
    if (loaded.size > 0) this.#loaded.set(model.name, loaded)
  }

  async #loadVersion(
    model: ListedModel,
    version: ModelVersion,
    versions: readonly string[],
  ): Promise<Loaded | null> {
    const { name } = model
    const startMs = performance.now()
    try {
      const warn = (text: string) => this.#log.warn({ model: name }, `model ${name}: ${text}`)
      const line = frontLine(this.#settings, this.#settings.concurrency)
      const { info, scorer } = await loadVersion(model, version, this.#settings.onnxThreads, line, warn)
      const { scoringTimeoutMs } = this.#settings
      // a run blocks the event loop, so a second one would only wait where nobody can see it
      const engine = new Engine(scorer, { scoringTimeoutMs, concurrency: 1 })
      this.#states.push({ name, version: version.version, state: 'READY', reason: '' })
      const loadMs = performance.now() - startMs
      this.#log.info(
        { model: name, version: version.version, loadMs: Math.round(loadMs) },
        `model ${name} version ${version.version} is loaded`,
      )
      return loadedModel({ ...info, versions }, engine, loadMs)
    } catch (thrown) {
      const reason = this.#withoutFolder(summariseThrown(thrown))
      this.#states.push({ name, version: version.version, state: 'UNAVAILABLE', reason })
      this.#log.error(
        { model: name, version: version.version, file: version.file, err: thrown },
        `model ${name} version ${version.version} cannot be loaded from ${version.file}: ${reason}`,
      )
      return null
    }
  }

  /** A model, or a part of it, that cannot even be tried. */
  #fail({ name }: ListedModel, problem: string): void {
    this.#log.error({ model: name }, `model ${name} cannot be loaded: ${problem}`)
    this.#states.push({ name, version: '', state: 'UNAVAILABLE', reason: this.#withoutFolder(problem) })
  }

  /** The index is for clients, who are not to learn where the models lie. */
  #withoutFolder(reason: string): string {
    return reason.replaceAll(`${this.#settings.modelDir}/`, '')
  }

  /** A model whose versions are not known is in the list all the same. */
  #noteAll({ name, versions }: ListedModel, reason: string): void {
    const known = versions.length === 0 ? [''] : versions.map(({ version }) => version)
    for (const version of known) this.#states.push({ name, version, state: 'UNAVAILABLE', reason })
  }
}

function listOptions({ modelName, multiModel }: Settings): ListOptions {
  // a model that is asked for by the name of its folder has that name
  return { onlyName: multiModel ? null : modelName, filesFolder: filesFolder(multiModel) }
}

/** SageMaker's multi-model mode has `{name}/model/model.onnx`. */
function filesFolder(multiModel: boolean): string {
  return multiModel ? 'model' : ''
}

function loadedModel(info: ModelInfo, engine: Engine, loadMs: number): Loaded {
  return {
    info,
    engine,
    loadMs,
    score: (request: ScoreRequest): Promise<ScoreResult> => {
      request.trace?.scoredBy(info.name, info.version)
      return engine.score(request).catch(thrown => {
        throw nameModel(thrown, info.name)
      })
    },
  }
}

/** What a run threw is laid to the score module where nobody says whose it is, and here there may be none. */
function nameModel(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof ScorehostError) || thrown.code !== 'ERR_RUN_FAILED') return thrown
  const { cause } = thrown
  return new ScorehostError('ERR_RUN_FAILED', `The model '${model}' failed on this input.`, { cause })
}

function keyOf(name: string, version: string): string {
  return `${name}/${version}`
}
