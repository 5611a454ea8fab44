// What holds for every row of the table of errors, and that every row is in use.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  describeThrown,
  ERRORS,
  type ErrorCode,
  errorBody,
  ScorehostError,
  summariseThrown,
} from '../../runtime/errors.ts'

const ROOT = new URL('../../../', import.meta.url)
const ROWS = Object.entries(ERRORS)
const CODES = Object.keys(ERRORS) as ErrorCode[] // true: the table has no other keys

test('every code begins with ERR_ and is capitals', () => {
  for (const code of CODES) assert.match(code, /^ERR_[A-Z]+(_[A-Z]+)*$/)
})

test('every error is either an answer or the end of the process', () => {
  for (const [code, { status, exitCode }] of ROWS) assert((status === null) !== (exitCode === null), code)
})

test("a status of 4xx is the fault of the client, and only that, but for PAI-EAS's own", () => {
  for (const [code, { status, fault }] of ROWS) {
    if (status === null) continue
    assert(status >= 400 && status <= 599, code)
    assert.equal(status < 500, fault === 'client' || code === 'ERR_PROCESSOR_FAILED', code)
  }
})

test('a lack of capacity is 503, of memory 507, and safe to try again, and nothing else is either', () => {
  for (const [code, { status, fault, retrySafe }] of ROWS) {
    assert.equal(status === 503 || status === 507, fault === 'capacity', code)
    if (fault === 'capacity') assert(retrySafe, code)
  }
})

test('what may have been run is not called safe to try again', () => {
  for (const [code, { status, fault, retrySafe }] of ROWS)
    if (status !== null && (fault === 'model' || fault === 'runtime')) assert(!retrySafe, code)
})

test('a wrong setting ends with 2, a failing score module with 3', () => {
  for (const [code, { exitCode, fault }] of ROWS)
    if (exitCode !== null) assert.equal(exitCode, fault === 'client' ? 2 : 3, code)
})

test('every message and every remedy is a sentence of its own', () => {
  for (const column of ['message', 'remedy'] as const) {
    const texts = Object.values(ERRORS).map(row => row[column])
    assert.equal(new Set<string>(texts).size, texts.length)
    for (const text of texts) assert.match(text, /^\S.*\.$/)
  }
})

/** Text of every source file but the table's own, without comments: a code that is only spoken of is not in use. */
function sourceText(): string {
  const files = ['runtime/', 'supervisor/', 'cli/'].flatMap(folder =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' }).map(file => folder + file),
  )
  return files
    .filter(file => file.endsWith('.ts') && file !== 'runtime/errors.ts')
    .map(file => withoutComments(readFileSync(new URL(file, ROOT), 'utf8')))
    .join('\n')
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

/** The exported functions of errors.ts that make an error of this code. */
function makersOf(code: string): string[] {
  const table = readFileSync(new URL('runtime/errors.ts', ROOT), 'utf8')
  return [...table.matchAll(/^export function (\w+)[\s\S]*?^}/gm)].flatMap(([text, name]) =>
    name !== undefined && text.includes(`'${code}'`) ? [name] : [],
  )
}

test('every code is in use outside the table, by name or by a function that makes its error', () => {
  const source = sourceText()
  const unused = CODES.filter(
    code =>
      !source.includes(`'${code}'`) &&
      !makersOf(code).some(maker => new RegExp(`\\b${maker}\\(`).test(source)),
  )
  assert.deepEqual(unused, [])
})

test('a code in a comment is not in use', () => {
  assert.equal(withoutComments("/** @throws 'ERR_A' */\nf() // 'ERR_B'\n// 'ERR_C'").includes('ERR_'), false)
})

test('every code that the source names is in the table', () => {
  const thrown = [...sourceText().matchAll(/ScorehostError\(\s*'(ERR_\w+)'/g)].map(([, code]) => code)
  assert(thrown.length > 10, 'the search found the places where errors are thrown')
  assert.deepEqual(
    thrown.filter(code => code === undefined || !(code in ERRORS)),
    [],
  )
})

test('an error has the message of its row unless it has a better one, and keeps its cause', () => {
  const cause = new Error('inner')
  const plain = new ScorehostError('ERR_NO_WORKER')
  const rich = new ScorehostError('ERR_RUN_FAILED', 'better', { cause })
  assert.deepEqual([plain.code, plain.message], ['ERR_NO_WORKER', ERRORS.ERR_NO_WORKER.message])
  assert.deepEqual([rich.message, rich.cause], ['better', cause])
})

test('the body of an error has code, message and request id, and nothing else', () => {
  assert.deepEqual(JSON.parse(errorBody('ERR_NOT_FOUND', 'no "x" here', 'id')), {
    code: 'ERR_NOT_FOUND',
    message: 'no "x" here',
    requestId: 'id',
  })
})

test('the body of an error lists what is wrong with the input, where that is known', () => {
  const details = [{ path: '/data/0', message: 'must be number' }]
  const error = new ScorehostError('ERR_INPUT_SHAPE', 'no', { details })
  assert.deepEqual(JSON.parse(errorBody(error.code, error.message, 'id', error.details)), {
    code: 'ERR_INPUT_SHAPE',
    message: 'no',
    requestId: 'id',
    errors: details,
  })
})

test('anything thrown can be described', () => {
  const error = new Error('boom')
  assert.equal(describeThrown(error), error.stack)
  assert.equal(describeThrown('text'), 'thrown: text')
  assert.equal(describeThrown({ a: 1 }), 'thrown: { a: 1 }')
  assert.equal(describeThrown(undefined), 'thrown: undefined')
})

test('anything thrown has a summary of one line', () => {
  assert.equal(summariseThrown(new RangeError('boom')), 'RangeError: boom')
  assert.equal(summariseThrown('text'), 'thrown: text')
})

test('an error without a stack is described by name and message', () => {
  const error = new RangeError('boom')
  Object.defineProperty(error, 'stack', { value: undefined })
  assert.equal(describeThrown(error), 'RangeError: boom')
})

test('describing what was thrown never throws itself', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  for (const thrown of [cycle, 1n, Symbol('s'), () => 1])
    assert.equal(typeof describeThrown(thrown), 'string')
})
