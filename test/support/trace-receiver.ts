// What receives the traces of a test: as much of an OpenTelemetry collector as it takes to see the spans.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { PATIENCE_MS } from './start-runtime.ts'

export interface SpanEvent {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  /** Empty where it has none. */
  readonly parentSpanId: string
  /** 1 is internal, 2 server. */
  readonly kind: number
  /** 0 is unset, 2 error. */
  readonly status: { readonly code: number; readonly message: string }
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly SpanEvent[]
  readonly resource: Readonly<Record<string, unknown>>
}

/** What becomes of an export: taken, refused with a status, or never answered. */
export type Manner = 'takes' | 'refuses' | 'keeps silent'

export interface TraceReceiver {
  readonly url: string
  readonly port: number
  readonly spans: readonly ReceivedSpan[]
  /** Headers of each export. */
  readonly exports: readonly IncomingMessage['headers'][]
  manner: Manner
  /** Settles with the spans for which this holds, when there are so many. */
  waitFor(count: number, matches: (span: ReceivedSpan) => boolean): Promise<readonly ReceivedSpan[]>
  /** The spans of a trace, when there are so many. */
  trace(traceId: string, count: number): Promise<readonly ReceivedSpan[]>
  [Symbol.asyncDispose](): Promise<void>
}

/** How OTLP writes them as JSON. */
interface OtlpValue {
  readonly stringValue?: string
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly boolValue?: boolean
}
type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[]
interface OtlpSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  readonly status?: { readonly code?: number; readonly message?: string }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: OtlpAttributes
  readonly events?: readonly { readonly name: string; readonly attributes?: OtlpAttributes }[]
}
export interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: OtlpAttributes }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

const NS_PER_MS = 1e6

/**
 * Starts one; the caller disposes of it.
 *
 * @param decode Of a body that is not JSON.
 */
export async function startTraceReceiver(
  decode: (body: Buffer) => OtlpRequest = () => ({ resourceSpans: [] }),
): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = []
  const exports: IncomingMessage['headers'][] = []
  const watchers = new Set<() => void>()
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    if (receiver.manner === 'keeps silent') return
    if (receiver.manner === 'refuses' || request.url !== '/v1/traces') {
      response.writeHead(400).end()
      return
    }
    exports.push(request.headers)
    const body = Buffer.concat(pieces)
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    const isJson = request.headers['content-type'] === 'application/json'
    spans.push(...spansOf(isJson ? JSON.parse(bytes.toString()) : decode(bytes)))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    for (const watcher of watchers) watcher()
  }
  const server = createServer((request, response) => void take(request, response).catch(() => {}))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // true: it listens on TCP
  const waitFor = (count: number, matches: (span: ReceivedSpan) => boolean) =>
    new Promise<readonly ReceivedSpan[]>((resolve, reject) => {
      const look = () => {
        const found = spans.filter(matches)
        if (found.length < count) return
        clearTimeout(timer)
        watchers.delete(look)
        resolve(found)
      }
      const timer = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`${count} such spans did not come; there are\n${JSON.stringify(spans, null, 1)}`))
      }, PATIENCE_MS)
      watchers.add(look)
      look()
    })
  const receiver: TraceReceiver = {
    url: `http://127.0.0.1:${port}`,
    port,
    spans,
    exports,
    manner: 'takes',
    waitFor,
    trace: (traceId, count) => waitFor(count, span => span.traceId === traceId),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return receiver
}

function spansOf({ resourceSpans }: OtlpRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(scope => scope.spans.map(span => spanOf(span, plain(resource?.attributes)))),
  )
}

function spanOf(span: OtlpSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  const { name, traceId, spanId, kind, status } = span
  return {
    name,
    traceId,
    spanId,
    parentSpanId: span.parentSpanId ?? '',
    kind,
    status: { code: status?.code ?? 0, message: status?.message ?? '' },
    startMs: Number(span.startTimeUnixNano) / NS_PER_MS,
    endMs: Number(span.endTimeUnixNano) / NS_PER_MS,
    attributes: plain(span.attributes),
    events: (span.events ?? []).map(event => ({ name: event.name, attributes: plain(event.attributes) })),
    resource,
  }
}

function plain(attributes: OtlpAttributes = []): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const number = value.intValue === undefined ? value.doubleValue : Number(value.intValue)
      return [key, value.stringValue ?? number ?? value.boolValue]
    }),
  )
}
