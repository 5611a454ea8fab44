// Connections to workers are kept alive, and each belongs to one worker.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Relay } from '../../supervisor/front/relay.ts'

async function listen(t: TestContext, answer: RequestListener, port = 0): Promise<Server> {
  const server = createServer(answer).listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port // true: it listens on TCP
}

/** A front with one relay: the path names the worker that it asks. */
async function front(t: TestContext, port: () => number) {
  const relay = new Relay()
  t.after(() => relay.close())
  const server = await listen(t, (request, response) => {
    const upstream = { id: Number(request.url?.slice(1)), address: { host: '127.0.0.1', port: port() } }
    relay.send(request, response, upstream, {
      begun: () => {},
      connected: to => to && request.pipe(to),
      head: status => response.writeHead(status),
      piece: bytes => response.write(bytes),
      end: () => response.end(),
      error: error => response.destroy(error),
    })
  })
  const ask = async (id: number) => (await fetch(`http://127.0.0.1:${portOf(server)}/${id}`)).text()
  return { relay, ask }
}

test('a worker that has the port of one that is still answering gets its own connection', async t => {
  let answerOld = () => {}
  const old = await listen(t, (_, response) => {
    answerOld = () => response.end('old')
  })
  const asked = once(old, 'request')
  const port = portOf(old)
  const { ask } = await front(t, () => port)
  const first = ask(1)
  await asked
  old.close()
  await listen(t, (_, response) => response.end('new'), port)
  answerOld()
  assert.equal(await first, 'old')
  assert.equal(await ask(2), 'new')
})

test('requests to one worker share a connection, until it is out of rotation', async t => {
  let connections = 0
  const worker = await listen(t, (_, response) => response.end('fine'))
  worker.on('connection', () => connections++)
  const port = portOf(worker)
  const { relay, ask } = await front(t, () => port)
  for (let round = 0; round < 5; round++) assert.equal(await ask(1), 'fine')
  assert.equal(connections, 1)
  const upstream = { id: 1, address: { host: '127.0.0.1', port }, concurrency: 1 }
  relay.keep([upstream])
  await ask(1)
  assert.equal(connections, 1)
  relay.keep([])
  await ask(1)
  assert.equal(connections, 2)
})
