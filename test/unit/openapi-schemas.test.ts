// A schema in the description of a service: the same in every version, as far as it can say it.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { moduleSchemas } from '../../runtime/model/module-schemas.ts'
import type { OpenApiVersion } from '../../runtime/openapi/document.ts'
import type { JsonSchema } from '../../runtime/scoring.ts'
import { SCHEMA_EXAMPLES } from '../support/schema-examples.ts'
import { documentOf } from '../support/service-document.ts'

/** An input schema as it stands in the document of a version. */
function written(inputSchema: JsonSchema, version: OpenApiVersion): unknown {
  const { components, definitions } = documentOf({ inputSchema }, version)
  return (definitions ?? components?.['schemas'])?.['Input']
}

describe('a schema in the description', () => {
  // [what, schema, in 3.1, in 3.0, in 2.0]
  const CASES: readonly [string, JsonSchema, unknown, unknown, unknown][] = [
    ['true', true, {}, {}, {}],
    ['false', false, { not: {} }, { not: {} }, {}],
    [
      'null among types',
      { type: ['string', 'null'], minLength: 1 },
      { type: ['string', 'null'], minLength: 1 },
      { type: 'string', nullable: true, minLength: 1 },
      { type: 'string', 'x-nullable': true, minLength: 1 },
    ],
    [
      'several types',
      { type: ['string', 'array'] },
      { type: ['string', 'array'], items: {} },
      { anyOf: [{ type: 'string' }, { type: 'array', items: {} }] },
      {},
    ],
    [
      'only null',
      { type: 'null' },
      { type: 'null' },
      { enum: [null], nullable: true },
      { enum: [null], 'x-nullable': true },
    ],
    ['a constant', { const: 3 }, { const: 3 }, { enum: [3] }, { enum: [3] }],
    [
      'exclusive bounds',
      { exclusiveMinimum: 0, minimum: 1, exclusiveMaximum: 5, maximum: 9 },
      { exclusiveMinimum: 0, minimum: 1, exclusiveMaximum: 5, maximum: 9 },
      { minimum: 1, maximum: 5, exclusiveMaximum: true },
      { minimum: 1, maximum: 5, exclusiveMaximum: true },
    ],
    ['examples', { examples: [1, 2] }, { examples: [1, 2] }, { example: 1 }, { example: 1 }],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, maxItems: 5 },
      {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'number' }],
        items: { not: {} },
        maxItems: 5,
      },
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] }, maxItems: 2 },
      { type: 'array', items: {}, maxItems: 2 },
    ],
    [
      'a union with null',
      { title: 'T', anyOf: [{ type: 'string' }, { type: 'null' }] },
      { title: 'T', anyOf: [{ type: 'string' }, { type: 'null' }] },
      { title: 'T', type: 'string', nullable: true },
      { title: 'T', type: 'string', 'x-nullable': true },
    ],
    [
      'a union',
      { oneOf: [{ type: 'string' }, { type: 'number' }, { const: null }], not: { const: 1 } },
      { oneOf: [{ type: 'string' }, { type: 'number' }, { const: null }], not: { const: 1 } },
      {
        oneOf: [{ type: 'string' }, { type: 'number' }, { enum: [null], nullable: true }],
        not: { enum: [1] },
      },
      { 'x-nullable': true },
    ],
    [
      'patterns of names, in an object that is closed',
      { patternProperties: { '^a': { type: 'string' } }, additionalProperties: false },
      { patternProperties: { '^a': { type: 'string' } }, additionalProperties: false },
      { additionalProperties: { type: 'string' } },
      { additionalProperties: { type: 'string' } },
    ],
    [
      'a required property that is not described',
      { required: ['a'] },
      { required: ['a'] },
      { required: ['a'] },
      { required: ['a'], properties: { a: {} } },
    ],
    [
      'what no version knows',
      { 'my-own': 1, 'x-mine': 2 },
      { 'x-mine': 2 },
      { 'x-mine': 2 },
      { 'x-mine': 2 },
    ],
    [
      'the older way to write a tuple',
      { items: [{ type: 'string' }], additionalItems: { type: 'number' } },
      { prefixItems: [{ type: 'string' }], items: { type: 'number' } },
      { items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
      { items: {} },
    ],
    [
      'a negation that 3.0 cannot say wholly',
      { not: { contains: { type: 'string' } } },
      { not: { contains: { type: 'string' } } },
      {},
      {},
    ],
  ]
  for (const [name, schema, in31, in30, in2] of CASES)
    it(`is written as each version can: ${name}`, () => {
      assert.deepEqual(written(schema, '3.1'), in31)
      assert.deepEqual(written(schema, '3'), in30)
      assert.deepEqual(written(schema, '2'), in2)
    })

  for (const { name, exported, good } of SCHEMA_EXAMPLES)
    for (const version of ['3.1', '3', '2'] as const)
      it(`takes in version ${version} what it takes: ${name}`, async () => {
        if (good === undefined) return
        const { input } = await moduleSchemas({ run: () => {}, input: exported }, '/app/score.mjs')
        const ajv = new Ajv2020({ strict: false, logger: false })
        formats.default(ajv)
        const document = documentOf({ inputSchema: input }, version)
        const place = version === '2' ? '#/definitions/Input' : '#/components/schemas/Input'
        const validate = ajv.compile(input === null ? {} : { $ref: place, ...asJsonSchema(document) })
        assert(validate(good), JSON.stringify([validate.errors, document['components'] ?? document]))
      })

  it('refers to its definitions where they stand now', () => {
    const inputSchema = {
      $id: 'https://example.com/tree',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        left: { $ref: '#/$defs/node' },
        up: { $ref: '#' },
        far: { $ref: 'https://example.com/far' },
      },
      $defs: { node: { $ref: '#/$defs/Error' }, Error: { type: 'string' } },
    }
    const { components } = documentOf({ inputSchema }, '3.1')
    const { Error: ours, ...schemas } = components?.['schemas'] ?? {}
    assert.equal(ours?.['type'], 'object')
    assert.deepEqual(schemas, {
      Input: {
        type: 'object',
        properties: {
          left: { $ref: '#/components/schemas/node' },
          up: { $ref: '#/components/schemas/Input' },
          far: {},
        },
      },
      node: { $ref: '#/components/schemas/Error_2' },
      Error_2: { type: 'string' },
    })
    const { definitions } = documentOf({ inputSchema }, '2')
    assert.deepEqual(definitions?.['node'], { $ref: '#/definitions/Error_2' })
  })

  it('has its neighbours of a reference in an allOf, where a version would not see them', () => {
    const schema = { properties: { a: { $ref: '#', description: 'again' } } }
    assert.deepEqual(written(schema, '3.1'), {
      properties: { a: { $ref: '#/components/schemas/Input', description: 'again' } },
    })
    assert.deepEqual(written(schema, '3'), {
      properties: { a: { allOf: [{ $ref: '#/components/schemas/Input' }], description: 'again' } },
    })
  })
})

/** The older versions' own words in those of JSON Schema. */
function asJsonSchema(document: object): object {
  return JSON.parse(JSON.stringify(document), (_, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const { nullable, 'x-nullable': alsoNullable, exclusiveMinimum, exclusiveMaximum, ...rest } = value
    if (typeof exclusiveMinimum === 'number') rest.exclusiveMinimum = exclusiveMinimum
    if (typeof exclusiveMaximum === 'number') rest.exclusiveMaximum = exclusiveMaximum
    return nullable === true || alsoNullable === true ? { anyOf: [rest, { type: 'null' }] } : rest
  })
}
