// Loads OpenTelemetry's SDK and registers it, so that a score module and what it imports can add spans of their own.

import { hostname } from 'node:os'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Log } from '../log.ts'
import type { Arrival, FrontAnswer, RequestTrace, Tracing } from '../request-trace.ts'
import type { Settings } from '../settings.ts'
import type { TraceProtocol, TracesAsked } from '../trace-environment.ts'
import { traceFrontAnswer } from './front-answer.ts'
import { api } from './opentelemetry.ts'
import { RareWarning } from './rare-warning.ts'
import { TracedRequest } from './traced-request.ts'
import { WatchedExporter } from './watched-exporter.ts'

/** How long a worker that ends waits for what it has not sent yet. */
const FLUSH_MS = 1500

interface Identity {
  readonly slot: number
  readonly generation: number
  readonly settings: Settings
}

export interface RunningTracing extends Tracing {
  frontAnswered(answers: readonly FrontAnswer[]): void
  /** Sends what is left, or gives up. */
  stop(): Promise<void>
}

/** The variables of OpenTelemetry are read here, by its own packages. */
export async function startTracing(
  { endpoint, protocol, warning }: TracesAsked,
  identity: Identity,
  log: Log,
): Promise<RunningTracing> {
  const rarely = new RareWarning(log)
  if (warning !== null) log.warn(warning)
  let isStarting = true
  // what is wrong with a variable is said each time, what goes wrong later once a minute
  const say = (text: string, ...more: readonly unknown[]) => {
    const line = `OpenTelemetry: ${[text, ...more].join(' ')}`
    if (isStarting) log.warn(line)
    else rarely.say({}, line)
  }
  const silent = () => {}
  api.diag.setLogger(
    { error: say, warn: say, info: silent, debug: silent, verbose: silent },
    api.DiagLogLevel.WARN,
  )
  const exporter = new WatchedExporter(await loadExporter(protocol), endpoint, rarely)
  const provider = new BasicTracerProvider({
    resource: resourceOf(identity.settings),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  api.trace.setGlobalTracerProvider(provider)
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  api.propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  )
  isStarting = false
  log.info({ endpoint, protocol }, `traces go to ${endpoint}`)
  const tracer = provider.getTracer('scorehost')
  const attributes = { 'scorehost.worker': identity.slot, 'scorehost.generation': identity.generation }
  return {
    begin: (arrival: Arrival): RequestTrace => new TracedRequest(tracer, arrival, attributes),
    frontAnswered(answers) {
      for (const answer of answers) traceFrontAnswer(tracer, answer)
    },
    stop: () => flush(provider, endpoint, log),
  }
}

async function loadExporter(protocol: TraceProtocol): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter()
}

/** What the operator says of the service by OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES counts for more. */
function resourceOf({ serviceName, serviceVersion }: Settings) {
  const own = resourceFromAttributes({
    'service.name': serviceName,
    'service.version': serviceVersion,
    'host.name': hostname(),
    'process.pid': process.pid,
  })
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }))
}

async function flush(provider: BasicTracerProvider, endpoint: string, log: Log): Promise<void> {
  const late = Symbol('late')
  const timer = new Promise<symbol>(resolve => setTimeout(resolve, FLUSH_MS, late).unref())
  const ended = await Promise.race([provider.shutdown().catch(() => {}), timer])
  if (ended === late)
    log.warn(
      `The last traces did not reach ${endpoint} within ${FLUSH_MS} ms; this worker ends without them.`,
    )
}
