// The V2 protocol, Open Inference Protocol: models by name and version, tensors by name.
// Source: https://github.com/kserve/open-inference-protocol, and Triton's extensions of it.

import { ScorehostError } from '../errors.ts'
import type { Core } from '../scoring.ts'
import type { Contract, HttpCall, Route } from './contract.ts'
import { parseBody } from './json-body.ts'
import { jsonReply } from './json-reply.ts'
import { infer, jsonLength } from './v2-infer.ts'

/** What is announced is what works. */
const EXTENSIONS = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'model_repository',
  'parameters',
  'schedule_policy',
  'statistics',
]

/** Of a body; any other is a 501. */
const ENCODINGS = ['gzip', 'x-gzip', 'deflate']

type Handle = Route['handle']

const server: Handle = (_, { service }) =>
  jsonReply({ name: service.v2ServerName, version: service.runtimeVersion, extensions: EXTENSIONS })

const metadata: Handle = ({ params }, { models }) => {
  const { name, versions, platform, inputs, outputs } = models.find(modelName(params), params['version']).info
  return jsonReply({ name, versions, platform, inputs, outputs })
}

const ready: Handle = ({ params }, { models }) => {
  const { name } = models.find(modelName(params), params['version']).info
  return jsonReply({ name, ready: true })
}

const config: Handle = ({ params }, { models }) =>
  jsonReply(models.find(modelName(params), params['version']).info.config)

const statistics: Handle = async ({ params }, { models }) => {
  const { model, version } = params
  if (model !== undefined) models.find(model, version)
  const all = await models.statistics()
  const model_stats = all.filter(
    one => (model === undefined || one.name === model) && (version === undefined || one.version === version),
  )
  return jsonReply({ model_stats })
}

const index: Handle = ({ body }, { models }) => {
  const { ready: onlyReady } = readOptions(body)
  return jsonReply(models.states().filter(({ state }) => onlyReady !== true || state === 'READY'))
}

const load: Handle = async ({ params, body }, { models }) => {
  const { parameters } = readOptions(body)
  if (typeof parameters === 'object' && parameters !== null && Object.keys(parameters).length > 0)
    throw new ScorehostError(
      'ERR_INPUT_UNSUPPORTED',
      'load takes no parameters; change the file of the model',
    )
  await models.change('load', modelName(params))
  return jsonReply({})
}

const unload: Handle = async ({ params }, { models }) => {
  await models.change('unload', modelName(params))
  return jsonReply({})
}

/** A body that may be missing, as clients send it with these requests. */
function readOptions(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {}
  const value = parseBody(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ScorehostError('ERR_INPUT_MALFORMED', 'The body must be a JSON object.')
  return value as Record<string, unknown> // true: an object that is no array
}

function modelName(params: HttpCall['params']): string {
  return params['model'] ?? ''
}

const MODEL = '/v2/models/{model}'
const VERSION = `${MODEL}/versions/{version}`

function get(path: string, handle: Handle): Route {
  return { method: 'GET', path, body: 'none', handle, compress: true }
}

function post(path: string, handle: Handle): Route {
  return { method: 'POST', path, body: 'raw', encodings: ENCODINGS, handle, compress: true }
}

const isLive: Handle = () => jsonReply({ live: true })
const isReady = (_: HttpCall, { models }: Core) => {
  const missing = models.states().find(({ state, reason }) => state !== 'READY' && reason !== '')
  if (missing === undefined) return jsonReply({ ready: true })
  throw new ScorehostError('ERR_MODEL_UNAVAILABLE', `The model '${missing.name}' could not be loaded.`)
}

export const v2: Contract = {
  name: 'v2',
  routes: [
    get('/v2', server),
    get('/v2/', server),
    get('/v2/health/live', isLive),
    get('/v2/health/ready', isReady),
    get('/v2/models/stats', statistics),
    post('/v2/repository/index', index),
    post('/v2/repository/models/{model}/load', load),
    post('/v2/repository/models/{model}/unload', unload),
    ...[MODEL, VERSION].flatMap(model => [
      { ...post(`${model}/infer`, infer), alignedAt: jsonLength, scores: true },
      get(model, metadata),
      get(`${model}/ready`, ready),
      get(`${model}/config`, config),
      get(`${model}/stats`, statistics),
    ]),
  ],
}
