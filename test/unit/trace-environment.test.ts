import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tracesAsked } from '../../runtime/trace-environment.ts'

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const HERE = 'http://localhost:4318'

describe('whether traces are asked for', () => {
  const offs: readonly Readonly<Record<string, string>>[] = [
    {},
    { [ENDPOINT]: '' },
    { [ENDPOINT]: '  ' },
    { [ENDPOINT]: HERE, OTEL_SDK_DISABLED: 'TRUE' },
    { [ENDPOINT]: HERE, OTEL_TRACES_EXPORTER: 'none' },
    { [ENDPOINT]: HERE, OTEL_TRACES_EXPORTER: 'console' },
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: HERE },
  ]
  for (const env of offs) it(`no: ${JSON.stringify(env)}`, () => assert.equal(tracesAsked(env), null))

  const ons: readonly Readonly<Record<string, string>>[] = [
    { [ENDPOINT]: HERE },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: HERE },
    { [ENDPOINT]: HERE, OTEL_SDK_DISABLED: 'false' },
    { [ENDPOINT]: HERE, OTEL_TRACES_EXPORTER: 'console, otlp' },
  ]
  for (const env of ons)
    it(`yes: ${JSON.stringify(env)}`, () => {
      const expected = { protocol: 'http/protobuf', endpoint: `${HERE}/`, warning: null }
      assert.deepEqual(tracesAsked(env), expected)
    })
})

describe('the protocol', () => {
  it('is that for traces before the general one', () => {
    const env = {
      [ENDPOINT]: HERE,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    }
    assert.equal(tracesAsked(env)?.protocol, 'http/json')
  })

  it('is HTTP with a warning where gRPC is asked for', () => {
    const asked = tracesAsked({ [ENDPOINT]: HERE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })
    assert.equal(asked?.protocol, 'http/protobuf')
    assert.match(String(asked?.warning), /"grpc" is not spoken/)
  })
})

it('the log does not learn what is secret in an endpoint', () => {
  const asked = tracesAsked({ [ENDPOINT]: 'https://user:geheim@collector:4318/x?key=geheim' })
  assert.equal(asked?.endpoint, 'https://collector:4318/x')
  assert.equal(tracesAsked({ [ENDPOINT]: 'nonsense' })?.endpoint, 'nonsense')
})
