// The pages below /docs: what is there, what is not, and what they cost a service that nobody looks at.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { FRONT } from '../support/front.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

const FILES = [
  ['', 'text/html; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui-standalone-preset.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui-init.js', 'application/javascript; charset=utf-8'],
  ['favicon-16x16.png', 'image/png'],
  ['favicon-32x32.png', 'image/png'],
] as const

describe('the pages', () => {
  let runtime: Runtime
  const get = (path: string, init: RequestInit = {}) =>
    fetch(runtime.url + path, { redirect: 'manual', ...init })
  const packages = async () => {
    const { json } = await runtime.score({})
    return json['packages'] as string[] // true: that is what the fixture answers
  }

  before(async () => {
    const env = { WORKER_COUNT: '1', SERVICE_NAME: 'iris <b>' }
    runtime = await startReady({ module: 'loaded', env })
  })
  after(() => runtime?.[Symbol.asyncDispose]())

  it('are loaded when the first is asked for, and ajv where there is a schema, and not at the start', async () => {
    const late = ['express', 'swagger-ui-express', 'ajv', 'zod']
    const atStart = await packages()
    assert(atStart.includes('pino'), 'the search finds what is loaded')
    assert.deepEqual(
      late.filter(name => atStart.includes(name)),
      [],
    )
    assert.equal((await get('/docs/')).status, 200)
    const then = await packages()
    assert.deepEqual(
      late.filter(name => then.includes(name)),
      ['express', 'swagger-ui-express'],
    )
  })

  for (const [file, contentType] of FILES)
    it(`have /docs/${file}, with ids and a policy that lets nothing in from elsewhere`, async () => {
      const answer = await get(`/docs/${file}`, { headers: { 'x-request-id': 'mine' } })
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, contentType])
      assert.equal(answer.headers.get('x-request-id'), 'mine')
      assert.equal(answer.headers.get('x-powered-by'), null)
      const policy = answer.headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; script-src 'self';/)
      assert.doesNotMatch(policy, /https?:|\*/)
      assert((await answer.arrayBuffer()).byteLength > 0)
    })

  it('have the name of the service as their title, and no address but relative ones', async () => {
    const page = await (await get('/docs/')).text()
    assert(page.includes('<title>iris &#60;b&#62;</title>'))
    const addresses = [...page.matchAll(/(?:src|href)=["']([^"']+)/g)].map(([, address]) => address)
    assert(addresses.length >= 5)
    assert.deepEqual(
      addresses.filter(address => !address?.startsWith('./')),
      [],
    )
  })

  it('send /docs to docs/, wherever a gateway has it', async () => {
    const answer = await get('/docs')
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, 'docs/'])
  })

  it('answer HEAD', async () => {
    const answer = await get('/docs/', { method: 'HEAD' })
    assert.deepEqual([answer.status, await answer.text()], [200, ''])
  })

  it('answer another method with 405, as JSON', async () => {
    const answer = await get('/docs/', { method: 'POST', body: '{}' })
    const json = JSON.parse(await answer.text())
    assert.deepEqual(
      [answer.status, answer.headers.get('allow'), json.code],
      [405, 'GET, HEAD', 'ERR_METHOD'],
    )
  })

  for (const path of [
    'nothing',
    'package.json',
    'x/package.json',
    'index.html',
    'swagger-initializer.js',
    'x/swagger-ui-init.js',
    '%2e%2e/package.json',
    '%E0%A4%A',
    'swagger-ui.css/',
  ])
    it(`answer /docs/${path} with 404, as JSON`, async () => {
      const answer = await get(`/docs/${path}`)
      // nginx itself refuses a percent sign that encodes nothing
      const malformed = FRONT === 'nginx' && path.endsWith('%A')
      assert.equal(answer.status, malformed ? 400 : 404)
      assert.equal(answer.headers.get('content-type'), 'application/json')
      assert.equal(answer.headers.get('content-security-policy'), null)
      const { code, requestId } = JSON.parse(await answer.text())
      assert.equal(code, malformed ? 'ERR_INPUT_MALFORMED' : 'ERR_NOT_FOUND')
      assert.equal(requestId, answer.headers.get('x-request-id'))
    })
})
