// Traces of requests that fail: in run(), past their time, at a worker that dies, and at the front.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FRONT } from '../support/front.ts'
import type { ReceivedSpan, TraceReceiver } from '../support/trace-receiver.ts'
import { named, partsOf, startTraced } from '../support/traced.ts'

const UNSET = 0
const ERROR = 2
const TIMEOUT_MS = 1000

/** A traceparent of a trace that nobody else has. */
function newTrace(number: number, flags = '01') {
  const traceId = `${number}`.padStart(32, 'a')
  return { traceId, headers: { traceparent: `00-${traceId}-b7ad6b7169203331-${flags}` } }
}

async function frontSpan(receiver: TraceReceiver, traceId: string): Promise<ReceivedSpan> {
  const [span] = await receiver.waitFor(
    1,
    one => one.traceId === traceId && one.attributes['scorehost.answered_by'] === 'front',
  )
  assert.ok(span !== undefined)
  return span
}

describe('run() that fails', () => {
  it('is an error with its exception and stack, and so is its request, with our code', async () => {
    await using traced = await startTraced()
    const { receiver, runtime } = traced
    const { status, headers } = await runtime.score({ do: 'throw' })
    assert.equal(status, 502)
    const spans = await receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    const request = named(spans, 'POST /score')
    const run = named(spans, 'run')
    for (const { status: ofSpan, attributes } of [request, run]) {
      assert.equal(ofSpan.code, ERROR)
      assert.equal(attributes['error.type'], 'ERR_RUN_FAILED')
    }
    assert.equal(request.attributes['http.response.status_code'], 502)
    const [exception, ...more] = run.events
    assert.deepEqual([exception?.name, more.length, request.events.length], ['exception', 0, 0])
    assert.equal(exception?.attributes['exception.type'], 'TypeError')
    assert.equal(exception?.attributes['exception.message'], 'a secret of the score module')
    assert.match(String(exception?.attributes['exception.stacktrace']), /traced\/score\.mjs:\d+/)
    assert.equal(named(spans, 'queue').status.code, UNSET)
  })

  it('by something that is no Error has what was thrown', async () => {
    await using traced = await startTraced()
    const { headers } = await traced.runtime.score({ do: 'string' })
    const spans = await traced.receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    const [exception] = named(spans, 'run').events
    assert.equal(exception?.attributes['exception.message'], 'thrown: only a string')
  })

  it('in the middle of a stream is an error, whatever its status was', async () => {
    await using traced = await startTraced()
    const { traceId, headers } = newTrace(1)
    await traced.runtime.score({ do: 'breaks' }, { headers }).catch(() => {})
    const spans = await traced.receiver.waitFor(3, span => span.traceId === traceId && span.name !== 'POST')
    for (const name of ['POST /score', 'run']) {
      const { status, attributes } = named(spans, name)
      assert.deepEqual([status.code, attributes['error.type']], [ERROR, 'ERR_RUN_FAILED'])
    }
    assert.equal(named(spans, 'POST /score').attributes['http.response.status_code'], 200)
  })
})

describe('a run past the scoring timeout', () => {
  it('that waits is an error, and ends with its answer', async () => {
    await using traced = await startTraced({ env: { SCORING_TIMEOUT_MS: `${TIMEOUT_MS}` } })
    const { status, headers } = await traced.runtime.score({ do: 'sleep', ms: 60_000 })
    assert.equal(status, 504)
    const spans = await traced.receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    const request = named(spans, 'POST /score')
    const run = named(spans, 'run')
    for (const { status: ofSpan, attributes } of [request, run])
      assert.deepEqual([ofSpan.code, attributes['error.type']], [ERROR, 'ERR_SCORING_TIMEOUT'])
    assert.ok(run.endMs <= request.endMs && run.endMs - run.startMs < 10 * TIMEOUT_MS)
  })

  it('that loops for ever is answered by the front, and in its trace all the same, by the next worker', async () => {
    await using traced = await startTraced({ env: { SCORING_TIMEOUT_MS: `${TIMEOUT_MS}` } })
    const { traceId, headers } = newTrace(2)
    const answer = await traced.runtime.score({ do: 'loop' }, { headers })
    assert.equal(answer.status, 504)
    const span = await frontSpan(traced.receiver, traceId)
    const { name, kind, parentSpanId, status, attributes, startMs, endMs } = span
    assert.deepEqual([name, kind, parentSpanId, status.code], ['POST', 2, 'b7ad6b7169203331', ERROR])
    assert.deepEqual(attributes, {
      'http.request.method': 'POST',
      'url.path': '/score',
      'http.response.status_code': 504,
      'error.type': 'ERR_SCORING_TIMEOUT',
      'scorehost.request_id': answer.headers.get('x-request-id'),
      'scorehost.answered_by': 'front',
    })
    assert.ok(endMs - startMs >= TIMEOUT_MS, `it took ${endMs - startMs} ms`)
  })
})

it('a worker that is lost leaves the span of the front; a trace that is not sampled leaves none', async () => {
  await using traced = await startTraced({ module: 'behaviours', env: { WORKER_COUNT: '2' } })
  const { receiver, runtime } = traced
  const unsampled = newTrace(3, '00')
  assert.equal((await runtime.score({ do: 'die' }, { headers: unsampled.headers })).status, 502)
  await runtime.waitForStatus(({ workers }) => workers.every(({ state }) => state === 'ready'))
  const { traceId, headers } = newTrace(4)
  assert.equal((await runtime.score({ do: 'die' }, { headers })).status, 502)
  const span = await frontSpan(receiver, traceId)
  assert.equal(span.attributes['error.type'], 'ERR_WORKER_LOST')
  assert.deepEqual(
    receiver.spans.filter(one => one.traceId === unsampled.traceId),
    [],
  )
})

it('a client that hangs up is no error, and its run ends', async () => {
  await using traced = await startTraced()
  const { traceId, headers } = newTrace(5)
  const controller = new AbortController()
  const asked = traced.runtime.score({ do: 'log' })
  await asked
  const hanging = traced.runtime.score({ do: 'sleep', ms: 5000 }, { headers, signal: controller.signal })
  await traced.runtime.waitForStatus(({ workers }) => (workers[0]?.inFlight ?? 0) > 0)
  controller.abort()
  await assert.rejects(hanging)
  const spans = await traced.receiver.trace(traceId, 3)
  const request = named(spans, 'POST /score')
  const run = named(spans, 'run')
  for (const { status, attributes } of [request, run])
    assert.deepEqual([status.code, attributes['scorehost.aborted']], [UNSET, true])
  assert.equal(request.attributes['http.response.status_code'], undefined)
  assert.ok(run.endMs - run.startMs < 5000)
})

it('more load than fits: what the front refuses, or a worker, is in the traces with its code', async () => {
  await using traced = await startTraced({
    env: { SCOREHOST_CONCURRENCY: '1', SCOREHOST_QUEUE_SIZE: '0', SCORING_TIMEOUT_MS: '20000' },
  })
  const { receiver, runtime } = traced
  const first = runtime.score({ do: 'sleep', ms: 1000 })
  await runtime.waitForStatus(({ workers }) => (workers[0]?.inFlight ?? 0) > 0)
  const { traceId, headers } = newTrace(6)
  const refused = await runtime.score({ do: 'seen' }, { headers })
  await first
  assert.equal(refused.status, 503, FRONT)
  const [span] = await receiver.waitFor(1, one => one.traceId === traceId && one.kind === 2)
  assert.equal(span?.attributes['error.type'], refused.json['code'])
  assert.equal(span?.status.code, ERROR)
})
