// The description of a service is a valid document of each version, says what the schema says, and is made once.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileErrors, validate } from '@readme/openapi-parser'
import fc from 'fast-check'
import { moduleSchemas } from '../../runtime/model/module-schemas.ts'
import { describeService } from '../../runtime/openapi/description.ts'
import { OPENAPI_VERSIONS, type OpenApiVersion } from '../../runtime/openapi/document.ts'
import { writeTypedArraysAsJsonArrays } from '../../runtime/output.ts'
import type { ScoreModule } from '../../runtime/score-api.ts'
import type { ServiceInfo } from '../../runtime/scoring.ts'
import { SCHEMA_EXAMPLES } from '../support/schema-examples.ts'
import { documentOf, SERVICE } from '../support/service-document.ts'

writeTypedArraysAsJsonArrays()

/** What a module with these exports says of itself. */
async function serviceOf(exports: Omit<ScoreModule, 'run'>): Promise<ServiceInfo> {
  const { input, output } = await moduleSchemas({ run: () => {}, ...exports }, '/app/score.mjs')
  const { inputSample, outputSample } = exports
  return { ...SERVICE, inputSchema: input, outputSchema: output, inputSample, outputSample }
}

async function assertValid(service: ServiceInfo, version: OpenApiVersion): Promise<void> {
  const text = describeService(service, version)
  const result = await validate(JSON.parse(text))
  assert(result.valid, `${result.valid ? '' : compileErrors(result)}\n${text}`)
  assert.deepEqual(result.warnings, [])
}

describe('the description', () => {
  for (const version of OPENAPI_VERSIONS) {
    it(`is valid in version ${version} of a service that says nothing`, () => assertValid(SERVICE, version))

    it(`is valid in version ${version} where input and answer are bytes`, async () => {
      const bytes = Buffer.of(1, 2)
      await assertValid(await serviceOf({ inputSample: bytes, outputSample: bytes }), version)
    })

    it(`is valid in version ${version} behind a gateway`, () =>
      assertValid({ ...SERVICE, pathPrefix: '/api/v1/the service', name: '<b>' }, version))

    it(`is valid in version ${version} where a key is asked for`, () =>
      assertValid({ ...SERVICE, asksForKey: true }, version))

    for (const { name, exported, good } of SCHEMA_EXAMPLES)
      it(`is valid in version ${version} with ${name}`, async () => {
        const samples = { inputSample: good, outputSample: good }
        await assertValid(await serviceOf({ input: exported, output: exported }), version)
        await assertValid(await serviceOf({ input: exported, output: exported, ...samples }), version)
      })

    it(`is valid in version ${version} of any sample`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async sample => {
          fc.pre(!/"(\$ref|hasOwnProperty)":/.test(JSON.stringify(sample))) // the validator itself stumbles over these
          await assertValid(await serviceOf({ inputSample: sample, outputSample: sample }), version)
        }),
        { numRuns: 40 },
      )
    })
  }

  it('asks for a key where the service does, but for health', () => {
    for (const version of OPENAPI_VERSIONS) {
      assert.equal(documentOf({}, version)['security'], undefined)
      const document = documentOf({ asksForKey: true }, version)
      assert.deepEqual(document['security'], [{ Bearer: [] }])
      assert.deepEqual(document['paths']?.['/']?.['get']?.['security'], [])
      assert.equal(document['paths']?.['/score']?.['post']?.['security'], undefined)
    }
  })

  it('has name, version and prefix of the service', () => {
    const service = { pathPrefix: '/api/iris' }
    for (const version of OPENAPI_VERSIONS)
      assert.deepEqual(documentOf(service, version)['info'], { title: 'iris', version: '7' })
    assert.deepEqual(documentOf(service, '2')['basePath'], '/api/iris')
    for (const version of ['3', '3.1'] as const)
      assert.deepEqual(documentOf(service, version)['servers'], [{ url: '/api/iris' }])
  })

  it('tells of a 400 with the list of what is wrong', () => {
    for (const version of OPENAPI_VERSIONS) {
      const { paths, components, definitions } = documentOf({}, version)
      const responses = paths?.['/score']?.['post']?.['responses']
      assert.deepEqual(Object.keys(responses ?? {}), ['200', '400', 'default'])
      assert.match(JSON.stringify(responses?.['400']), /(schemas|definitions)\/Error"/)
      const errors = (definitions ?? components?.['schemas'])?.['Error']?.['properties']?.['errors']
      assert.deepEqual(errors?.['items']?.['required'], ['path', 'message'])
    }
  })

  it('shows the samples', () => {
    const samples = { inputSample: { data: [1] }, outputSample: ['setosa'] }
    for (const version of OPENAPI_VERSIONS) {
      const post = JSON.stringify(documentOf(samples, version)['paths']?.['/score']?.['post'])
      assert(post.includes('{"data":[1]}') && post.includes('["setosa"]'), post)
    }
  })

  it('has the properties of an object as the query parameters of a GET', () => {
    const inputSchema = {
      $ref: '#/$defs/in',
      $defs: {
        in: {
          properties: { n: { type: 'number', title: 'N', minimum: 1 }, rows: { type: 'array' } },
          required: ['n'],
        },
      },
    }
    const parametersOf = (version: OpenApiVersion) =>
      documentOf({ inputSchema }, version)['paths']?.['/score']?.['get']?.['parameters']
    assert.deepEqual(parametersOf('2'), [
      { name: 'n', in: 'query', required: true, type: 'number', minimum: 1 },
      { name: 'rows', in: 'query', required: false, type: 'string', description: 'JSON' },
    ])
    assert.deepEqual(parametersOf('3'), [
      { name: 'n', in: 'query', required: true, schema: { type: 'number', title: 'N', minimum: 1 } },
      {
        name: 'rows',
        in: 'query',
        required: false,
        description: 'JSON',
        content: { 'application/json': { schema: { type: 'array', items: {} } } },
      },
    ])
  })

  it('is made once for each version', () => {
    const service = { ...SERVICE, inputSample: { toJSON: () => made++ } }
    let made = 0
    for (const version of [...OPENAPI_VERSIONS, ...OPENAPI_VERSIONS, null, null])
      describeService(service, version)
    const first = made
    describeService(service, '3')
    assert(first > 0 && made === first)
  })
})

describe("the author's own descriptions", () => {
  const two = '{"swagger":"2.0","mine":2}'
  const three = '{"openapi":"3.0.1","mine":3}'
  const threeOne = '{"openapi":"3.1.0","mine":31}'
  const plainTwo = '{"swagger":"2.0","mine":"plain"}'

  // [files, asked, the answer; null where it is made]
  const CASES: readonly [Record<string, string>, OpenApiVersion | null, string | null][] = [
    [{}, null, null],
    [{ 'swagger.json': threeOne, 'swagger2.json': two }, null, threeOne],
    [{ 'swagger2.json': two, 'swagger3.json': three }, null, two],
    [{ 'swagger3.json': three }, null, null],
    [{ 'swagger2.json': two, 'swagger.json': plainTwo }, '2', two],
    [{ 'swagger.json': plainTwo }, '2', plainTwo],
    [{ 'swagger.json': three }, '2', null],
    [{ 'swagger3.json': three, 'swagger.json': threeOne }, '3', three],
    [{ 'swagger.json': three }, '3', three],
    [{ 'swagger.json': plainTwo }, '3', null],
    [{ 'swagger3.1.json': threeOne, 'swagger3.json': three }, '3.1', threeOne],
    [{ 'swagger.json': threeOne }, '3.1', threeOne],
    [{ 'swagger.json': three }, '3.1', null],
    [{ 'swagger.json': '{}' }, '3', null],
  ]
  for (const [files, asked, answer] of CASES)
    it(`${Object.keys(files).join(', ') || 'none'}: ${asked ?? 'no version'} gives ${answer ?? 'ours'}`, () => {
      const service = { ...SERVICE, ownDescriptions: new Map(Object.entries(files)) }
      const text = describeService(service, asked)
      if (answer === null) assert.equal(JSON.parse(text).mine, undefined)
      else assert.equal(text, answer)
    })

  it('leave 2.0 to be made where no version is asked for and there is none', () =>
    assert.equal(JSON.parse(describeService({ ...SERVICE }, null)).swagger, '2.0'))
})
