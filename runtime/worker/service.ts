// What is behind a worker's HTTP server, and behind `scorehost check`: the score module, loaded and initialised, in its engine.

import { Engine } from '../engine/engine.ts'
import type { Log } from '../log.ts'
import { findEntry, initialise, loadScoreModule } from '../model/load.ts'
import { ModelRepository } from '../model/repository.ts'
import { initContext, ScoreModuleScorer } from '../model/score-module.ts'
import { writeTypedArraysAsJsonArrays } from '../output.ts'
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

/** @throws ScorehostError ERR_MODULE_LOAD, ERR_MODULE_CONTRACT, ERR_INIT_FAILED, ERR_MODEL_MISSING */
export async function loadService(settings: Settings, log: Log): Promise<Service> {
  writeTypedArraysAsJsonArrays()
  const entry = findEntry(settings.appRoot, settings.entry)
  const repository = new ModelRepository(settings.modelDir, settings.appRoot)
  const module = await loadScoreModule(entry)
  await initialise(module, entry, initContext(settings, repository, log))

  const concurrency = Math.min(settings.concurrency, module.concurrency ?? settings.concurrency)
  const scorer = new ScoreModuleScorer(module, log)
  const core = new Engine(
    scorer,
    {
      name: settings.serviceName,
      version: settings.serviceVersion,
      pathPrefix: (settings.servicePathPrefix ?? '').replace(/^\/*(.*?)\/*$/, '/$1').replace(/^\/$/, ''),
      inputSchema: null,
      outputSchema: null,
      inputSample: module.inputSample,
      outputSample: module.outputSample,
      ownDescriptions: new Map(),
    },
    { scoringTimeoutMs: settings.scoringTimeoutMs, concurrency },
  )
  return {
    core,
    concurrency,
    sampleJson: JSON.stringify(module.inputSample) ?? null,
    close: () => scorer.close(),
  }
}
