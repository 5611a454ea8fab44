// Errors of the front on their way to a worker, and warnings that are rare.

import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createLog } from '../../runtime/log.ts'
import type { FrontAnswer } from '../../runtime/request-trace.ts'
import { RareWarning } from '../../runtime/traces/rare-warning.ts'
import { readOwnError } from '../../supervisor/front/nginx-own-error.ts'
import { FrontTraces, frontTraces } from '../../supervisor/front-traces.ts'

const ANSWER: FrontAnswer = {
  code: 'ERR_NO_WORKER',
  status: 503,
  requestId: 'a',
  method: 'POST',
  path: '/score',
  startedAtMs: 0,
  durationMs: 1,
  traceparent: null,
}

function started(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sent: (readonly FrontAnswer[])[] = []
  let isThere = true
  const traces = new FrontTraces()
  const worker = {
    send: (message: { readonly kind: string; readonly answers?: readonly FrontAnswer[] }) => {
      sent.push(message.answers ?? [])
    },
  }
  traces.sendTo(() => (isThere ? worker : undefined))
  const setThere = (value: boolean) => {
    isThere = value
  }
  return { traces, sent, setThere, tick: (ms: number) => t.mock.timers.tick(ms) }
}

describe('errors of the front', () => {
  it('are sent together, a moment later', t => {
    const { traces, sent, tick } = started(t)
    traces.add(ANSWER)
    traces.add(ANSWER)
    assert.equal(sent.length, 0)
    tick(200)
    assert.deepEqual(
      sent.map(answers => answers.length),
      [2],
    )
    tick(1000)
    assert.equal(sent.length, 1)
  })

  it('wait while there is no worker, and are no more than 256', t => {
    const { traces, sent, setThere, tick } = started(t)
    setThere(false)
    for (let count = 0; count < 1000; count++) traces.add(ANSWER)
    tick(200)
    assert.equal(sent.length, 0)
    setThere(true)
    traces.flush()
    assert.deepEqual(
      sent.map(answers => answers.length),
      [256],
    )
  })

  it('are nobody’s business where nothing is traced', () => {
    assert.equal(frontTraces({}), null)
    assert.ok(frontTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }) !== null)
  })
})

describe('the line of nginx', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  it('has the traceparent of its client', () => {
    const error = readOwnError(
      `scorehost-own ERR_NO_WORKER 503 abc 0.5 12 ${traceparent} POST /score HTTP/1.1`,
    )
    assert.deepEqual([error?.traceparent, error?.method, error?.path], [traceparent, 'POST', '/score'])
  })

  it('or none', () => {
    const error = readOwnError('scorehost-own ERR_NO_WORKER 503 abc 0.5 12 - POST /score?a=b HTTP/1.1')
    assert.deepEqual([error?.traceparent, error?.method, error?.path], [null, 'POST', '/score'])
  })
})

it('a rare warning is written once a minute', () => {
  const log = createLog({ logLevel: 'fatal', logFormat: 'json' }, {})
  const written: unknown[][] = []
  log.warn = (...words: unknown[]) => {
    written.push(words)
  }
  let nowMs = 0
  const warning = new RareWarning(log, () => nowMs)
  assert.equal(warning.say({}, 'first'), true)
  nowMs = 59_999
  assert.equal(warning.say({}, 'second'), false)
  nowMs = 60_000
  assert.equal(warning.say({ a: 1 }, 'third'), true)
  assert.deepEqual(written, [
    [{}, 'first'],
    [{ a: 1 }, 'third'],
  ])
})
