// Schemas of every make, as a score module would export them, with an input that fits and one that does not.

import { Type } from 'typebox'
import * as v from 'valibot'
import * as z from 'zod'

export interface SchemaExample {
  readonly name: string
  readonly exported: object | boolean
  readonly good: unknown
  /** Undefined where everything fits. */
  readonly bad?: unknown
}

interface Tree {
  readonly name: string
  readonly children: readonly Tree[]
}

const Tree: z.ZodType<Tree> = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree)
  },
})

const LEAF = { name: 'leaf', children: [] }

const ZOD: readonly SchemaExample[] = [
  {
    name: 'zod: an object of everything',
    exported: z.object({
      rows: z.array(z.array(z.number())).min(1),
      species: z.enum(['setosa', 'versicolor']).optional(),
      weight: z.number().gt(0).lt(10).default(1),
      note: z.string().nullable(),
      kind: z.literal('iris'),
      pair: z.tuple([z.string(), z.number()]),
      either: z.union([z.string(), z.int()]),
      counts: z.record(z.string(), z.number()),
      mail: z.email().optional(),
    }),
    good: {
      rows: [[1]],
      note: null,
      kind: 'iris',
      pair: ['a', 1],
      either: 3,
      counts: { a: 1 },
    },
    bad: { rows: [] },
  },
  { name: 'zod: recursive', exported: Tree, good: { name: 'root', children: [LEAF] }, bad: { name: 'root' } },
  {
    name: 'zod: recursive in two places',
    exported: z.object({ left: Tree, right: Tree }),
    good: { left: LEAF, right: LEAF },
    bad: { left: LEAF, right: { name: 1, children: [] } },
  },
  {
    name: 'zod: what JSON Schema cannot say',
    exported: z.object({ when: z.coerce.date(), size: z.bigint().optional() }),
    good: { when: '2024-01-01' },
    bad: { when: 'no day' },
  },
  {
    name: 'zod: told apart by a property',
    exported: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), a: z.number() }),
      z.object({ kind: z.literal('b'), b: z.string() }),
    ]),
    good: { kind: 'b', b: 'x' },
    bad: { kind: 'b', b: 1 },
  },
]

const TYPEBOX: readonly SchemaExample[] = [
  {
    name: 'typebox: an object',
    exported: Type.Object({
      data: Type.Array(Type.Tuple([Type.Number(), Type.Number({ exclusiveMinimum: 0 })])),
      unit: Type.Optional(Type.Union([Type.Literal('cm'), Type.Literal('in'), Type.Null()])),
      extra: Type.Record(Type.String(), Type.Unknown()),
    }),
    good: { data: [[1, 2]], unit: null, extra: { a: [] } },
    bad: { data: [[1, 0]], extra: {} },
  },
  {
    name: 'typebox: recursive',
    exported: Type.Cyclic(
      { Node: Type.Object({ id: Type.String(), next: Type.Union([Type.Ref('Node'), Type.Null()]) }) },
      'Node',
    ),
    good: { id: 'a', next: { id: 'b', next: null } },
    bad: { id: 'a', next: { id: 'b' } },
  },
]

const VALIBOT: readonly SchemaExample[] = [
  {
    name: 'valibot: an object',
    exported: v.object({ data: v.array(v.number()), unit: v.optional(v.picklist(['cm', 'in']), 'cm') }),
    good: { data: [1] },
    bad: { data: ['1'] },
  },
]

const HAND_WRITTEN: readonly SchemaExample[] = [
  { name: 'true', exported: true, good: null },
  { name: 'false', exported: false, good: undefined, bad: 1 },
  { name: 'an empty schema', exported: {}, good: [] },
  {
    name: 'types in a list, constants, bounds',
    exported: {
      type: ['object', 'null'],
      title: 'Thing',
      properties: {
        a: { type: ['string', 'number', 'array'], examples: ['x', 2] },
        b: { const: 3 },
        c: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, minimum: -1 },
        d: { type: 'null' },
        e: { enum: ['x', null] },
        f: false,
        g: { type: 'array', prefixItems: [{ type: 'string' }, true], items: false },
        h: { type: 'array', contains: { type: 'number' }, minContains: 2 },
        i: { type: ['integer', 'null'], minimum: 0 },
        j: { type: 'string', contentEncoding: 'base64' },
      },
      patternProperties: { '^x-': { type: 'string' }, '^n-': { type: 'number' } },
      additionalProperties: false,
      required: ['b', 'x-y'],
    },
    good: { b: 3, 'x-y': 'z', g: ['a', null], 'n-1': 2 },
    bad: { b: 4, z: 1 },
  },
  {
    name: 'combinations',
    exported: {
      allOf: [{ required: ['a'] }, { properties: { a: { not: { type: 'string' } } } }],
      anyOf: [{ $ref: '#/$defs/one' }, { type: 'null' }],
      oneOf: [{ minProperties: 1 }, { maxProperties: 0 }],
      not: { required: ['forbidden'] },
      if: { properties: { a: { const: 1 } } },
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
      then: { required: ['b'] },
      else: { required: ['c'] },
      dependentRequired: { b: ['a'] },
      dependentSchemas: { c: { minProperties: 2 } },
      propertyNames: { maxLength: 3 },
      unevaluatedProperties: { type: 'number' },
      $defs: { one: { type: 'object', properties: { a: true } } },
    },
    good: { a: 1, b: 2 },
    bad: { a: 'x', c: 1 },
  },
  {
    name: 'references of every kind',
    exported: {
      $id: 'https://example.com/schemas/root.json',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        self: { $ref: '#' },
        whole: { $ref: 'root.json' },
        named: { $ref: '#/$defs/a~1b%20c', description: 'with a neighbour' },
        anchored: { $ref: '#here' },
        other: { $ref: 'other.json#/properties/deep' },
        yes: { $ref: '#/$defs/yes' },
        no: { $ref: '#/$defs/no' },
        place: { $ref: '#/properties/named' },
      },
      $defs: {
        'a/b c': { type: 'string' },
        anchor: { $anchor: 'here', type: 'number' },
        other: {
          $id: 'other.json',
          properties: { deep: { type: 'array', items: { $ref: '#/$defs/x' } } },
          $defs: { x: { type: 'boolean' } },
        },
        yes: true,
        no: false,
        Error: { type: 'null' },
      },
    },
    good: { self: { named: 'x' }, whole: {}, anchored: 1, other: [true], yes: 1, place: 'y' },
    bad: { self: { self: { anchored: 'x' } }, other: [1] },
  },
  {
    name: 'only a reference, to what refers to itself',
    exported: {
      $ref: '#/$defs/list',
      $defs: {
        list: {
          type: 'object',
          properties: { value: {}, next: { anyOf: [{ $ref: '#/$defs/list' }, { type: 'null' }] } },
          required: ['next'],
        },
      },
    },
    good: { next: { next: null } },
    bad: { next: { next: 1 } },
  },
  {
    name: 'draft-07',
    exported: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: {
        pair: {
          type: 'array',
          items: [{ type: 'string' }, { $ref: '#/definitions/size' }],
          additionalItems: false,
        },
        sized: { $ref: '#size' },
      },
      dependencies: { pair: ['sized'], sized: { minProperties: 2 } },
      definitions: { size: { $id: '#size', type: 'number', exclusiveMinimum: 0 } },
    },
    good: { pair: ['a', 1], sized: 2 },
    bad: { pair: ['a', 1, 2], sized: 0 },
  },
  {
    name: 'draft 2019-09',
    exported: {
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      type: 'object',
      properties: {
        pair: { type: 'array', items: [{ type: 'string' }], additionalItems: { type: 'number' } },
        again: { $recursiveRef: '#' },
      },
    },
    good: { pair: ['a', 1, 2], again: {} },
    bad: { pair: ['a', 'b'] },
  },
  {
    name: 'nullable, as in OpenAPI 3.0',
    exported: { type: 'object', properties: { a: { type: 'string', nullable: true } } },
    good: { a: null },
    bad: { a: 1 },
  },
  {
    name: 'data that looks like schemas',
    exported: {
      enum: [{ $ref: 1, $id: 'x' }, { type: 'nonsense' }],
      default: { $ref: true },
    },
    good: { type: 'nonsense' },
    bad: { $ref: 2 },
  },
]

export const SCHEMA_EXAMPLES: readonly SchemaExample[] = [...ZOD, ...TYPEBOX, ...VALIBOT, ...HAND_WRITTEN]
