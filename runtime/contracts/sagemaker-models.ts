// The models of a SageMaker multi-model endpoint: loaded, listed, invoked and unloaded by name.
// Source: https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html

import { join } from 'node:path'
import { ScorehostError } from '../errors.ts'
import type { ServedModel } from '../model-catalog.ts'
import { ModelInput } from '../model-input.ts'
import type { Core } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import { encodeInvocation } from './accepted-output.ts'
import type { HttpCall, HttpReply, Route } from './contract.ts'
import { parseBody } from './json-body.ts'
import { jsonReply } from './json-reply.ts'

type ModelSettings = Pick<Settings, 'modelDir' | 'defaultAccept'>

const NO_QUERY: Readonly<Record<string, unknown>> = {}
/** What SageMaker calls the folder of a model's files, below the one of its name. */
const FILES_FOLDER = 'model'

async function load({ body }: HttpCall, { models }: Core, { modelDir }: ModelSettings): Promise<HttpReply> {
  const { name, url } = readOrder(body)
  if (/^\.{0,2}$|\//.test(name))
    throw new ScorehostError('ERR_INPUT_MALFORMED', 'A model name is the name of a folder, without a slash.')
  if (isLoaded(models, name))
    throw new ScorehostError('ERR_MODEL_LOADED', `The model '${name}' is loaded already.`)
  const place = join(modelDir, name, FILES_FOLDER)
  if (url !== place && url !== `${place}/`)
    throw new ScorehostError('ERR_INPUT_MALFORMED', `The url of the model '${name}' is not ${place}.`)
  await models.change('add', name)
  return jsonReply({})
}

/** @throws ScorehostError ERR_INPUT_MALFORMED */
function readOrder(body: Buffer): { readonly name: string; readonly url: string } {
  const value = parseBody(body)
  const { model_name: name, url }: { model_name?: unknown; url?: unknown } =
    typeof value === 'object' && value !== null ? value : {}
  if (typeof name !== 'string' || typeof url !== 'string')
    throw new ScorehostError('ERR_INPUT_MALFORMED', 'The body is {"model_name": "…", "url": "…"}.')
  return { name, url }
}

async function unload({ params }: HttpCall, { models }: Core): Promise<HttpReply> {
  const { info } = find(params, models)
  await models.change('unload', info.name)
  return jsonReply({})
}

function describe(name: string, { modelDir }: ModelSettings) {
  return { modelName: name, modelUrl: join(modelDir, name, FILES_FOLDER) }
}

function list({ models }: Core, settings: ModelSettings): HttpReply {
  const loaded = models.states().filter(({ state }) => state === 'READY')
  const names = [...new Set(loaded.map(({ name }) => name))]
  return jsonReply({ models: names.map(name => describe(name, settings)) })
}

async function invoke(call: HttpCall, { models }: Core, settings: ModelSettings): Promise<HttpReply> {
  const { headers, body, requestId, cancellation, params, method, path, timing, trace } = call
  const model = find(params, models)
  const contentType = headers['content-type'] ?? null
  const input = new ModelInput(model.info).ofBody(contentType, body)
  const request = { requestId, input, raw: body, contentType, headers, query: NO_QUERY, cancellation }
  const result = await model.score({ ...request, schedule: null, method, path, timing, trace })
  return encodeInvocation(call, result, settings)
}

/** A model that is not loaded is not there, whatever its files: SageMaker loads it on a 404. */
function find(params: HttpCall['params'], models: Core['models']): ServedModel {
  const name = params['model'] ?? ''
  if (!isLoaded(models, name))
    throw new ScorehostError('ERR_MODEL_NOT_FOUND', `The model '${name}' is not loaded.`)
  return models.find(name)
}

function isLoaded(models: Core['models'], wanted: string): boolean {
  return models.states().some(({ name, state }) => name === wanted && state === 'READY')
}

export function modelRoutes(settings: ModelSettings): readonly Route[] {
  const one = '/models/{model}'
  return [
    { method: 'GET', path: '/models', body: 'none', handle: (_, core) => list(core, settings) },
    { method: 'POST', path: '/models', body: 'raw', handle: (call, core) => load(call, core, settings) },
    {
      method: 'GET',
      path: one,
      body: 'none',
      handle: ({ params }, { models }) => jsonReply(describe(find(params, models).info.name, settings)),
    },
    { method: 'DELETE', path: one, body: 'none', handle: unload },
    {
      method: 'POST',
      path: `${one}/invoke`,
      body: 'raw',
      scores: true,
      handle: (call, core) => invoke(call, core, settings),
    },
  ]
}
