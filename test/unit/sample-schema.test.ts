// The schema that a sample stands for, where a score module exports no other.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { moduleSchemas } from '../../runtime/model/module-schemas.ts'
import type { ScoreModule } from '../../runtime/score-api.ts'

function schemasOf(exports: Omit<ScoreModule, 'run'>) {
  return moduleSchemas({ run: () => {}, ...exports }, '/app/score.mjs')
}

describe('a sample', () => {
  const CASES: readonly [string, unknown, unknown][] = [
    ['bytes', Buffer.of(1), null],
    ['nothing', undefined, null],
    ['null', null, {}],
    ['text', 'x', { type: 'string' }],
    ['a typed array', Float32Array.of(1), { type: 'array', items: { type: 'number' } }],
    ['an empty array', [], { type: 'array', items: {} }],
    ['rows', [[1, 2], [3]], { type: 'array', items: { type: 'array', items: { type: 'number' } } }],
    [
      'a mixed array',
      [1, 'x', 2],
      { type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'string' }] } },
    ],
    ['an array with null', [1, null], { type: 'array', items: {} }],
    [
      'an object',
      { a: true, b: { c: Int8Array.of(1) }, d: null, e: undefined },
      {
        type: 'object',
        properties: {
          a: { type: 'boolean' },
          b: {
            type: 'object',
            properties: { c: { type: 'array', items: { type: 'number' } } },
            required: ['c'],
          },
          d: {},
        },
        required: ['a', 'b', 'd'],
      },
    ],
    ['a date', new Date(0), { type: 'string' }],
  ]
  for (const [name, sample, schema] of CASES)
    it(`that is ${name} has its schema`, async () => {
      const { input, output } = await schemasOf({ inputSample: sample, outputSample: sample })
      assert.deepEqual([input, output], [schema, schema])
    })

  it('fits its own schema, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async inputSample => {
        const { checkInput } = await schemasOf({ inputSample })
        await checkInput?.(inputSample, 100)
      }),
      { numRuns: 50 },
    )
  })

  it('that JSON cannot carry is an error at load', async () => {
    const outputSample: unknown[] = []
    outputSample.push(outputSample)
    await assert.rejects(schemasOf({ outputSample }), { code: 'ERR_MODULE_CONTRACT' })
  })

  it('is no schema where there is an "input"', async () => {
    const { input } = await schemasOf({ input: { type: 'number' }, inputSample: 'x' })
    assert.deepEqual(input, { type: 'number' })
  })

  it('lets other properties pass, and refuses a missing one', async () => {
    const { checkInput } = await schemasOf({ inputSample: { data: [[1]] } })
    assert(checkInput !== null)
    await checkInput({ data: [], more: 1 }, 100)
    assert.throws(() => checkInput({}, 100), /it must have required property 'data'\.$/)
  })
})
