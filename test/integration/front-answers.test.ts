// Answers on their way through the node front, byte for byte, also those that break off.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterEach, describe, it } from 'node:test'
import { ask, cleanUp, startFront, startUpstream } from '../support/lone-front.ts'

afterEach(cleanUp)

describe('an answer through the node front', () => {
  for (const [length, headers] of [
    ['great length', { 'content-length': 100_000 }],
    ['unknown length', {}],
  ] as const)
    it(`breaks the connection where an answer of ${length} breaks off in the middle`, async () => {
      const { address } = await startUpstream((request, response) => {
        response.writeHead(200, headers)
        response.write('half', () => request.socket.destroy())
      })
      const { port } = await startFront([address])
      await assert.rejects(ask(port, { body: '{}' }), /aborted|socket hang up/)
    })

  it('answers 502 where a small answer breaks off in the middle, for nothing of it is out yet', async () => {
    const { address } = await startUpstream((request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => request.socket.destroy())
    })
    const { port } = await startFront([address])
    assert.equal((await ask(port, { body: '{}' })).status, 502)
  })

  it('answers 504 where a small answer stands still in the middle', async () => {
    const { address } = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half')
    })
    const { port, edgeTimeouts } = await startFront([address])
    assert.equal((await ask(port, { body: '{}' })).status, 504)
    assert.deepEqual(edgeTimeouts, [0])
  })

  for (const size of [0, 256, 100_000])
    it(`passes back an answer of ${size} bytes as it is`, async () => {
      const sent = Buffer.from(Array.from({ length: size }, (_, index) => index % 256))
      const cookies = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']
      const { address } = await startUpstream((_, response) => {
        response.writeHead(418, 'Short and Stout', [
          ...cookies,
          'content-length',
          `${size}`,
          'x-name',
          'Jos\xe9',
        ])
        response.end(sent)
      })
      const { port } = await startFront([address])
      const [answer] = await once(httpRequest({ port, agent: false }).end(), 'response')
      assert.equal(answer.statusCode, 418)
      assert.equal(answer.statusMessage, 'Short and Stout')
      assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2'])
      assert.equal(answer.headers['x-name'], 'Jos\xe9')
      assert.equal(answer.rawHeaders.filter((name: string) => /^(?:date|connection)$/i.test(name)).length, 2)
      assert(Buffer.concat(await answer.toArray()).equals(sent))
    })

  it('passes a body of any bytes on as it is', async () => {
    const sent = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const { address } = await startUpstream((request, response) => void request.pipe(response))
    const { port } = await startFront([address])
    const [answer] = await once(httpRequest({ port, method: 'POST', agent: false }).end(sent), 'response')
    assert(Buffer.concat(await answer.toArray()).equals(sent))
  })
})
