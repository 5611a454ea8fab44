// Whether traces are asked for, by the variables of OpenTelemetry. What else they say, its SDK reads itself.

export type Environment = Readonly<Record<string, string | undefined>>

/** How spans are written; gRPC is not spoken. */
export type TraceProtocol = 'http/protobuf' | 'http/json'

export interface TracesAsked {
  readonly protocol: TraceProtocol
  /** Where they go, for people: without what is secret in it. */
  readonly endpoint: string
  /** What was asked for and is not done; null where there is nothing. */
  readonly warning: string | null
}

const SPECIFIC = 'OTEL_EXPORTER_OTLP_TRACES_'
const GENERAL = 'OTEL_EXPORTER_OTLP_'

/**
 * Null where nothing is to be traced.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function tracesAsked(env: Environment): TracesAsked | null {
  const endpoint = ofTraces('ENDPOINT', env)
  const exporters = (read('OTEL_TRACES_EXPORTER', env) ?? 'otlp').split(',').map(name => name.trim())
  const isOff = read('OTEL_SDK_DISABLED', env)?.toLowerCase() === 'true' || !exporters.includes('otlp')
  if (endpoint === null || isOff) return null
  const protocol = ofTraces('PROTOCOL', env) ?? 'http/protobuf'
  const isSpoken = protocol === 'http/json' || protocol === 'http/protobuf'
  return {
    protocol: isSpoken ? protocol : 'http/protobuf',
    endpoint: withoutSecrets(endpoint),
    warning: isSpoken
      ? null
      : `OTEL_EXPORTER_OTLP_PROTOCOL: "${protocol}" is not spoken; traces are sent as http/protobuf.`,
  }
}

function ofTraces(name: string, env: Environment): string | null {
  return read(SPECIFIC + name, env) ?? read(GENERAL + name, env)
}

/** A variable that is empty is not set. */
function read(name: string, env: Environment): string | null {
  const text = env[name]?.trim()
  return text === undefined || text === '' ? null : text
}

function withoutSecrets(endpoint: string): string {
  if (!URL.canParse(endpoint)) return endpoint
  const { protocol, host, pathname } = new URL(endpoint)
  return `${protocol}//${host}${pathname}`
}
