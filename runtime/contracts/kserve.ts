// KServe's V1 protocol: instances to `/v1/models/{model}:predict`, where a model is the score module or one that is served as it is.
// Source: https://kserve.github.io/website/latest/modelserving/data_plane/v1_protocol/

import { ModelInput } from '../model-input.ts'
import type { Core } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import type { Contract, HttpCall, HttpReply } from './contract.ts'
import { type Predictor, predict } from './instances.ts'
import { jsonReply } from './json-reply.ts'

function list(_: HttpCall, { service, models }: Core): HttpReply {
  const loaded = models.states().filter(({ state }) => state === 'READY')
  const names = new Set([service.moduleName ?? [], ...loaded.map(({ name }) => name)].flat())
  return jsonReply({ models: [...names] })
}

function ready({ params }: HttpCall, { service, models }: Core): HttpReply {
  const name = params['model'] ?? ''
  // of a model that is not ready find() says so
  if (name !== service.moduleName) models.find(name)
  return jsonReply({ name, ready: true })
}

function predictorOf({ params }: HttpCall, core: Core): Predictor {
  const name = params['model'] ?? ''
  if (name === core.service.moduleName) return core
  const model = core.models.find(name)
  return {
    input: new ModelInput(model.info),
    concurrency: core.concurrency,
    score: request => model.score(request),
  }
}

export function kserve({ instances }: Pick<Settings, 'instances'>): Contract {
  return {
    name: 'kserve',
    routes: [
      { method: 'GET', path: '/v1/models', body: 'none', handle: list },
      {
        method: 'POST',
        path: '/v1/models/{model}:predict',
        body: 'raw',
        scores: true,
        handle: (call, core) => predict(call, predictorOf(call, core), instances),
      },
      { method: 'GET', path: '/v1/models/{model}', body: 'none', handle: ready },
    ],
  }
}
