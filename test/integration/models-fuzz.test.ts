// Thousands of malformed requests of the V2 protocol: each is the client's fault, and costs nobody anything.

import assert from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { it } from 'node:test'
import fc from 'fast-check'
import { rssBytes } from '../support/process-use.ts'
import { infer } from '../support/served-models.ts'
import { PATIENCE_MS, startReady } from '../support/start-runtime.ts'

const CLIENTS = 16
const WARM_UP = 1000
const REQUESTS = 3000

/** V8 lets garbage lie while there is room: in a small heap what stays is what leaks. */
const SMALL_HEAP = '--max-semi-space-size=2 --max-old-space-size=64'

interface Attempt {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const anyModel = fc.constantFrom(
  'identity_fp32',
  'identity_int64',
  'identity_bytes',
  'identity_bool',
  'identity_fp16',
  'add',
  'fixed',
  'labelled',
  'versions',
  'nobody',
  '%00',
)
const anyName = fc.constantFrom('x', 'y', 'a', 'b', 'sum', '', '__proto__', 'größe')
const anyNumber = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom(2 ** 31, 2 ** 53, 1e300, 0.5, -0))
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 2 }), anyNumber)
const anyData = fc.oneof(
  fc.array(anyNumber, { maxLength: 8 }),
  fc.array(fc.array(fc.oneof(anyNumber, fc.boolean(), fc.string()), { maxLength: 3 }), { maxLength: 3 }),
  anyJson,
)

/** Nearly right: each part is what it should be most of the time. */
function mostly<T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: anyJson })
}

const anyParameters = fc.record(
  {
    binary_data_size: mostly(fc.nat(40)),
    binary_data: mostly(fc.boolean()),
    binary_data_output: mostly(fc.boolean()),
    classification: mostly(fc.nat(5)),
    priority: mostly(fc.nat(3)),
    timeout: mostly(fc.integer({ min: 1_000_000, max: 10_000_000 })),
  },
  { requiredKeys: [] },
)
const anyInput = fc.record(
  {
    name: mostly(anyName),
    datatype: mostly(fc.constantFrom('FP32', 'INT64', 'BYTES', 'BOOL', 'FP16', 'BF16', 'fp32')),
    shape: mostly(fc.array(fc.nat(3), { maxLength: 3 })),
    parameters: mostly(anyParameters),
    data: anyData,
  },
  { requiredKeys: ['name', 'datatype', 'shape'] },
)
const anyRequest = fc.record(
  {
    id: mostly(fc.string()),
    parameters: mostly(anyParameters),
    inputs: mostly(fc.array(anyInput, { maxLength: 3 })),
    outputs: mostly(
      fc.array(fc.record({ name: mostly(anyName), parameters: mostly(anyParameters) }), { maxLength: 2 }),
    ),
  },
  { requiredKeys: ['inputs'] },
)

/** JSON text with a few bytes that are not as they were, and perhaps bytes behind it. */
const anyBody = fc
  .tuple(
    mostly(anyRequest),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.boolean(),
  )
  .map(([request, flips, tail, cut]) => {
    const json = Buffer.from(JSON.stringify(request))
    for (const [place, byte] of flips) json[place % json.length] = byte
    const length = json.length
    return { body: cut ? json.subarray(0, length - (tail[0] ?? 0)) : Buffer.concat([json, tail]), length }
  })

const anyAttempt: fc.Arbitrary<Attempt> = fc
  .record({
    model: anyModel,
    content: anyBody,
    length: fc.constantFrom('none', 'right', 'right', '0', '-1', '99999', 'x', '7'),
    encoding: fc.constantFrom('', '', '', '', 'gzip', 'deflate', 'br'),
    route: fc.constantFrom('infer', 'infer', 'infer', 'infer', 'load', 'index'),
  })
  .map(({ model, content, length, encoding, route }) => {
    const header = length === 'right' ? String(content.length) : length
    return {
      path:
        {
          infer: `/v2/models/${model}/infer`,
          load: `/v2/repository/models/${model}/load`,
          index: '/v2/repository/index',
        }[route] ?? '',
      headers: {
        ...(length === 'none' ? {} : { 'inference-header-content-length': header }),
        ...(encoding === '' ? {} : { 'content-encoding': encoding }),
      },
      body: content.body,
    }
  })

function send(port: number, agent: Agent, { path, headers, body }: Attempt): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, method: 'POST', headers, agent, timeout: PATIENCE_MS },
      answer => {
        answer
          .on('error', reject)
          .on('end', () => resolve(answer.statusCode ?? 0))
          .resume()
      },
    )
    outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.end(body)
  })
}

it('malformed requests are refused, crash nothing and leave nothing behind', async () => {
  await using runtime = await startReady({
    module: 'models',
    env: { WORKER_COUNT: '1', NODE_OPTIONS: SMALL_HEAP },
  })
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const statuses = new Map<number, number>()
  const round = async (attempts: readonly Attempt[]) => {
    const left = [...attempts]
    const client = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const status = await send(runtime.port, agent, next)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        const allowed = status < 500 || status === 501 || status === 503
        assert.ok(
          allowed,
          `${status} for ${next.path} ${JSON.stringify(next.headers)} ${next.body.toString('latin1')}`,
        )
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
  }
  const before = await runtime.status()
  const pids = [before.pid, ...before.workers.map(({ pid }) => Number(pid))]
  await round(fc.sample(anyAttempt, WARM_UP))
  const rss = pids.map(rssBytes)
  await round(fc.sample(anyAttempt, REQUESTS))
  agent.destroy()
  for (const [index, pid] of pids.entries()) {
    const growth = rssBytes(pid) - (rss[index] ?? 0)
    assert.ok(growth < 30_000_000, `process ${index} grew by ${growth} bytes`)
  }
  assert.deepEqual(
    (await runtime.status()).workers.map(({ pid }) => pid),
    before.workers.map(({ pid }) => pid),
  )
  assert.ok((statuses.get(400) ?? 0) > REQUESTS / 4, `${JSON.stringify([...statuses])}`)
  assert.ok((statuses.get(200) ?? 0) > 0, 'not one was nearly right')
  assert.deepEqual((await infer(runtime.url, 'versions', [[1, 2]])).data, [3, 4])
})
