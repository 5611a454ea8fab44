// The node front over real sockets, against upstreams that behave as badly as workers can: what http-proxy alone gets wrong.

import assert from 'node:assert/strict'
import { Agent, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Answer,
  ask,
  cleanUp,
  eventually,
  readAll,
  refusingAddress,
  startFront,
  startUpstream,
  TIMEOUT_MS,
} from '../support/lone-front.ts'

afterEach(cleanUp)

function code(answer: Answer): unknown {
  return JSON.parse(answer.text).code
}

/** Small ones go by undici, larger ones by http-proxy. */
for (const [size, body] of [
  ['small', '{}'],
  ['larger', ' '.repeat(50_000)],
] as const)
  describe(`the node front, ${size} requests`, () => {
    it('keeps its connections to the workers open', async () => {
      const { server, address } = await startUpstream((_, response) => response.end('fine'))
      let connections = 0
      server.on('connection', () => connections++)
      const { port } = await startFront([address])
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let index = 0; index < 50; index++) assert.equal((await ask(port, { body, agent })).text, 'fine')
      agent.destroy()
      assert.equal(connections, 1)
    })

    it('keeps them open also for clients that close theirs', async () => {
      const { server, address } = await startUpstream((_, response) => response.end('fine'))
      let connections = 0
      server.on('connection', () => connections++)
      const { port } = await startFront([address])
      for (let index = 0; index < 20; index++) {
        assert.equal(
          (await ask(port, { body, headers: { connection: 'close' } })).headers.connection,
          'close',
        )
      }
      assert.equal(connections, 1)
    })

    it('ends the upstream request of every client that hangs up', async () => {
      const clients = 400
      let open = 0
      let seen = 0
      const { address } = await startUpstream((request, response) => {
        open++
        seen++
        request.resume()
        response.once('close', () => open--)
      })
      const { port, edgeTimeouts } = await startFront([address], { 'scoring-timeout-ms': '60000' })
      const sockets = Array.from({ length: clients }, () => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        socket.write(`POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
        return socket
      })
      await eventually(() => seen === clients, 'all requests have reached the upstream')
      for (const socket of sockets) socket.destroy()
      await eventually(() => open === 0, 'no upstream request is open')
      assert.deepEqual(edgeTimeouts, [])
    })

    it('tells its own timeout from a crash', async () => {
      const hung = await startUpstream(() => {})
      const slow = await startFront([hung.address])
      const late = await ask(slow.port, { body })
      assert.deepEqual([late.status, code(late)], [504, 'ERR_SCORING_TIMEOUT'])
      assert.deepEqual(slow.edgeTimeouts, [0])

      const crashing = await startUpstream(request => request.socket.destroy())
      const { port, edgeTimeouts } = await startFront([crashing.address])
      const lost = await ask(port, { body })
      assert.deepEqual([lost.status, code(lost)], [502, 'ERR_WORKER_LOST'])
      assert.deepEqual(edgeTimeouts, [])
    })

    it('answers 503 when the second worker refuses too', async () => {
      const { port } = await startFront([await refusingAddress(), await refusingAddress()])
      const answer = await ask(port, { body })
      assert.deepEqual(
        [answer.status, code(answer), answer.headers['retry-after']],
        [503, 'ERR_NO_WORKER', '1'],
      )
    })

    it('never sends a request twice once a worker may have begun it', async () => {
      let received = 0
      const crash: RequestListener = request => {
        received++
        request.socket.destroy()
      }
      const [one, two] = [await startUpstream(crash), await startUpstream(crash)]
      const { port } = await startFront([one.address, two.address])
      assert.equal((await ask(port, { body })).status, 502)
      assert.equal(received, 1)
    })
  })

describe('the node front', () => {
  it('sends a request that was refused to another worker, whole', async () => {
    const { address } = await startUpstream((request, response) => void request.pipe(response))
    const { port } = await startFront([await refusingAddress(), address])
    const body = 'x'.repeat(1_000_000)
    for (let index = 0; index < 4; index++) {
      const answer = await ask(port, { body })
      assert.equal(answer.status, 200)
      assert.equal(answer.text, body)
    }
  })

  it('lets an upload that keeps moving take longer than the scoring timeout', async () => {
    const { address } = await startUpstream((request, response) => void request.pipe(response))
    const { port } = await startFront([address])
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /score HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 8\r\n\r\n')
    for (let index = 0; index < 8; index++) {
      await sleep(TIMEOUT_MS)
      socket.write('x')
    }
    assert.match(await readAll(socket), /^HTTP\/1\.1 200 OK[\s\S]*x/)
  })

  it('cuts an upload that stands still', async () => {
    const { address } = await startUpstream(request => request.resume())
    const { port, edgeTimeouts } = await startFront([address], { 'body-idle-timeout-ms': '2000' })
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /score HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 8\r\n\r\nx')
    assert.match(await readAll(socket), /^HTTP\/1\.1 408 [\s\S]*ERR_REQUEST_TIMEOUT/)
    assert.deepEqual(edgeTimeouts, [])
  })

  it('says that a body is too large in place of 100 Continue', async () => {
    const { port } = await startFront([], { 'max-body-bytes': '10' })
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /score HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 11\r\n\r\n')
    assert.match(await readAll(socket), /^HTTP\/1\.1 413 [\s\S]*ERR_INPUT_TOO_LARGE/)
  })

  it('closes the connection of an HTTP/1.0 client when it has answered', async () => {
    const { address } = await startUpstream((_, response) => {
      response.write('in ')
      response.end('pieces')
    })
    const { port } = await startFront([address])
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /score HTTP/1.0\r\n\r\n')
    const answer = await readAll(socket)
    assert.match(answer, /^connection: close\r$/im)
    assert.match(answer, /\r\n\r\nin pieces$/)
  })

  it('answers what is no HTTP with 400', async () => {
    const { port } = await startFront([])
    const socket = connect(port, '127.0.0.1')
    socket.write('nonsense\r\n\r\n')
    assert.match(await readAll(socket), /^HTTP\/1\.1 400 [\s\S]*"code":"ERR_INPUT_MALFORMED"/)
  })
})
