// What is behind a worker's HTTP server, and behind `scorehost check`: the score module and the models, loaded and in their engines.

import { Engine } from '../engine/engine.ts'
import { ScorehostError } from '../errors.ts'
import { ModuleInput } from '../input-reader.ts'
import type { Log } from '../log.ts'
import { entryOrNull, findEntry, initialise, loadScoreModule } from '../model/load.ts'
import { type ModuleSchemas, moduleSchemas } from '../model/module-schemas.ts'
import { readOwnDescriptions } from '../model/own-descriptions.ts'
import { ProcessorModule } from '../model/processor.ts'
import { ModelRepository } from '../model/repository.ts'
import { batchPolicy, initContext, ScoreModuleScorer } from '../model/score-module.ts'
import { sampleOf, tensorsSchema } from '../model-description.ts'
import { ModelInput } from '../model-input.ts'
import { writeTypedArraysAsJsonArrays } from '../output.ts'
import type { ScoreModule } from '../score-api.ts'
import type { BatchPolicy, ServiceInfo } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import { ownVersion } from '../version.ts'
import { Catalog, type WholeService } from './catalog.ts'
import { noTarget, type Target, WorkerCore } from './core.ts'
import { frontLine } from './front-line.ts'

export interface Service {
  readonly core: WorkerCore
  /** Requests it takes at once. */
  readonly concurrency: number
  /** JSON text of an input that works, null where there is none. */
  readonly sampleJson: string | null
  /** @throws whatever close() of the score module throws */
  close(): Promise<void>
}

interface ServiceOptions {
  readonly whole: WholeService
  /** Names of the models to load, where model control is explicit. */
  readonly models: ReadonlySet<string>
  /** A model that must be loaded; null where none must. */
  readonly requiredModel: string | null
  /** Called when the module is loaded and its init() is next. */
  readonly initStarts?: () => void
}

/**
 * The score module, if there is one, and then the models: what `init()` loads itself is in memory by then.
 *
 * @throws ScorehostError ERR_MODULE_LOAD, ERR_MODULE_CONTRACT, ERR_INIT_FAILED, ERR_MODEL_MISSING, ERR_MODEL_LOAD
 */
export async function loadService(settings: Settings, log: Log, options: ServiceOptions): Promise<Service> {
  writeTypedArraysAsJsonArrays()
  const catalog = new Catalog(settings, log, options.whole)
  const entry = entryOrNull(settings)
  if (entry === null) {
    requireModels(settings, catalog)
    await catalog.load(options.models, options.requiredModel)
    return serviceOfModels(settings, catalog)
  }
  const module = await loadScoreModule(entry, log)
  const ownDescriptions = readOwnDescriptions(entry)
  const schemas = await moduleSchemas(module, entry)
  options.initStarts?.()
  const repository = new ModelRepository(settings.modelDir, settings.appRoot)
  await initialise(module, entry, initContext(settings, repository, log))
  await catalog.load(options.models, options.requiredModel)
  return serviceOfModule(settings, log, catalog, module, schemas, ownDescriptions)
}

/** @throws ScorehostError ERR_MODULE_LOAD naming what was looked for, and where */
function requireModels(settings: Settings, catalog: Catalog): void {
  if (catalog.count > 0 || settings.modelControl === 'explicit') return
  try {
    findEntry(settings)
  } catch (thrown) {
    if (settings.modelControl === 'off' || !(thrown instanceof ScorehostError)) throw thrown
    const models = `and no model: looked in ${settings.modelDir} for {name}/{version}/model.onnx, {name}/model.onnx and model.onnx`
    const findings = catalog.findings === '' ? '' : `; ${catalog.findings}`
    throw new ScorehostError('ERR_MODULE_LOAD', `${thrown.message}; ${models}${findings}`)
  }
}

function serviceOfModule(
  settings: Settings,
  log: Log,
  catalog: Catalog,
  module: ScoreModule,
  schemas: ModuleSchemas,
  ownDescriptions: ReadonlyMap<string, string>,
): Service {
  const room = 2 * (batchPolicy(module)?.maxSize ?? 0)
  const scorer = new ScoreModuleScorer(module, frontLine(settings, room), log)
  const concurrency = concurrencyOf(settings, module, scorer.batching)
  const engine = new Engine(scorer, { scoringTimeoutMs: settings.scoringTimeoutMs, concurrency })
  const target: Target = {
    input: new ModuleInput(settings, schemas.checkInput, module instanceof ProcessorModule),
    score: request => engine.score(request),
  }
  const { inputSample, outputSample } = module
  const info: ServiceInfo = {
    ...identityOf(settings),
    moduleName: settings.modelName ?? settings.serviceName,
    inputSchema: schemas.input,
    outputSchema: schemas.output,
    inputSample,
    outputSample,
    ownDescriptions,
  }
  const atOnce = Math.max(concurrency, catalog.concurrency)
  return {
    core: new WorkerCore(info, concurrency, catalog, target, engine),
    concurrency: atOnce,
    // a body of bytes does not go onto a command line
    sampleJson: inputSample instanceof Uint8Array ? null : (JSON.stringify(inputSample) ?? null),
    close: () => scorer.close(),
  }
}

/** @throws ScorehostError ERR_MODEL_LOAD where no model at all could be loaded; ERR_MODEL_MISSING for a default model that there is not */
function serviceOfModels(settings: Settings, catalog: Catalog): Service {
  if (catalog.names.length === 0 && settings.modelControl === 'all')
    throw nothingLoaded(catalog, settings.modelDir)
  const name = defaultModel(settings, catalog)
  const model = name === null ? null : catalog.find(name)
  const sample = model === null ? undefined : sampleOf(model.info)
  const info: ServiceInfo = {
    ...identityOf(settings),
    moduleName: null,
    inputSchema: model === null ? null : tensorsSchema(model.info.inputs),
    outputSchema: model === null ? null : tensorsSchema(model.info.outputs),
    inputSample: sample,
    outputSample: undefined,
    ownDescriptions: new Map(),
  }
  const target: Target =
    model === null
      ? noTarget(catalog)
      : { input: new ModelInput(model.info), score: request => model.score(request) }
  const atOnce = Math.max(settings.concurrency, catalog.concurrency)
  return {
    core: new WorkerCore(info, atOnce, catalog, target, null),
    concurrency: atOnce,
    sampleJson: JSON.stringify(sample) ?? null,
    close: async () => {},
  }
}

/** What /score serves: the model that the settings name, or the only one. */
function defaultModel(settings: Settings, catalog: Catalog): string | null {
  const asked = settings.defaultModel
  if (asked === null) {
    // one that alone could be loaded is not the only one
    const isOnly = catalog.names.length === 1 && (settings.modelControl === 'explicit' || catalog.count === 1)
    return isOnly ? (catalog.names[0] ?? null) : null
  }
  if (catalog.names.includes(asked)) return asked
  if (settings.modelControl === 'explicit') return null
  const there = catalog.states().map(({ name }) => name)
  throw new ScorehostError(
    'ERR_MODEL_MISSING',
    `SCOREHOST_DEFAULT_MODEL: there is no model "${asked}" that could be loaded; there is ${[...new Set(there)].join(', ')}`,
  )
}

function nothingLoaded(catalog: Catalog, modelDir: string): ScorehostError {
  const reasons = catalog
    .states()
    .map(({ name, version, reason }) => `${[name, version].filter(Boolean).join(' ')}: ${reason}`)
  return new ScorehostError(
    'ERR_MODEL_LOAD',
    `No model in ${modelDir} could be loaded. ${reasons.join('; ')}`,
  )
}

function identityOf(settings: Settings) {
  const prefix = (settings.servicePathPrefix ?? '').replace(/^\/*(.*?)\/*$/, '/$1')
  return {
    name: settings.serviceName,
    version: settings.serviceVersion,
    pathPrefix: prefix === '/' ? '' : prefix,
    v2ServerName: settings.serverName,
    asksForKey: settings.authKeys !== null,
    runtimeVersion: ownVersion(),
  }
}

/** Room for a batch that runs and for the next one, or the batches would never be full. */
function concurrencyOf(settings: Settings, module: ScoreModule, batching: BatchPolicy | null): number {
  const asked = Math.min(settings.concurrency, module.concurrency ?? settings.concurrency)
  return batching === null ? asked : Math.max(asked, 2 * batching.maxSize)
}
