// A service that sends its traces to a receiver of the test's own.

import assert from 'node:assert/strict'
import { type Runtime, type RuntimeOptions, startReady } from './start-runtime.ts'
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from './trace-receiver.ts'

export interface TracedRuntime extends AsyncDisposable {
  readonly receiver: TraceReceiver
  readonly runtime: Runtime
}

/** Has it send at once and as JSON; the caller disposes of both. */
export async function startTraced(options: Partial<RuntimeOptions> = {}): Promise<TracedRuntime> {
  const receiver = await startTraceReceiver()
  const env = { WORKER_COUNT: '1', ...traceTo(receiver.url), ...options.env }
  const runtime = await startReady({ module: 'traced', ...options, env })
  return {
    receiver,
    runtime,
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

export function traceTo(url: string) {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  }
}

/** `00-{trace}-{span}-{flags}`. */
export function partsOf(traceparent: unknown): { traceId: string; spanId: string; flags: string } {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(traceparent))
  assert.ok(match !== null, `${traceparent} is a traceparent`)
  const [, traceId = '', spanId = '', flags = ''] = match
  return { traceId, spanId, flags }
}

/** The only span of this name. */
export function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const [span, ...others] = spans.filter(one => one.name === name)
  assert.ok(span !== undefined && others.length === 0, `one span ${name} among ${spans.map(one => one.name)}`)
  return span
}
