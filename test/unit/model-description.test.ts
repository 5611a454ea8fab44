// The schema and the sample of a model that is served as it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { DATATYPES, type Datatype } from '../../runtime/datatype.ts'
import { sampleOf, tensorsSchema } from '../../runtime/model-description.ts'
import type { ModelInfo, TensorSpec } from '../../runtime/model-info.ts'
import { ModelInput } from '../../runtime/model-input.ts'

function infoOf(inputs: readonly TensorSpec[]): ModelInfo {
  return {
    name: 'm',
    version: '1',
    versions: ['1'],
    platform: 'onnxruntime_onnx',
    inputs,
    outputs: [],
    maxBatchSize: 0,
    labels: {},
    config: {},
  }
}

const IN_JSON = Object.keys(DATATYPES).filter(name => name !== 'FP16') as Datatype[] // true: the keys of the table
const anySpec = fc.record({
  name: fc.constantFrom('x', 'y z', 'data', 'größe'),
  datatype: fc.constantFrom(...IN_JSON),
  shape: fc.array(fc.constantFrom(-1, 0, 1, 2, 3), { maxLength: 4 }),
})

test('the sample of any model fits its schema, and the model', () => {
  const anyInputs = fc.uniqueArray(anySpec, { minLength: 1, maxLength: 3, selector: spec => spec.name })
  fc.assert(
    fc.property(anyInputs, inputs => {
      const sample = sampleOf({ inputs })
      const validate = new Ajv2020({ strict: true }).compile(tensorsSchema(inputs) as object) // true: no boolean
      assert.ok(validate(sample), JSON.stringify(validate.errors))
      // a dimension of 0 hides those behind it
      if (inputs.every(({ shape }) => !shape.includes(0)))
        new ModelInput(infoOf(inputs)).ofBody(null, Buffer.from(JSON.stringify(sample)))
    }),
    { numRuns: 100 },
  )
})

const schema = tensorsSchema([
  { name: 'x', datatype: 'FP32', shape: [-1, 2] },
  { name: 'word', datatype: 'BYTES', shape: [1] },
  { name: 'flag', datatype: 'BOOL', shape: [] },
])

test('a schema has the nesting, its lengths where they are fixed, and the type of the elements', () => {
  assert.deepEqual(schema, {
    type: 'object',
    properties: {
      x: {
        type: 'array',
        items: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
        description: 'FP32 [-1,2], where -1 is any size',
      },
      word: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        maxItems: 1,
        description: 'BYTES [1], where -1 is any size',
      },
      flag: { type: 'boolean', description: 'BOOL [], where -1 is any size' },
    },
    required: ['x', 'word', 'flag'],
  })
})

test('a schema refuses what the model refuses', () => {
  const validate = new Ajv2020({ strict: true }).compile(schema as object) // true: no boolean
  for (const wrong of [
    {},
    { x: [[1, 2]], word: [''] },
    { x: [[1]], flag: true, word: [''] },
    { x: [[1, 'a']], flag: true, word: [''] },
    { x: [1, 2], flag: true, word: [''] },
    { x: [], flag: 1, word: [''] },
    { x: [], flag: true, word: ['a', 'b'] },
  ])
    assert.equal(validate(wrong), false, JSON.stringify(wrong))
  assert.ok(
    validate({
      x: [
        [1, 2],
        [3, 4.5],
      ],
      word: [''],
      flag: false,
    }),
  )
})

test('the sample is zeros of the smallest shape', () => {
  assert.deepEqual(
    sampleOf({
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [-1, 2] },
        { name: 'word', datatype: 'BYTES', shape: [-1] },
        { name: 'flag', datatype: 'BOOL', shape: [] },
      ],
    }),
    { x: [[0, 0]], word: [''], flag: false },
  )
})

test('there is no sample where it would be long, or where JSON cannot carry it', () => {
  assert.notEqual(sampleOf({ inputs: [{ name: 'x', datatype: 'FP32', shape: [10, 100] }] }), undefined)
  assert.equal(sampleOf({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3, 224, 224] }] }), undefined)
  assert.equal(sampleOf({ inputs: [{ name: 'x', datatype: 'FP16', shape: [1] }] }), undefined)
})
