// Which calls are handed to a collector, when, and what is in it of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cancellation } from '../../runtime/cancellation.ts'
import type { HttpCall, HttpReply, Route } from '../../runtime/contracts/contract.ts'
import { contractsFor } from '../../runtime/contracts/index.ts'
import type { CollectedRequest } from '../../runtime/data-collection.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import { collecting } from '../../runtime/http/collecting.ts'
import type { Core } from '../../runtime/scoring.ts'

const STYLE = { statuses: 'scorehost', scoringTimeoutMs: 1 } as const
/** No route of these tests looks at it. */
const CORE = {} as unknown as Core // true enough: see above

type Handle = Route['handle']

/** A route that scores like this, and what is collected of it. */
function routeOf(handle: Handle, more: Partial<Route> & { readonly sampled?: boolean } = {}) {
  const collected: CollectedRequest[] = []
  const collector = {
    bodyBytes: 10,
    wants: () => more.sampled !== false,
    collect: (request: CollectedRequest) => collected.push(request),
  }
  const route: Route = { method: 'POST', path: '/score', body: 'raw', scores: true, handle, ...more }
  const [contract] = collecting([{ name: 'test', routes: [route] }], collector, STYLE)
  const [wrapped] = contract?.routes ?? []
  assert(wrapped !== undefined)
  return {
    collected,
    route,
    wrapped,
    send: async (call: Partial<HttpCall> = {}) => wrapped.handle(callOf(call), CORE),
  }
}

function callOf(call: Partial<HttpCall>): HttpCall {
  return {
    method: 'POST',
    path: '/score',
    params: {},
    query: '',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret', cookie: 'secret' },
    body: Buffer.from('{"a":1}'),
    requestId: 'id',
    cancellation: new Cancellation(),
    always: {},
    timing: { queueMs: null, runMs: null },
    trace: null,
    ...call,
  }
}

const json = (body: string | Uint8Array): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
})

function streamOf(chunks: AsyncIterable<string | Uint8Array>): HttpReply {
  return { status: 200, headers: {}, body: { contentType: 'text/plain', chunks, lastWords: null } }
}

async function read({ body }: HttpReply): Promise<string[]> {
  assert(typeof body !== 'string' && 'chunks' in body)
  const pieces: string[] = []
  for await (const chunk of body.chunks) pieces.push(Buffer.from(chunk).toString())
  return pieces
}

test('every route that scores is collected, and no other is touched', () => {
  const settings = { instances: 'each', workerCount: 1, maxBodyBytes: 1, modelDir: '/m', defaultAccept: null }
  const paths = { scorePaths: '/mine', predictPaths: '/theirs', healthPaths: null }
  // true enough: the contracts read nothing else
  const contracts = contractsFor({ ...settings, ...paths } as unknown as Parameters<typeof contractsFor>[0])
  const collector = { bodyBytes: 1, wants: () => true, collect: () => {} }
  const before = contracts.flatMap(contract => contract.routes)
  const after = collecting(contracts, collector, STYLE).flatMap(contract => contract.routes)
  const changed = before.filter((route, index) => after[index] !== route)
  assert.deepEqual([...new Set(changed.map(route => route.path))].sort(), [
    '/',
    '/invocations',
    '/mine',
    '/models/{model}/invoke',
    '/predict',
    '/score',
    '/theirs',
    '/v1/models/{model}:predict',
    '/v2/models/{model}/infer',
    '/v2/models/{model}/versions/{version}/infer',
  ])
})

test('what came and what was answered is collected, without a header', async () => {
  const { collected, send } = routeOf(({ timing }) => {
    timing.runMs = 1.25
    return json('{"b":2}')
  })
  const reply = await send()
  assert.equal(reply.body, '{"b":2}')
  assert.equal(collected.length, 1)
  const [request] = collected
  assert(request !== undefined && Math.abs(Date.now() - request.timeMs) < 10_000)
  const { timeMs: _, ...rest } = request
  const body = { contentType: 'application/json', cutFrom: null, jsonBytes: null }
  assert.deepEqual(rest, {
    requestId: 'id',
    method: 'POST',
    path: '/score',
    status: 200,
    error: null,
    runMs: 1.25,
    input: { ...body, kept: Buffer.from('{"a":1}') },
    output: { ...body, kept: '{"b":2}' },
  })
  assert(!JSON.stringify(collected).includes('secret'))
})

test('the input of a GET is its query', async () => {
  const { collected, send } = routeOf(() => json('1'), { method: 'GET' })
  await send({ method: 'GET', query: 'a=1', body: Buffer.alloc(0) })
  assert.equal(collected[0]?.input.kept, 'a=1')
})

test('what is not of the sample is answered as ever', async () => {
  const { collected, send } = routeOf(() => json('1'), { sampled: false })
  assert.equal((await send()).body, '1')
  assert.equal(collected.length, 0)
})

test('a failure has the status and the code that its client sees', async () => {
  for (const [thrown, path, expected] of [
    [new ScorehostError('ERR_RUN_FAILED'), '/score', [502, 'ERR_RUN_FAILED']],
    [new ScorehostError('ERR_INPUT_UNSUPPORTED'), '/v2/models/a/infer', [501, 'ERR_INPUT_UNSUPPORTED']],
    [new Error('a defect'), '/score', [500, 'ERR_INTERNAL']],
  ] as const) {
    const { collected, send } = routeOf(() => {
      throw thrown
    })
    await assert.rejects(send({ path }), thrown)
    const [request] = collected
    assert.deepEqual([request?.status, request?.error], expected)
    assert.equal(request?.output, null)
  }
})

test('nothing is collected for a client that has gone', async () => {
  const gone = new Error('the client has gone')
  const { collected, send } = routeOf(({ cancellation }) => {
    cancellation.abort(gone)
    throw gone
  })
  await assert.rejects(send(), gone)
  assert.equal(collected.length, 0)
})

test('a run past its deadline is collected, though it was aborted', async () => {
  const late = new ScorehostError('ERR_SCORING_TIMEOUT')
  const { collected, send } = routeOf(({ cancellation }) => {
    cancellation.abort(late)
    throw late
  })
  await assert.rejects(send(), late)
  assert.equal(collected[0]?.status, 504)
})

test('of a stream as much is kept as is of use, and it is collected when it is over', async () => {
  const { collected, send } = routeOf(() =>
    streamOf(
      (async function* () {
        yield 'one '
        yield Buffer.from('two three ')
        yield 'four'
      })(),
    ),
  )
  const reply = await send()
  assert.equal(collected.length, 0)
  assert.deepEqual(await read(reply), ['one ', 'two three ', 'four'])
  const output = collected[0]?.output
  assert.equal(Buffer.from(output?.kept ?? '').toString(), 'one two th')
  assert.deepEqual([output?.cutFrom, output?.contentType], [18, 'text/plain'])
})

test('a stream that breaks off has its code and what came before, and one that nobody reads on ends too', async () => {
  const broken = new ScorehostError('ERR_RUN_FAILED')
  let ended = 0
  const { collected, send } = routeOf(({ query }) =>
    streamOf(
      (async function* () {
        try {
          yield 'one'
          if (query === 'break') throw broken
          yield 'two'
        } finally {
          ended += 1
        }
      })(),
    ),
  )
  await assert.rejects(send({ query: 'break' }).then(read), broken)
  const { body } = await send()
  assert(typeof body !== 'string' && 'chunks' in body)
  for await (const _ of body.chunks) break
  assert.deepEqual(
    collected.map(({ error, output }) => [error, Buffer.from(output?.kept ?? '').toString()]),
    [
      ['ERR_RUN_FAILED', 'one'],
      [null, 'one'],
    ],
  )
  assert.equal(ended, 2)
})

test('a piece that the score module changes afterwards is collected as it was sent', async () => {
  const piece = Buffer.from('sent')
  const { collected, send } = routeOf(() =>
    streamOf(
      (async function* () {
        yield piece
        piece.fill('x')
      })(),
    ),
  )
  await read(await send())
  assert.equal(Buffer.from(collected[0]?.output?.kept ?? '').toString(), 'sent')
})
