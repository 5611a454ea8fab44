// The description of a service as a document of Swagger 2.0, OpenAPI 3.0 or 3.1.

import type { JsonSchema, ServiceInfo } from '../scoring.ts'
import { collectDefinitions, type Definition } from './definitions.ts'
import { type Dialect, OPENAPI_30, OPENAPI_31, SWAGGER_2 } from './dialects.ts'
import type { SchemaObject } from './older-schema.ts'
import { type QueryParameter, queryParameters } from './query-parameters.ts'

/** Values of `/swagger.json?version=`. */
export const OPENAPI_VERSIONS = ['2', '3', '3.1'] as const
export type OpenApiVersion = (typeof OPENAPI_VERSIONS)[number]

const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain'
const BYTES_TYPE = 'application/octet-stream'

const TEXT = { type: 'string' }
const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['code', 'message', 'requestId'],
  properties: {
    code: { ...TEXT, description: 'What went wrong, as `ERR_INPUT_SHAPE`' },
    message: TEXT,
    requestId: { ...TEXT, description: 'Look it up in the log' },
    errors: {
      type: 'array',
      description: 'What is wrong with the input, one by one',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { ...TEXT, description: 'JSON pointer; empty where it is the whole input' },
          message: TEXT,
        },
      },
    },
  },
}

/** How a key is shown. 2.0 knows no bearer, so that there the word is a part of what is typed in. */
const BEARER = { type: 'http', scheme: 'bearer' }
const KEY_HEADER = { type: 'apiKey', name: 'Authorization', in: 'header', description: 'Bearer KEY' }

/** An input or an answer: what type its body has, what it looks like. */
interface Content {
  readonly mediaType: string
  readonly schema: SchemaObject
  /** Undefined where there is none. */
  readonly example: unknown
}

/** What a version calls the parts of a document. */
interface Writer {
  /** Parameters and body of an operation. */
  takes(parameters: readonly QueryParameter[], body: Content | null): object
  answers(description: string, content: Content): object
  document(paths: object, schemas: Readonly<Record<string, SchemaObject>>): object
}

/** The document as a value for JSON. */
export function serviceDocument(service: ServiceInfo, version: OpenApiVersion): object {
  const dialect = { '2': SWAGGER_2, '3': OPENAPI_30, '3.1': OPENAPI_31 }[version]
  const definitions = collectDefinitions({
    ...(service.inputSchema === null ? {} : { Input: service.inputSchema }),
    ...(service.outputSchema === null ? {} : { Output: service.outputSchema }),
    Error: ERROR_SCHEMA,
  })
  const schemas = Object.fromEntries(
    [...definitions].map(([name, definition]) => [name, dialect.write(definition)] as const),
  )
  const refer = (name: string) => ({ $ref: dialect.prefix + name })
  const input = contentOf(definitions.has('Input') ? refer('Input') : null, service.inputSample)
  const output = contentOf(definitions.has('Output') ? refer('Output') : null, service.outputSample)
  const error = { mediaType: JSON_TYPE, schema: refer('Error'), example: undefined }
  const writer = version === '2' ? swagger2(service, output.mediaType) : openApi3(service, version)
  const contents = {
    input,
    output,
    error,
    definitions,
    openToAll: service.asksForKey ? { security: [] } : {},
  }
  return writer.document(pathsOf(contents, dialect, writer), schemas)
}

/** A sample that is bytes says that the body is bytes. */
function contentOf(reference: SchemaObject | null, sample: unknown): Content {
  if (reference === null && sample instanceof Uint8Array)
    return { mediaType: BYTES_TYPE, schema: { type: 'string', format: 'binary' }, example: undefined }
  return {
    mediaType: JSON_TYPE,
    schema: reference ?? {},
    example: sample instanceof Uint8Array ? undefined : sample,
  }
}

interface Contents {
  readonly input: Content
  readonly output: Content
  readonly error: Content
  readonly definitions: ReadonlyMap<string, Definition>
  /** Of an operation that asks for no key where the others do. */
  readonly openToAll: object
}

function pathsOf(contents: Contents, dialect: Dialect, writer: Writer): object {
  const { input, output, error, definitions, openToAll } = contents
  const responses = {
    200: writer.answers('The result', output),
    400: writer.answers('The input cannot be read, or is not what this service expects', error),
    default: writer.answers('An error', error),
  }
  const healthy = { mediaType: TEXT_TYPE, schema: TEXT, example: undefined }
  return {
    '/': {
      get: {
        operationId: 'health',
        summary: 'Is the service ready?',
        responses: { 200: writer.answers('Ready', healthy) },
        ...openToAll,
      },
    },
    '/score': {
      post: { operationId: 'score', summary: 'Score the body', ...writer.takes([], input), responses },
      get: {
        operationId: 'scoreQuery',
        summary: 'Score the query parameters',
        ...writer.takes(queryParameters(definitions, 'Input', dialect), null),
        responses,
      },
    },
  }
}

/** @see https://spec.openapis.org/oas/v2.0 */
function swagger2(service: ServiceInfo, answerType: string): Writer {
  return {
    takes: (parameters, body) => ({
      ...(body === null
        ? {}
        : {
            consumes: [body.mediaType],
            parameters: [{ name: 'input', in: 'body', required: true, ...bodySchema(body) }],
          }),
      ...(parameters.length === 0 ? {} : { parameters: parameters.map(swagger2Parameter) }),
    }),
    answers: (description, { mediaType, schema, example }) => ({
      description,
      ...(mediaType === TEXT_TYPE ? {} : { schema: mediaType === BYTES_TYPE ? { type: 'file' } : schema }),
      ...(example === undefined ? {} : { examples: { [mediaType]: example } }),
    }),
    document: (paths, definitions) => ({
      swagger: '2.0',
      info: infoOf(service),
      ...(service.pathPrefix === '' ? {} : { basePath: encodeURI(service.pathPrefix) }),
      consumes: [JSON_TYPE],
      produces: [...new Set([JSON_TYPE, answerType])],
      paths,
      definitions,
      ...(service.asksForKey
        ? { securityDefinitions: { Bearer: KEY_HEADER }, security: [{ Bearer: [] }] }
        : {}),
    }),
  }
}

/** In 2.0 an example is a keyword of its schema, and nothing may stand beside a `$ref`. */
function bodySchema({ schema, example }: Content): object {
  if (example === undefined) return { schema }
  return { schema: { ...('$ref' in schema ? { allOf: [schema] } : schema), example } }
}

/** Keywords of a schema that a parameter of 2.0 may have. */
const PARAMETER_KEYWORDS = [
  'default',
  'description',
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maxLength',
  'maximum',
  'minLength',
  'minimum',
  'multipleOf',
  'pattern',
  'type',
]

/** Parameters of 2.0 have no schema but some of its keywords, and can be no objects. */
function swagger2Parameter({ name, required, schema, primitive, description }: QueryParameter): object {
  const head = { name, in: 'query', required }
  if (!primitive) return { ...head, type: 'string', description }
  const keywords = Object.entries(schema).filter(([keyword]) => PARAMETER_KEYWORDS.includes(keyword))
  return { ...head, ...Object.fromEntries(keywords) }
}

/** @see https://spec.openapis.org/oas/v3.0.3, https://spec.openapis.org/oas/v3.1.0 */
function openApi3(service: ServiceInfo, version: OpenApiVersion): Writer {
  const content = ({ mediaType, schema, example }: Content) => ({
    [mediaType]: { schema, ...(example === undefined ? {} : { example }) },
  })
  return {
    takes: (parameters, body) => ({
      ...(body === null ? {} : { requestBody: { required: true, content: content(body) } }),
      ...(parameters.length === 0 ? {} : { parameters: parameters.map(openApi3Parameter) }),
    }),
    answers: (description, answer) => ({ description, content: content(answer) }),
    document: (paths, schemas) => ({
      openapi: version === '3' ? '3.0.3' : '3.1.0',
      info: infoOf(service),
      ...(service.pathPrefix === '' ? {} : { servers: [{ url: encodeURI(service.pathPrefix) }] }),
      paths,
      components: { schemas, ...(service.asksForKey ? { securitySchemes: { Bearer: BEARER } } : {}) },
      ...(service.asksForKey ? { security: [{ Bearer: [] }] } : {}),
    }),
  }
}

/** A parameter is JSON where it is JSON, which is the only way to send an object or an array of one. */
function openApi3Parameter({ name, required, schema, primitive, description }: QueryParameter): object {
  const head = { name, in: 'query', required }
  return primitive ? { ...head, schema } : { ...head, description, content: { [JSON_TYPE]: { schema } } }
}

function infoOf({ name, version }: ServiceInfo) {
  return { title: name, version }
}
