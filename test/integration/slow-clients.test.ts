// Clients that send their headers or their body a byte at a time.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FRONT } from '../support/front.ts'
import { startLoad, tally } from '../support/load.ts'
import { rawClient, SCORE_HEAD } from '../support/raw-client.ts'
import { startReady } from '../support/start-runtime.ts'

const SLOW_CLIENTS = 500
const BODY = JSON.stringify({ do: 'echo', value: 'slow but sure' })

it('500 slow clients harm nobody: slow headers are cut, slow bodies hold no place', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: {
      WORKER_COUNT: '2',
      SCOREHOST_CONCURRENCY: '4',
      SCOREHOST_HEADER_TIMEOUT_MS: '2000',
    },
  })
  const half = SLOW_CLIENTS / 2
  const headers = Array.from({ length: half }, () =>
    rawClient(runtime.port, 'POST /score HTTP/1.1\r\nx-slow: '),
  )
  const bodies = Array.from({ length: half }, () =>
    rawClient(runtime.port, `${SCORE_HEAD}connection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`),
  )
  using load = startLoad(runtime.url, 16, JSON.stringify({ do: 'sleep', ms: 2 }))
  let sent = 0
  const drip = setInterval(() => {
    for (const { socket } of headers) if (socket.writable) socket.write('x')
    for (const { socket } of bodies) if (socket.writable) socket.write(BODY.slice(sent, sent + 1))
    sent++
  }, 1000)
  await sleep(4500)
  const status = await runtime.status()
  const inFlight = status.workers.reduce((sum, worker) => sum + worker.inFlight, 0)
  assert.ok(inFlight <= 8, `${inFlight} in flight, with two workers that take four each`)
  assert.ok((status.waiting ?? 0) <= 16, `${status.waiting} wait, with 16 healthy clients`)
  clearInterval(drip)

  const counts = tally(await load.stop())
  assert.deepEqual(Object.keys(counts), ['200'], JSON.stringify(counts))
  await Promise.all(headers.map(({ socket }) => socket.closed || once(socket, 'close')))
  // nginx closes such a connection without a word
  const isCut = FRONT === 'nginx' ? /^$/ : /^HTTP\/1\.1 408 [\s\S]*SCOREHOST_HEADER_TIMEOUT_MS/
  for (const { received } of headers) assert.match(received.text, isCut)

  for (const { socket } of bodies) socket.write(BODY.slice(sent))
  await Promise.all(bodies.map(({ socket }) => socket.closed || once(socket, 'close')))
  for (const { received } of bodies) assert.match(received.text, /^HTTP\/1\.1 200 [\s\S]*"slow but sure"$/)
})

it('a body that stands still is cut; one that keeps moving may take as long as the setting says', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: {
      SCOREHOST_BODY_IDLE_TIMEOUT_MS: '700',
      SCOREHOST_UPLOAD_TIMEOUT_MS: '3000',
      SCOREHOST_HEADER_TIMEOUT_MS: '2000',
    },
  })
  const start = `${SCORE_HEAD}connection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`
  const still = rawClient(runtime.port, start)
  const moving = rawClient(runtime.port, start)
  const endless = rawClient(runtime.port, start)
  for (let index = 0; index < 12; index++) {
    await sleep(300)
    if (endless.socket.writable) endless.socket.write(' ')
    if (index < 7) moving.socket.write(BODY[index] ?? '')
    if (index === 7) moving.socket.write(BODY.slice(7))
  }
  for (const { socket } of [still, moving, endless]) if (!socket.closed) await once(socket, 'close')
  assert.match(moving.received.text, /^HTTP\/1\.1 200 [\s\S]*"slow but sure"$/)
  if (FRONT === 'nginx') {
    // it closes such a connection without a word, and has no limit for an upload that keeps moving
    assert.equal(still.received.text, '')
    return
  }
  assert.match(still.received.text, /^HTTP\/1\.1 408 [\s\S]*SCOREHOST_BODY_IDLE_TIMEOUT_MS/)
  assert.match(
    endless.received.text,
    /^HTTP\/1\.1 408 [\s\S]*3000 ms as a whole \(SCOREHOST_UPLOAD_TIMEOUT_MS\)/,
  )
})

it('malformed requests get 400 and harm nobody else', async () => {
  await using runtime = await startReady({ module: 'behaviours', env: { WORKER_COUNT: '2' } })
  using load = startLoad(runtime.url, 16, JSON.stringify({ do: 'echo', value: 1 }))
  const nonsense = [
    'GARBAGE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `${SCORE_HEAD}content-length: x\r\n\r\n`,
    `${SCORE_HEAD}connection: close\r\na b: c\r\n\r\n`,
    '\0\0\0\0\r\n\r\n',
  ]
  for (const start of nonsense) {
    const { socket, received } = rawClient(runtime.port, start)
    if (!socket.closed) await once(socket, 'close')
    assert.match(received.text, /^HTTP\/1\.1 400 [\s\S]*"code":"ERR_INPUT_MALFORMED"/, JSON.stringify(start))
  }
  await load.answered(100)
  assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
})
