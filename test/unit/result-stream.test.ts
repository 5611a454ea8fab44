// Which values are streams, and what becomes of their source.

import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { ResultStream } from '../../runtime/result-stream.ts'

async function read(value: unknown): Promise<unknown[]> {
  const pieces: unknown[] = []
  for await (const piece of ResultStream.of(value) ?? []) pieces.push(piece)
  return pieces
}

test('iterables that are async, streams and generators are streams', async () => {
  assert.deepEqual(await read(Readable.from(['a', 'b'])), ['a', 'b'])
  assert.deepEqual(await read(new Blob(['ab']).stream()), [Uint8Array.of(97, 98)])
  assert.deepEqual(
    await read(
      (async function* () {
        yield { n: 1 }
      })(),
    ),
    [{ n: 1 }],
  )
  assert.deepEqual(
    await read(
      (function* () {
        yield 1
        yield 2
      })(),
    ),
    [1, 2],
  )
})

test('values, arrays, maps, texts and bytes are none', () => {
  for (const value of [null, undefined, 1, 'ab', [1], new Map(), new Set(), Buffer.from('a'), { next: 1 }])
    assert.equal(ResultStream.of(value), null)
})

test('a stream of Node that is waited for is destroyed when nobody wants the rest', async () => {
  const source = new PassThrough()
  const stream = ResultStream.of(source)
  const pending = stream?.next().catch(() => 'over')
  await stream?.return()
  await pending
  assert.equal(source.destroyed, true)
})

test('a generator runs its finally when nobody wants the rest', async () => {
  let ended = false
  async function* generate() {
    try {
      yield 1
      yield 2
    } finally {
      ended = true
    }
  }
  for await (const _ of ResultStream.of(generate()) ?? []) break
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(ended, true)
})

test('what a source throws on its way out is nobody else’s failure', async () => {
  const stream = ResultStream.of({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false, value: 1 }),
      return: () => Promise.reject(new Error('on the way out')),
    }),
  })
  await stream?.next()
  await stream?.return()
  await new Promise(resolve => setImmediate(resolve))
})
