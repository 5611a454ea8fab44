// Inputs are checked against the score module's schema before run() sees them, and swagger shows it.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Runtime, startReady, startRuntime } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ENV = { WORKER_COUNT: '1' }

function startEntry(entry: string): Promise<Runtime> {
  return startReady({ module: 'schemas', env: ENV, flags: ['--entry', entry] })
}

function lastLine({ log }: Runtime) {
  const line = log.at(-1)
  assert(line !== undefined)
  return { msg: line.msg, code: line['code'] }
}

async function swagger(runtime: Runtime, query: string) {
  const answer = await fetch(`${runtime.url}/swagger.json${query}`)
  return { status: answer.status, json: JSON.parse(await answer.text()) }
}

describe('a score module with a JSON Schema', () => {
  it('is given what fits, and what does not is a 400 with the list of what is wrong, and not run', async () => {
    await using runtime = await startEntry('json-schema')
    const refused = await runtime.score({ data: [[1, 'x'], ['y']], unit: 'mm' })
    assert.equal(refused.status, 400)
    const { code, message, requestId, errors } = refused.json
    assert.equal(code, 'ERR_INPUT_SHAPE')
    assert.equal(
      message,
      'The input is not what this service expects: /data/0/1 must be number (and 2 more).',
    )
    assert.equal(requestId, refused.headers.get('x-request-id'))
    assert.deepEqual(errors, [
      { path: '/data/0/1', message: 'must be number' },
      { path: '/data/1/0', message: 'must be number' },
      { path: '/unit', message: 'must be equal to one of the allowed values: "cm", "in"' },
    ])
    assert.deepEqual((await runtime.score({ data: [[1, 2]] })).json, { sums: [3], runs: 1 })
  })

  it('has a GET checked as well', async () => {
    await using runtime = await startEntry('json-schema')
    const get = async (query: string) => (await fetch(`${runtime.url}/score?${query}`)).status
    assert.deepEqual([await get('data=[[1,2]]&unit=in'), await get('unit=in')], [200, 400])
  })

  it('has bytes refused with what it takes', async () => {
    await using runtime = await startEntry('json-schema')
    const headers = { 'content-type': 'application/octet-stream' }
    const refused = await runtime.score({}, { headers, body: Buffer.of(1, 2) })
    assert.deepEqual([refused.status, refused.json['code']], [415, 'ERR_INPUT_UNSUPPORTED'])
    assert.match(String(refused.json['message']), /takes JSON/)
  })

  it('is described in swagger', async () => {
    await using runtime = await startEntry('json-schema')
    const { json } = await swagger(runtime, '?version=3.1')
    assert.deepEqual(json.components.schemas.Input.properties.unit, { enum: ['cm', 'in'] })
    assert.deepEqual(json.components.schemas.Output.properties.runs, { type: 'integer' })
    assert.equal((await swagger(runtime, '')).json.swagger, '2.0')
    const unknown = await swagger(runtime, '?version=4')
    assert.deepEqual([unknown.status, unknown.json.code], [404, 'ERR_NOT_FOUND'])
    assert.match(unknown.json.message, /2, 3, 3\.1/)
  })
})

describe('a score module with a schema of a library', () => {
  it('is given its defaults and transforms', async () => {
    await using runtime = await startEntry('zod')
    const { status, json } = await runtime.score({ when: '2024-05-06', text: 'abc', odd: 3 })
    assert.equal(status, 200)
    assert.deepEqual(json, { when: '2024-05-06T00:00:00.000Z', text: 'ABC', unit: 'cm', odd: 3, year: 2024 })
    const refused = await runtime.score({ when: '2024-05-06', text: 'abc', odd: 4 })
    assert.equal(refused.status, 400)
    assert.deepEqual(refused.json['errors'], [{ path: '/odd', message: 'must be odd' }])
  })
})

describe('a score module with a sample only', () => {
  it('takes what looks like it', async () => {
    await using runtime = await startEntry('sample')
    const taken = await runtime.score({
      rows: [
        { name: 'b', size: [3], more: 1 },
        { name: 'c', size: [] },
      ],
    })
    assert.deepEqual([taken.status, taken.json], [200, { count: 2 }])
    const refused = await runtime.score({ rows: [{ name: 'b', size: 3 }] })
    assert.deepEqual(
      [refused.status, refused.json['errors']],
      [400, [{ path: '/rows/0/size', message: 'must be array' }]],
    )
  })
})

describe('what cannot be served', () => {
  it('a schema that is none ends the start with exit code 3, naming file, export and reason', async () => {
    await using runtime = await startRuntime({ module: 'schemas', env: ENV, flags: ['--entry', 'no-schema'] })
    assert.equal((await runtime.end).exitCode, 3)
    const { msg, code } = lastLine(runtime)
    assert.equal(code, 'ERR_MODULE_CONTRACT')
    assert.match(String(msg), /no-schema\.mjs exports "input".*schema is invalid: data\/type/)
  })

  it('a description of the author that is not JSON ends the start with exit code 3, naming the file', async t => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'score.mjs'), 'export const run = () => {}')
    writeFileSync(join(folder, 'swagger3.json'), '{"openapi":')
    await using runtime = await startRuntime({ module: folder, env: ENV })
    assert.equal((await runtime.end).exitCode, 3)
    const { msg, code } = lastLine(runtime)
    assert.equal(code, 'ERR_MODULE_LOAD')
    assert(String(msg).includes(`${join(folder, 'swagger3.json')} cannot be read`), String(msg))
  })
})

describe("the author's own descriptions", () => {
  it('are served as they are', async () => {
    await using runtime = await startReady({ module: 'own-descriptions', env: ENV })
    const titles = ['', '?version=2', '?version=3', '?version=3.1'].map(
      async query => (await swagger(runtime, query)).json.info.title,
    )
    assert.deepEqual(await Promise.all(titles), ['plain', 'scorehost', 'written by hand', 'plain'])
  })
})
