// Sending traces: what is not sampled or not asked for, receivers that fail, and what a worker sends before it ends.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import protobuf from 'protobufjs'
import { startReady } from '../support/start-runtime.ts'
import { type OtlpRequest, startTraceReceiver } from '../support/trace-receiver.ts'
import { named, partsOf, startTraced, traceTo } from '../support/traced.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`
const WARNING = /^Traces do not reach http:/
/** A minute, which is when a batch is sent that nothing else sends before. */
const NEVER_BY_ITSELF = { OTEL_BSP_SCHEDULE_DELAY: '60000' }

describe('without an endpoint, or with tracing turned off', () => {
  const offs: readonly Readonly<Record<string, string>>[] = [
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' },
  ]
  for (const env of offs)
    it(`${JSON.stringify(env)}: headers pass through, nothing is added, and the SDK is not loaded`, async () => {
      await using runtime = await startReady({ module: 'traced', env: { WORKER_COUNT: '1', ...env } })
      const sent = { traceparent: TRACEPARENT, tracestate: 'vendor=1' }
      const { json, headers } = await runtime.score({ do: 'seen' }, { headers: sent })
      const { traceparent, tracestate, active, sdkFiles } = json
      assert.deepEqual({ traceparent, tracestate }, sent)
      assert.deepEqual([active, sdkFiles, headers.get('traceparent')], [null, 0, null])
      const bare = await runtime.score({ do: 'seen' })
      assert.equal(bare.json['traceparent'], null)
      const { json: nonsense } = await runtime.score({ do: 'seen' }, { headers: { traceparent: 'x' } })
      assert.equal(nonsense['traceparent'], 'x')
    })

  it('with an endpoint it is loaded, so that the check above can fail', async () => {
    await using traced = await startTraced()
    const { json } = await traced.runtime.score({ do: 'seen' })
    assert.ok(Number(json['sdkFiles']) > 50, `${json['sdkFiles']} files of the SDK`)
  })
})

describe('sampling', () => {
  it('flags 00 of a client are kept: run() and the answer have them, and nothing is sent', async () => {
    await using traced = await startTraced()
    const headers = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` }
    const { json, headers: answered } = await traced.runtime.score({ do: 'own' }, { headers })
    assert.equal(json, true)
    const seen = await traced.runtime.score({ do: 'seen' }, { headers })
    for (const text of [
      seen.json['traceparent'],
      seen.headers.get('traceparent'),
      answered.get('traceparent'),
    ]) {
      const { traceId, flags } = partsOf(text)
      assert.deepEqual([traceId, flags], [TRACE_ID, '00'])
    }
    await sendsOnly(traced, TRACE_ID)
  })

  it('OTEL_TRACES_SAMPLER=always_off sends nothing, and OTEL_TRACES_SAMPLER_ARG is heeded', async () => {
    const never = [
      { OTEL_TRACES_SAMPLER: 'always_off' },
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    ]
    for (const env of never) {
      await using traced = await startTraced({ env })
      const { headers } = await traced.runtime.score(
        { do: 'seen' },
        { headers: { traceparent: TRACEPARENT } },
      )
      assert.equal(partsOf(headers.get('traceparent')).flags, '00')
      traced.runtime.process.kill('SIGINT')
      await traced.runtime.end
      assert.deepEqual(traced.receiver.spans, [])
    }
  })
})

/** A sampled request that comes after it arrives, and of this trace nothing has. */
async function sendsOnly({ receiver, runtime }: Awaited<ReturnType<typeof startTraced>>, not: string) {
  const { headers } = await runtime.score({ do: 'seen' })
  await receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
  assert.deepEqual(
    receiver.spans.filter(({ traceId }) => traceId === not),
    [],
  )
}

describe('a receiver that fails', () => {
  for (const manner of ['is not there', 'refuses'] as const)
    it(`${manner}: requests are served, there is one warning, and SIGTERM ends in time`, async () => {
      await using receiver = await startTraceReceiver()
      receiver.manner = 'refuses'
      const url = manner === 'refuses' ? receiver.url : 'http://127.0.0.1:9'
      const env = { ...traceTo(url), OTEL_EXPORTER_OTLP_TIMEOUT: '200', SCOREHOST_DRAIN_DELAY_MS: '0' }
      await using runtime = await startReady({ module: 'traced', env: { WORKER_COUNT: '1', ...env } })
      for (let count = 0; count < 5; count++) {
        assert.equal((await runtime.score({ do: 'sleep', ms: 100 })).status, 200)
      }
      const warning = await runtime.waitForLog(line => WARNING.test(line.msg))
      assert.equal(warning.level, 'warn')
      assert.ok(Number(warning['lostSpans']) > 0)
      for (let count = 0; count < 10; count++) await runtime.score({ do: 'sleep', ms: 50 })
      const startMs = performance.now()
      runtime.process.kill('SIGTERM')
      assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
      assert.ok(performance.now() - startMs < 6000, `it ended after ${performance.now() - startMs} ms`)
      const warnings = runtime.log.filter(line => WARNING.test(line.msg) || /OpenTelemetry/.test(line.msg))
      assert.equal(warnings.length, 1, JSON.stringify(warnings))
    })

  it('never answers: requests are served, and SIGTERM ends in time', async () => {
    await using traced = await startTraced({ env: { SCOREHOST_DRAIN_DELAY_MS: '0' } })
    const { receiver, runtime } = traced
    receiver.manner = 'keeps silent'
    for (let count = 0; count < 10; count++)
      assert.equal((await runtime.score({ do: 'sleep', ms: 20 })).status, 200)
    const startMs = performance.now()
    runtime.process.kill('SIGTERM')
    assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
    assert.ok(performance.now() - startMs < 6000, `it ended after ${performance.now() - startMs} ms`)
    assert.ok(runtime.log.some(line => /^The last traces did not reach/.test(line.msg)))
    assert.equal(runtime.log.filter(line => line['reason'] === 'drain').length, 0)
  })
})

describe('a worker that ends', () => {
  it('by SIGTERM sends the spans of every request that was answered', async () => {
    await using traced = await startTraced({
      env: { ...NEVER_BY_ITSELF, WORKER_COUNT: '2', SCOREHOST_DRAIN_DELAY_MS: '0' },
    })
    const { receiver, runtime } = traced
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => runtime.score({ do: 'sleep', ms: index })),
    )
    assert.deepEqual(receiver.spans, [])
    const last = runtime.score({ do: 'sleep', ms: 500 })
    await runtime.waitForStatus(({ workers }) => workers.some(({ inFlight }) => inFlight > 0))
    runtime.process.kill('SIGTERM')
    const ids = [...answers, await last].map(({ headers }) => partsOf(headers.get('traceparent')).traceId)
    assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
    for (const id of ids) assert.equal(receiver.spans.filter(({ traceId }) => traceId === id).length, 3)
  })

  it('by a reload too', async () => {
    await using traced = await startTraced({ env: NEVER_BY_ITSELF })
    const { receiver, runtime } = traced
    const { headers } = await runtime.score({ do: 'seen' })
    assert.deepEqual(receiver.spans, [])
    runtime.process.kill('SIGHUP')
    const spans = await receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    assert.equal(named(spans, 'POST /score').attributes['scorehost.generation'], 0)
  })
})

describe('the variables of OpenTelemetry', () => {
  it('name the service and its resource, set headers of an export, and compress it', async () => {
    await using traced = await startTraced({
      env: {
        OTEL_SERVICE_NAME: 'by OTEL',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.version=9',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      },
    })
    const { headers } = await traced.runtime.score({ do: 'seen' })
    const [span] = await traced.receiver.trace(partsOf(headers.get('traceparent')).traceId, 3)
    assert.equal(span?.resource['service.name'], 'by OTEL')
    assert.equal(span?.resource['service.version'], '9')
    assert.equal(span?.resource['deployment.environment.name'], 'test')
    const [sent] = traced.receiver.exports
    assert.deepEqual([sent?.['api-key'], sent?.['content-encoding']], ['abc', 'gzip'])
  })

  it('by default spans are protobuf; where gRPC is asked for too, with a warning', async () => {
    await using receiver = await startTraceReceiver(decodeProtobuf)
    const env = {
      WORKER_COUNT: '1',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    }
    await using runtime = await startReady({ module: 'traced', env })
    const warning = await runtime.waitForLog(line => /"grpc" is not spoken/.test(line.msg))
    assert.equal(warning.level, 'warn')
    const { headers } = await runtime.score({ do: 'seen' })
    const { traceId, spanId } = partsOf(headers.get('traceparent'))
    const spans = await receiver.trace(traceId, 3)
    assert.equal(named(spans, 'POST /score').spanId, spanId)
    assert.equal(receiver.exports[0]?.['content-type'], 'application/x-protobuf')
  })
})

/** What is looked at of OTLP's messages. @see https://github.com/open-telemetry/opentelemetry-proto */
const OTLP = protobuf
  .parse(`syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
}`)
  .root.lookupType('Request')

function decodeProtobuf(body: Buffer): OtlpRequest {
  const plain = OTLP.toObject(OTLP.decode(body), { bytes: String, longs: String, arrays: true })
  const text = JSON.stringify(plain, (key, value) =>
    /Id$/.test(key) ? Buffer.from(value, 'base64').toString('hex') : value,
  )
  return JSON.parse(text)
}
