// Traces: what the spans of a request are, what a score module sees of them, and what its answer and its log lines say.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { scoreFolder } from '../support/score-folder.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { named, partsOf, startTraced } from '../support/traced.ts'

const INTERNAL = 1
const SERVER = 2
const UNSET = 0
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const PARENT_ID = 'b7ad6b7169203331'
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`

describe('a request', () => {
  it('is three spans: request, queue and run, in order, with the names of the conventions', async () => {
    await using traced = await startTraced({ env: { SERVICE_NAME: 'irises', SERVICE_VERSION: '7' } })
    const { receiver, runtime } = traced
    const sentMs = Date.now()
    const answer = await runtime.score({ do: 'sleep', ms: 20 }, { headers: { 'x-request-id': 'abc' } })
    const { traceId, spanId, flags } = partsOf(answer.headers.get('traceparent'))
    assert.equal(flags, '01')
    const spans = await receiver.trace(traceId, 3)
    assert.equal(spans.length, 3)
    const request = named(spans, 'POST /score')
    const queue = named(spans, 'queue')
    const run = named(spans, 'run')

    assert.deepEqual([request.spanId, request.parentSpanId, request.kind], [spanId, '', SERVER])
    for (const child of [queue, run])
      assert.deepEqual([child.parentSpanId, child.kind, child.status.code], [spanId, INTERNAL, UNSET])
    const times = [
      request.startMs,
      queue.startMs,
      queue.endMs,
      run.startMs,
      run.startMs + 15,
      run.endMs,
      request.endMs,
    ]
    assert.deepEqual(
      times.toSorted((a, b) => a - b),
      times,
    )
    assert.ok(Math.abs(request.startMs - sentMs) < 5000, `${request.startMs} is about ${sentMs}`)

    const { 'scorehost.queue_ms': queueMs, 'scorehost.run_ms': runMs, ...others } = request.attributes
    assert.deepEqual(others, {
      'http.request.method': 'POST',
      'http.route': '/score',
      'http.response.status_code': 200,
      'url.path': '/score',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': runtime.port,
      'scorehost.request_id': 'abc',
      'scorehost.worker': 0,
      'scorehost.generation': 0,
    })
    assert.ok(Number(queueMs) >= 0 && Number(runMs) >= 15, `${queueMs} ${runMs}`)
    assert.deepEqual(request.status, { code: UNSET, message: '' })
    assert.equal(request.resource['service.name'], 'irises')
    assert.equal(request.resource['service.version'], '7')
  })

  it('has nothing of its input in its spans, and of its query neither', async () => {
    await using traced = await startTraced()
    const { receiver, runtime } = traced
    const answer = await fetch(`${runtime.url}/score?do=seen&name=geheim`)
    const { traceId } = partsOf(answer.headers.get('traceparent'))
    const posted = await runtime.score(
      { do: 'sleep', ms: 1, name: 'geheim' },
      { headers: { cookie: 'geheim' } },
    )
    const spans = [
      ...(await receiver.trace(traceId, 3)),
      ...(await receiver.trace(partsOf(posted.headers.get('traceparent')).traceId, 3)),
    ]
    assert.equal(named(spans, 'GET /score').attributes['url.path'], '/score')
    assert.doesNotMatch(JSON.stringify(spans), /geheim/)
  })

  it('goes on with the trace of its client, and run() is given the span of its run', async () => {
    await using traced = await startTraced()
    const { receiver, runtime } = traced
    const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=1', baggage: 'tenant=acme' }
    const { json, headers: answered } = await runtime.score({ do: 'seen' }, { headers })
    const spans = await receiver.trace(TRACE_ID, 3)
    const request = named(spans, 'POST /score')
    const run = named(spans, 'run')
    assert.equal(request.parentSpanId, PARENT_ID)
    assert.equal(answered.get('traceparent'), `00-${TRACE_ID}-${request.spanId}-01`)
    const { traceparent, tracestate, baggage, active } = json
    assert.deepEqual(
      { traceparent, tracestate, baggage },
      { traceparent: `00-${TRACE_ID}-${run.spanId}-01`, tracestate: 'vendor=1', baggage: 'acme' },
    )
    assert.deepEqual([Object(active).traceId, Object(active).spanId], [TRACE_ID, run.spanId])
  })

  for (const traceparent of [
    'nonsense',
    `00-${TRACE_ID}-0000000000000000-01`,
    `ff-${TRACE_ID}-${PARENT_ID}-01`,
  ])
    it(`begins a new trace where its traceparent is ${traceparent}`, async () => {
      await using traced = await startTraced()
      const headers = { traceparent, tracestate: 'vendor=1' }
      const { json, headers: answered } = await traced.runtime.score({ do: 'seen' }, { headers })
      const { traceId } = partsOf(answered.get('traceparent'))
      assert.notEqual(traceId, TRACE_ID)
      assert.equal(partsOf(json['traceparent']).traceId, traceId)
      assert.equal(json['tracestate'], null)
      assert.equal(named(await traced.receiver.trace(traceId, 3), 'POST /score').parentSpanId, '')
    })

  it('without a route is named after its method, and what is no fault of ours is no error', async () => {
    await using traced = await startTraced()
    const answer = await fetch(`${traced.runtime.url}/nowhere/${Math.random()}`)
    assert.equal(answer.status, 404)
    const { traceId } = partsOf(answer.headers.get('traceparent'))
    const request = named(await traced.receiver.trace(traceId, 1), 'GET')
    assert.equal(request.status.code, UNSET)
    assert.equal(request.attributes['error.type'], 'ERR_NOT_FOUND')
    assert.equal(request.attributes['http.route'], undefined)
  })
})

describe('what a score module traces itself', () => {
  it('is below its run, also behind an await and in a stream', async () => {
    await using traced = await startTraced()
    const { receiver, runtime } = traced
    const answer = await runtime.score({ do: 'own' })
    const spans = await receiver.trace(partsOf(answer.headers.get('traceparent')).traceId, 4)
    const run = named(spans, 'run')
    assert.equal(named(spans, 'preprocess').parentSpanId, run.spanId)
    assert.equal(run.attributes['rows'], 3)

    const streamed = await fetch(`${runtime.url}/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"do":"stream"}',
    })
    assert.equal(await streamed.text(), 'onetwo')
    const others = await receiver.trace(partsOf(streamed.headers.get('traceparent')).traceId, 4)
    const inside = named(others, 'within the stream')
    assert.equal(inside.parentSpanId, named(others, 'run').spanId)
    assert.ok(inside.endMs <= named(others, 'run').endMs + 1, 'the run lasts as long as its stream')
  })

  const imports = {
    'score.mjs': "import { trace } from '@opentelemetry/api'",
    'score.cjs': "const { trace } = require('@opentelemetry/api')",
  }
  for (const [file, line] of Object.entries(imports))
    it(`needs no package beside ${file}`, async t => {
      const exported = file.endsWith('.mjs') ? 'export const run' : 'exports.run'
      const source = `${line}\n${exported} = () => ({ spanId: trace.getActiveSpan()?.spanContext().spanId })`
      await using traced = await startTraced({ module: scoreFolder(t, { [file]: source }) })
      const { json, headers } = await traced.runtime.score({})
      const spans = await traced.receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
      assert.equal(json['spanId'], named(spans, 'run').spanId)
    })

  it('is seen by a copy of the API that the module brings along', async t => {
    const folder = scoreFolder(t, {
      'score.mjs': `import { trace } from '@opentelemetry/api'
export const run = () => ({
  file: import.meta.resolve('@opentelemetry/api'),
  spanId: trace.getActiveSpan()?.spanContext().spanId ?? null,
})`,
    })
    const copy = join(folder, 'node_modules/@opentelemetry')
    mkdirSync(copy, { recursive: true })
    cpSync(repositoryPath('node_modules/@opentelemetry/api'), join(copy, 'api'), { recursive: true })
    await using traced = await startTraced({ module: folder })
    const { json, headers } = await traced.runtime.score({})
    assert.ok(String(json['file']).includes(folder), `${json['file']} is the copy`)
    const spans = await traced.receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    assert.equal(json['spanId'], named(spans, 'run').spanId)
  })

  it('and logs carries the ids of its run; the access log those of the request', async () => {
    await using traced = await startTraced({ env: { SCOREHOST_ACCESS_LOG: '1' } })
    const { receiver, runtime } = traced
    const { headers } = await runtime.score({ do: 'log' })
    const { traceId, spanId } = partsOf(headers.get('traceparent'))
    const run = named(await receiver.trace(traceId, 3), 'run')
    const lines = [
      { text: 'by the logger', span: run.spanId },
      { text: 'by the console', span: run.spanId },
      { text: 'POST /score 200', span: spanId },
    ]
    for (const { text, span } of lines) {
      const line = await runtime.waitForLog(({ msg }) => msg === text)
      assert.deepEqual([line['trace_id'], line['span_id']], [traceId, span], text)
    }
    const ready = await runtime.waitForLog(({ msg }) => msg === 'ready')
    assert.equal(ready['trace_id'], undefined)
  })
})

describe('several runs in one request, several requests in one run', () => {
  it('instances are a run each below one request, with one queue', async () => {
    await using traced = await startTraced()
    const answer = await fetch(`${traced.runtime.url}/v1/models/scorehost:predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: TRACEPARENT },
      body: JSON.stringify({ instances: [{ do: 'own' }, { do: 'seen' }, { do: 'seen' }] }),
    })
    assert.equal(answer.status, 200)
    const spans = await traced.receiver.trace(TRACE_ID, 6)
    const request = named(spans, 'POST /v1/models/{model}:predict')
    const runs = spans.filter(({ name }) => name === 'run')
    assert.deepEqual(
      runs.map(run => run.parentSpanId),
      Array(3).fill(request.spanId),
    )
    named(spans, 'queue')
    const { predictions } = JSON.parse(await answer.text())
    const seen = [predictions[1], predictions[2]].map(({ active }) => active.spanId)
    assert.ok(new Set(seen).size === 2 && seen.every(id => runs.some(run => run.spanId === id)))
  })

  it('requests of a batch have a run each, which says how many they were', async () => {
    await using traced = await startTraced({ module: 'batches' })
    const { receiver, runtime } = traced
    const first = runtime.score({ value: 0, ms: 100 })
    await runtime.waitForLog(({ msg }) => msg === 'a batch of 1')
    const others = await Promise.all([1, 2].map(value => runtime.score({ value })))
    await first
    for (const { headers, json } of others) {
      const spans = await receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
      assert.equal(named(spans, 'run').attributes['scorehost.batch_size'], json['size'])
    }
  })

  it('a model without code: its name and version are on the request and its run', async () => {
    await using traced = await startTraced({ module: 'one-model' })
    const { status, headers } = await fetch(`${traced.runtime.url}/v2/models/plus/infer`, {
      method: 'POST',
      body: '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}',
    })
    assert.equal(status, 200)
    const spans = await traced.receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    for (const name of ['POST /v2/models/{model}/infer', 'run']) {
      const { attributes } = named(spans, name)
      assert.equal(attributes['scorehost.model'], 'plus')
      assert.equal(attributes['scorehost.model_version'], '1')
    }
  })
})
