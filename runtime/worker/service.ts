// What is behind a worker's HTTP server, and behind `scorehost check`: the score module, loaded and initialised, in its engine.

import { Engine } from '../engine/engine.ts'
import { InputReader } from '../input-reader.ts'
import type { Log } from '../log.ts'
import { findEntry, initialise, loadScoreModule } from '../model/load.ts'
import { moduleSchemas } from '../model/module-schemas.ts'
import { readOwnDescriptions } from '../model/own-descriptions.ts'
import { ProcessorModule } from '../model/processor.ts'
import { ModelRepository } from '../model/repository.ts'
import { initContext, ScoreModuleScorer } from '../model/score-module.ts'
import { writeTypedArraysAsJsonArrays } from '../output.ts'
import type { ScoreModule } from '../score-api.ts'
import type { BatchPolicy } from '../scoring.ts'
import type { Settings } from '../settings.ts'

export interface Service {
  readonly core: Engine
  /** Requests it takes at once. */
  readonly concurrency: number
  /** JSON text of an input that works, null where the score module names none. */
  readonly sampleJson: string | null
  /** @throws whatever close() of the score module throws */
  close(): Promise<void>
}

/**
 * @param initStarts Called when the module is loaded and its init() is next.
 * @throws ScorehostError ERR_MODULE_LOAD, ERR_MODULE_CONTRACT, ERR_INIT_FAILED, ERR_MODEL_MISSING
 */
export async function loadService(
  settings: Settings,
  log: Log,
  initStarts: () => void = () => {},
): Promise<Service> {
  writeTypedArraysAsJsonArrays()
  const entry = findEntry(settings.appRoot, settings.entry)
  const repository = new ModelRepository(settings.modelDir, settings.appRoot)
  const module = await loadScoreModule(entry, log)
  const ownDescriptions = readOwnDescriptions(entry)
  const schemas = await moduleSchemas(module, entry)
  initStarts()
  await initialise(module, entry, initContext(settings, repository, log))

  const scorer = new ScoreModuleScorer(module, log)
  const concurrency = concurrencyOf(settings, module, scorer.batching)
  const core = new Engine(
    scorer,
    new InputReader(settings, schemas.checkInput, module instanceof ProcessorModule),
    {
      name: settings.serviceName,
      version: settings.serviceVersion,
      pathPrefix: (settings.servicePathPrefix ?? '').replace(/^\/*(.*?)\/*$/, '/$1').replace(/^\/$/, ''),
      inputSchema: schemas.input,
      outputSchema: schemas.output,
      inputSample: module.inputSample,
      outputSample: module.outputSample,
      ownDescriptions,
    },
    { scoringTimeoutMs: settings.scoringTimeoutMs, concurrency },
  )
  return {
    core,
    concurrency,
    // a body of bytes does not go onto a command line
    sampleJson:
      module.inputSample instanceof Uint8Array ? null : (JSON.stringify(module.inputSample) ?? null),
    close: () => scorer.close(),
  }
}

/** Room for a batch that runs and for the next one, or the batches would never be full. */
function concurrencyOf(settings: Settings, module: ScoreModule, batching: BatchPolicy | null): number {
  const asked = Math.min(settings.concurrency, module.concurrency ?? settings.concurrency)
  return batching === null ? asked : Math.max(asked, 2 * batching.maxSize)
}
