// What the exports of a score module say of its inputs, and how an input is checked against it.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Type } from 'typebox'
import * as v from 'valibot'
import * as z from 'zod'
import { ScorehostError } from '../../runtime/errors.ts'
import type { InputCheck } from '../../runtime/input-reader.ts'
import { moduleSchemas } from '../../runtime/model/module-schemas.ts'
import type { ScoreModule } from '../../runtime/score-api.ts'
import { SCHEMA_EXAMPLES } from '../support/schema-examples.ts'

const FILE = '/app/score.mjs'
const LARGE = 1024 ** 2

function schemasOf(exports: Omit<ScoreModule, 'run'>) {
  return moduleSchemas({ run: () => {}, ...exports }, FILE)
}

/** The check of a module with this export as its `input`. */
async function checkOf(input: object | boolean): Promise<InputCheck> {
  const { checkInput } = await schemasOf({ input })
  return checkInput ?? (given => given)
}

/** The error that a check throws or rejects with. */
async function refusal(check: InputCheck, input: unknown, sizeBytes = 100): Promise<ScorehostError> {
  try {
    await check(input, sizeBytes)
  } catch (thrown) {
    if (thrown instanceof ScorehostError) return thrown
    throw thrown
  }
  throw new assert.AssertionError({ message: `${JSON.stringify(input)} was taken` })
}

describe('an exported schema', () => {
  for (const { name, exported, good, bad } of SCHEMA_EXAMPLES) {
    if (good !== undefined)
      it(`takes what fits: ${name}`, async () => {
        await (await checkOf(exported))(good, 100)
      })
    if (bad !== undefined)
      it(`refuses what does not, and says where: ${name}`, async () => {
        const error = await refusal(await checkOf(exported), bad)
        assert.equal(error.code, 'ERR_INPUT_SHAPE')
        assert(error.details.length > 0)
        for (const { path, message } of error.details) {
          assert.match(path, /^(\/|$)/)
          assert.notEqual(message, '')
        }
      })
  }

  it('is the JSON Schema of its library: input before, output after what the library does', async () => {
    const schema = z.object({ n: z.string().transform(Number), unit: z.string().default('cm') })
    const { input, output } = await schemasOf({ input: schema, output: schema })
    assert.deepEqual(
      [input, output].map(one => typeof one === 'object' && one?.['required']),
      [['n'], ['n', 'unit']],
    )
  })

  it('has a place for anything where its library has no words for it', async () => {
    const { input } = await schemasOf({ input: z.object({ when: z.date(), n: z.number() }) })
    assert.deepEqual(typeof input === 'object' && input?.['properties'], { when: {}, n: { type: 'number' } })
  })

  it('is unknown where its library cannot convert at all, and still checked', async () => {
    const never = () => {
      throw new Error('no words for this')
    }
    const exported = Object.assign(v.object({ a: v.number() }), { toJSONSchema: never })
    const { input, checkInput } = await schemasOf({ input: exported })
    assert.equal(input, null)
    assert(checkInput !== null)
    assert.equal((await refusal(checkInput, { a: 'x' })).details[0]?.path, '/a')
  })

  it('may convert itself, by either name', async () => {
    class Converts {
      toJsonSchema() {
        return { type: 'number' }
      }
    }
    for (const input of [new Converts(), { toJSONSchema: () => ({ type: 'number' }) }]) {
      const { input: schema, checkInput } = await schemasOf({ input })
      assert.deepEqual(schema, { type: 'number' })
      assert(checkInput !== null)
      assert.equal((await refusal(checkInput, 'x')).details[0]?.message, 'must be number')
    }
  })

  it('is checked by ajv where a spread has left its library behind', async () => {
    const check = await checkOf({ ...z.toJSONSchema(z.object({ a: z.number() }), { io: 'input' }) })
    assert.equal((await refusal(check, { a: 'x' })).details[0]?.message, 'must be number')
  })

  it('may be a function, as those of ArkType are', async () => {
    const type = Object.assign(() => {}, {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => (value === 1 ? { value } : { issues: [{ message: 'must be 1' }] }),
      },
      toJsonSchema: () => ({ const: 1 }),
    })
    const { input } = await schemasOf({ input: type })
    assert.deepEqual(input, { const: 1 })
    assert.equal((await refusal(await checkOf(type), 2)).details[0]?.message, 'must be 1')
  })

  const NO_SCHEMAS: readonly [unknown, RegExp][] = [
    [42, /it is a number/],
    ['string', /it is a string/],
    [null, /it is null/],
    [[], /it is an array/],
    [() => {}, /it is a function/],
    [new Map(), /it is an instance of Map/],
    [{ type: 'number', valueOf: () => 1 }, /it has a function "valueOf"/],
    [{ type: 'nonsense' }, /schema is invalid: data\/type/],
    [{ $ref: '#/$defs/nowhere' }, /can't resolve reference #\/\$defs\/nowhere/],
    [{ pattern: '(' }, /nvalid regular expression|must match format/],
    [{ title: 3 }, /schema is invalid: data\/title/],
    [{ minimum: 1n }, /JSON cannot carry it/],
    [{ $schema: 'https://example.com/of-my-own', type: 'object' }, /no schema with key or ref/],
  ]

  for (const [exported, why] of NO_SCHEMAS)
    for (const name of ['input', 'output'] as const)
      it(`of "${name}" that is none is an error at load, with the reason ${why}`, async () => {
        await assert.rejects(
          schemasOf({ [name]: exported }),
          (error: ScorehostError) =>
            error.code === 'ERR_MODULE_CONTRACT' &&
            error.message.startsWith(`${FILE} exports "${name}", which is neither JSON Schema`) &&
            why.test(error.message),
        )
      })
})

describe('the check of an input', () => {
  it('is none where the module says nothing, or anything', async () => {
    for (const exports of [
      {},
      { input: true },
      { input: {} },
      { inputSample: null },
      { inputSample: Buffer.of(1) },
    ])
      assert.equal((await schemasOf(exports)).checkInput, null)
  })

  it('gives back the very input where ajv checks it', async () => {
    const input = { a: 1, b: 2 }
    assert.equal(await (await checkOf(Type.Object({ a: Type.Number() })))(input, 100), input)
  })

  it("gives back the library's result: defaults and transforms are applied", async () => {
    const schema = z.object({ n: z.string().transform(Number), unit: z.string().default('cm') })
    assert.deepEqual(await (await checkOf(schema))({ n: '5' }, 100), { n: 5, unit: 'cm' })
  })

  it('waits for a library that takes its time', async () => {
    const schema = z.string().refine(async text => text === 'yes', 'only yes')
    const check = await checkOf(schema)
    assert.equal(await check('yes', 100), 'yes')
    assert.equal((await refusal(check, 'no')).details[0]?.message, 'only yes')
  })

  it('says how many faults there are, and the first', async () => {
    const check = await checkOf({
      type: 'object',
      properties: { data: { items: { items: { type: 'number' } } } },
    })
    const error = await refusal(check, { data: [[1, 'x'], ['y'], ['z']] })
    assert.equal(
      error.message,
      'The input is not what this service expects: /data/0/1 must be number (and 2 more).',
    )
    assert.deepEqual(error.details[2], { path: '/data/2/0', message: 'must be number' })
  })

  it('calls the whole input "it", and lets a library speak in its own sentences', async () => {
    const whole = await refusal(await checkOf({ type: 'object' }), 1)
    assert.equal(whole.message, 'The input is not what this service expects: it must be object.')
    assert.deepEqual(whole.details, [{ path: '', message: 'must be object' }])
    const library = await refusal(await checkOf(v.object({ 'a/b~c': v.number() })), { 'a/b~c': 'x' })
    assert.match(library.message, /expects: \/a~1b~0c: Invalid type: Expected number but received "x"\.$/)
  })

  it('lists at most 20 faults', async () => {
    const error = await refusal(await checkOf({ items: { type: 'number' } }), Array(100).fill('x'))
    assert.equal(error.details.length, 20)
    assert.match(error.message, /\(and 99 more\)/)
  })

  it('looks for the first fault only in a large body', async () => {
    const error = await refusal(await checkOf({ items: { type: 'number' } }), Array(100).fill('x'), LARGE)
    assert.deepEqual(error.details, [{ path: '/0', message: 'must be number' }])
  })

  const MESSAGES: readonly [object, unknown, string][] = [
    [{ required: ['data'] }, {}, "must have required property 'data'"],
    [
      { properties: { a: {} }, additionalProperties: false },
      { b: 1 },
      'must NOT have additional properties: "b"',
    ],
    [{ unevaluatedProperties: false }, { b: 1 }, 'must NOT have unevaluated properties: "b"'],
    [{ enum: ['cm', 1, null] }, 'mm', 'must be equal to one of the allowed values: "cm", 1, null'],
    [{ const: { a: 1 } }, 2, 'must be equal to constant: {"a":1}'],
    [{ format: 'email' }, 'x', 'must match format "email"'],
    [{ maxItems: 1 }, [1, 2], 'must NOT have more than 1 items'],
  ]
  for (const [schema, input, message] of MESSAGES)
    it(`says what would be right: ${message}`, async () =>
      assert.equal((await refusal(await checkOf(schema), input)).details[0]?.message, message))

  it('keeps long names of the client short', async () => {
    const error = await refusal(await checkOf({ additionalProperties: false }), { ['x'.repeat(10_000)]: 1 })
    assert(JSON.stringify(error.details).length < 1000 && error.message.length < 1000)
  })

  it('refuses what is nested more deeply than a recursive schema can follow', async () => {
    const depth = 200_000
    const check = await checkOf({ properties: { next: { $ref: '#' } } })
    const error = await refusal(check, JSON.parse(`${'{"next":'.repeat(depth)}1${'}'.repeat(depth)}`), LARGE)
    assert.deepEqual(error.details, [{ path: '', message: 'must not be nested so deeply' }])
  })

  it('refuses bytes where there is a schema, and says what is taken', async () => {
    for (const schema of [{ type: 'object' }, z.object({}), v.object({ a: v.number() })]) {
      const error = await refusal(await checkOf(schema), Buffer.from('x'))
      assert.equal(error.code, 'ERR_INPUT_UNSUPPORTED')
      assert.match(error.message, /takes JSON/)
    }
  })

  it('takes bytes where the library says so', async () => {
    const bytes = Buffer.from('x')
    assert.equal(await (await checkOf(z.instanceof(Uint8Array)))(bytes, 1), bytes)
  })

  it("is the module's failure where a transform of its own throws", async () => {
    const boom = new Error('boom')
    const schemas = [
      z.string().transform(() => {
        throw boom
      }),
      { '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(boom) } },
    ]
    for (const schema of schemas) {
      const error = await refusal(await checkOf(schema), 'x')
      assert.deepEqual([error.code, error.cause], ['ERR_RUN_FAILED', boom])
    }
  })
})
