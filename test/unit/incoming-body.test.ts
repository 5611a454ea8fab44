// How the front takes in a body: small ones whole, large ones piece by piece, and never one that stands still.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { IncomingBody } from '../../supervisor/front/incoming-body.ts'
import { Clock, IDLE_MS, MAX_BODY_BYTES, pattern, settled, upload, Worker } from '../support/fake-upload.ts'

const HELD_BYTES = 65_536
const LARGE = pattern(HELD_BYTES + 1)
const MORE = pattern(50_000)

/** Cuts a body into pieces of these sizes, and what is left into one more. */
function cut(body: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const size of [...sizes, body.length]) {
    if (at < body.length) pieces.push(body.subarray(at, at + size))
    at += size
  }
  return pieces
}

test('a request without a body is whole at once, without a timer', t => {
  const clock = new Clock(t)
  for (const headers of [{}, { 'content-length': '0' }]) assert.deepEqual(upload(headers).told, ['whole'])
  assert.equal(clock.pending, 0)
})

test('a small body is held until it is whole, and then passed on whole', async t => {
  new Clock(t)
  const { body, told, send, end } = upload()
  await send(pattern(30_000).subarray(0, 10_000))
  await send(pattern(30_000).subarray(10_000))
  assert.deepEqual(told, [])
  await end()
  assert.deepEqual(told, ['whole'])
  const worker = new Worker('at once')
  body.passTo(worker)
  await once(worker, 'finish')
  assert(worker.received.equals(pattern(30_000)))
})

test('a chunked body without a byte is whole when it ends', async () => {
  const { told, end } = upload()
  await settled()
  assert.deepEqual(told, [])
  await end()
  assert.deepEqual(told, ['whole'])
})

test('a small body is passed on once', async () => {
  const { body, send, end } = upload()
  await send(pattern(10))
  await end()
  body.passTo(new Worker('at once'))
  const second = new Worker('at once')
  body.passTo(second)
  assert.equal(second.received.length, 0)
})

test('up to 64 KiB a body is held, and from one byte more it is large as soon as that byte has come', async t => {
  new Clock(t)
  const small = upload()
  await small.send(pattern(HELD_BYTES))
  await small.end()
  assert.deepEqual(small.told, ['whole'])
  const large = upload()
  await large.send(LARGE.subarray(0, HELD_BYTES))
  assert.deepEqual(large.told, [])
  await large.send(LARGE.subarray(HELD_BYTES))
  assert.deepEqual(large.told, ['large'])
})

test('a large body stands still until it is passed on, and then goes on to its end', async t => {
  new Clock(t)
  const { client, body, told, send, end } = upload()
  await send(LARGE)
  await send(pattern(1000))
  await end()
  assert.equal(client.readableLength, 1000)
  assert.deepEqual(told, ['large'])
  const worker = new Worker('at once')
  body.passTo(worker)
  await once(worker, 'finish')
  assert(worker.received.equals(Buffer.concat([LARGE, pattern(1000)])))
  assert.deepEqual(told, ['large', 'passedOn'])
})

test('no byte is lost or moved, nor written to a worker that has asked to wait, however a body is cut', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 12 })
  const bytes = fc.integer({ min: 1, max: 300_000 })
  await fc.assert(
    fc.asyncProperty(bytes, sizes, fc.integer({ min: 1, max: 100_000 }), async (total, pieces, mark) => {
      const { client, body, told, end } = upload()
      const worker = new Worker('at once', mark)
      const finished = once(worker, 'finish')
      for (const piece of cut(pattern(total), pieces)) {
        const goesOn = client.write(piece)
        await settled()
        if (worker.pieces.length === 0 && told.includes('large')) {
          body.passTo(worker)
          worker.watch()
        }
        if (!goesOn && client.writableNeedDrain) await once(client, 'drain')
      }
      await end()
      if (told.includes('whole')) body.passTo(worker)
      await finished
      assert(worker.received.equals(pattern(total)))
      assert.deepEqual(told, total <= HELD_BYTES ? ['whole'] : ['large', 'passedOn'])
      assert.equal(worker.overruns, 0)
    }),
    { numRuns: 60 },
  )
})

test('a body that comes over a socket arrives whole, small or large', async t => {
  const server = createServer((request, response) => {
    const worker = new Worker('at once')
    const none = () => {}
    const pass = () => body.passTo(worker)
    const events = { passedOn: none, tooLarge: none, idle: none, stalled: none, moving: none }
    const limits = { maxBodyBytes: MAX_BODY_BYTES, bodyIdleTimeoutMs: 60_000 }
    const body = new IncomingBody(request, limits, {
      ...events,
      whole: pass,
      large: () => setImmediate(pass),
    })
    body.start()
    worker.once('finish', () => response.end(worker.received))
  })
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // true: it listens on TCP
  for (const total of [1, HELD_BYTES, HELD_BYTES + 1, 70_000, 500_000]) {
    const outgoing = httpRequest({ host: '127.0.0.1', port, method: 'POST', agent: false })
    for (const piece of cut(pattern(total), [100, 60_000, 90_000])) outgoing.write(piece)
    outgoing.end()
    const [answer] = await once(outgoing, 'response')
    assert(Buffer.concat(await answer.toArray()).equals(pattern(total)), `${total} bytes`)
  }
})

test('a body whose length is told is refused before a byte of it is read, and one at the limit is not', async t => {
  const clock = new Clock(t)
  assert.deepEqual(upload({ 'content-length': `${MAX_BODY_BYTES + 1}` }).told, ['tooLarge'])
  assert.equal(clock.pending, 0)
  assert.deepEqual(upload({ 'content-length': `${MAX_BODY_BYTES}` }).told, [])
})

test('a body whose length is not told is refused with the first byte past the limit', async t => {
  const clock = new Clock(t)
  const { body, told, send } = upload()
  await send(pattern(MAX_BODY_BYTES - 1))
  const worker = new Worker('at once', 2 * MAX_BODY_BYTES)
  body.passTo(worker)
  await send(pattern(1))
  assert.deepEqual(told, ['large'])
  await send(pattern(1))
  assert.deepEqual(told, ['large', 'tooLarge'])
  assert.equal(clock.pending, 0)
  assert.equal(worker.writableEnded, false)
})

test('a client that sends nothing for the idle timeout is idle exactly then', async t => {
  const clock = new Clock(t)
  const { told } = upload({ 'content-length': '10' })
  clock.tick(IDLE_MS - 1)
  assert.deepEqual(told, [])
  clock.tick(1)
  assert.deepEqual(told, ['idle'])
})

test('a client that sends slowly is not idle: the time starts again with every piece', async t => {
  const clock = new Clock(t)
  const { told, send, end } = upload()
  for (let piece = 0; piece < 5; piece++) {
    clock.tick(IDLE_MS - 1)
    await send(pattern(1))
  }
  await end()
  assert.deepEqual(told, ['whole'])
  assert.equal(clock.pending, 0)
})

test('a client that stops in the middle of a large body is idle, if the worker would read', async t => {
  const clock = new Clock(t)
  const { body, told, send } = upload()
  await send(LARGE)
  body.passTo(new Worker('at once', 2 * HELD_BYTES))
  await send(pattern(10))
  clock.tick(IDLE_MS)
  assert.deepEqual(told, ['large', 'idle'])
})

test('a large body that no worker takes, or that its worker does not read, is stalled and not idle', async t => {
  const clock = new Clock(t)
  for (const worker of [null, new Worker('when told')]) {
    const { body, told, send } = upload()
    await send(LARGE)
    if (worker !== null) body.passTo(worker)
    clock.tick(IDLE_MS - 1)
    assert.deepEqual(told, ['large'])
    clock.tick(1)
    clock.tick(10 * IDLE_MS)
    assert.deepEqual(told, ['large', 'stalled'])
  }
})

test('a stalled body moves when its worker reads on, and may stall again', async t => {
  const clock = new Clock(t)
  const { body, told, send, end } = upload()
  await send(LARGE)
  const slow = new Worker('when told')
  body.passTo(slow)
  await send(MORE)
  clock.tick(IDLE_MS)
  await slow.readOn()
  assert.deepEqual(told, ['large', 'stalled', 'moving'])
  slow.stop()
  await send(MORE)
  clock.tick(IDLE_MS)
  assert.deepEqual(told, ['large', 'stalled', 'moving', 'stalled'])
  const finished = once(slow, 'finish')
  await slow.readOn()
  await end()
  await finished
  assert.deepEqual(told, ['large', 'stalled', 'moving', 'stalled', 'passedOn'])
  assert.equal(clock.pending, 0)
})

test('a stalled body moves also where its worker has read all there is, and then it is the client who is idle', async t => {
  const clock = new Clock(t)
  const { body, told, send } = upload()
  await send(LARGE)
  const slow = new Worker('when told')
  body.passTo(slow)
  clock.tick(IDLE_MS)
  await slow.readOn()
  clock.tick(IDLE_MS)
  assert.deepEqual(told, ['large', 'stalled', 'moving'])
  clock.tick(IDLE_MS)
  assert.deepEqual(told, ['large', 'stalled', 'moving', 'idle'])
})

test('a body that is given up tells nothing more, and what still comes is read and dropped', async t => {
  const clock = new Clock(t)
  for (const before of [pattern(10), LARGE]) {
    const { client, body, told, send, end } = upload()
    await send(before)
    told.length = 0
    body.abandon()
    await send(MORE)
    await end()
    clock.tick(2 * IDLE_MS)
    assert.deepEqual(told, [])
    assert.equal(client.readableEnded, true)
  }
  assert.equal(clock.pending, 0)
})

test('a body that is given up on its way leaves its worker with what it has, and without an end', async t => {
  new Clock(t)
  const { client, body, told, send, end } = upload()
  await send(LARGE)
  const worker = new Worker('when told')
  body.passTo(worker)
  body.abandon()
  await send(MORE)
  await end()
  assert.equal(client.readableEnded, true)
  await worker.readOn()
  assert(worker.received.equals(LARGE))
  assert.equal(worker.writableEnded, false)
  assert.deepEqual(told, ['large'])
})
