// The service's own description, as swagger 2.0, OpenAPI 3.0 or 3.1.

import type { ServiceInfo } from './scoring.ts'

/** Values of `/swagger.json?version=`. */
export const OPENAPI_VERSIONS = ['2', '3', '3.1'] as const
export type OpenApiVersion = (typeof OPENAPI_VERSIONS)[number]

const JSON_TYPE = 'application/json'
const ERROR_SCHEMA = {
  type: 'object',
  required: ['code', 'message', 'requestId'],
  properties: { code: { type: 'string' }, message: { type: 'string' }, requestId: { type: 'string' } },
}

/** JSON text of the description. The input is any JSON value; the sample of the score module, where it has one, is its example. */
export function describeService(service: ServiceInfo, version: OpenApiVersion): string {
  const info = { title: service.name, version: '1' }
  return JSON.stringify(
    version === '2' ? swagger2(service, info) : openApi3(service, info, version === '3' ? '3.0.3' : '3.1.0'),
  )
}

function swagger2(service: ServiceInfo, info: object) {
  const schema = service.inputSample === undefined ? {} : { example: service.inputSample }
  return {
    swagger: '2.0',
    info,
    consumes: [JSON_TYPE],
    produces: [JSON_TYPE],
    paths: paths(
      { parameters: [{ name: 'input', in: 'body', required: true, schema }] },
      (description, answer, mediaType) => ({
        description,
        ...(mediaType === JSON_TYPE ? { schema: answer } : {}),
      }),
    ),
  }
}

function openApi3(service: ServiceInfo, info: object, openapi: string) {
  const example = service.inputSample === undefined ? {} : { example: service.inputSample }
  return {
    openapi,
    info,
    paths: paths(
      { requestBody: { required: true, content: { [JSON_TYPE]: { schema: {}, ...example } } } },
      (description, schema, mediaType) => ({ description, content: { [mediaType]: { schema } } }),
    ),
  }
}

function paths(body: object, response: (description: string, schema: object, mediaType: string) => object) {
  const responses = {
    200: response('The result of run()', {}, JSON_TYPE),
    default: response('An error', ERROR_SCHEMA, JSON_TYPE),
  }
  return {
    '/': {
      get: {
        operationId: 'health',
        summary: 'Is the service ready?',
        responses: { 200: response('Ready', { type: 'string' }, 'text/plain') },
      },
    },
    '/score': {
      post: { operationId: 'score', summary: 'Score the body', ...body, responses },
      get: { operationId: 'scoreQuery', summary: 'Score the query parameters', responses },
    },
  }
}
