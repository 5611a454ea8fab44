// What is scored through the port is in the files of collected data, and nobody notices that it is put there.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { appRoot, infer, PLUS_ONE } from '../support/served-models.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MODULE = `
import { reply } from 'scorehost'
export const input = true
async function* pieces({ pieces }) {
  for (const piece of pieces) yield piece
}
export function run(input, context) {
  if (input.fail) throw new Error('it fails')
  if (input.exit) process.exit(1)
  if (input.pieces) return pieces(input)
  if (input.text) return reply(input.text, { headers: { 'content-type': 'text/plain' } })
  return Buffer.isBuffer(input) ? input : { got: input }
}`

const KEY = 'a-key-0123456789'
const JSON_TYPE = { 'content-type': 'application/json' }
const HEADERS = { authorization: `Bearer ${KEY}`, cookie: 'session=not-collected' }

interface Collecting {
  readonly runtime: Runtime
  readonly folder: string
  /** Ends the service, and gives what it has collected. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON is in the lines
  collected(signal?: NodeJS.Signals): Promise<any[]>
}

async function startCollecting(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
): Promise<Collecting> {
  const folder = join(temporaryFolder(t), 'data')
  const module = appRoot(t, { 'plus/1/model.onnx': PLUS_ONE }, { 'main.mjs': MODULE })
  const runtime = await startReady({
    module,
    env: {
      WORKER_COUNT: '1',
      AML_MODEL_DC_STORAGE_ENABLED: 'True',
      SCOREHOST_DATA_FOLDER: folder,
      SCOREHOST_DRAIN_DELAY_MS: '0',
      ...env,
    },
  })
  t.after(() => runtime[Symbol.asyncDispose]())
  return {
    runtime,
    folder,
    async collected(signal = 'SIGTERM') {
      runtime.process.kill(signal)
      await runtime.end
      return linesIn(folder)
    },
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.jsonl'))
}

function linesIn(folder: string) {
  return filesIn(folder)
    .flatMap(path => readFileSync(join(folder, path), 'utf8').trim().split('\n'))
    .map(line => JSON.parse(line))
    .sort((a, b) => a.time.localeCompare(b.time))
}

test('inputs and outputs of every contract are collected, success and failure, and no header', async t => {
  const { runtime, collected } = await startCollecting(t, { SCOREHOST_AUTH_KEYS: KEY })
  const { url } = runtime
  const send = (path: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url + path, { method: 'POST', body, headers: { ...HEADERS, ...headers } }).then(answer =>
      answer.text(),
    )
  await send('/score', '{"a":1}', { ...JSON_TYPE, 'x-request-id': 'mine' })
  await send('/score', '{"fail":true}', JSON_TYPE)
  await send('/score', '{"fail":', JSON_TYPE)
  await send('/score', '{"text":"some text"}', JSON_TYPE)
  await send('/score', '{"pieces":["one ","two"]}', JSON_TYPE)
  await send('/score', Uint8Array.of(0, 255), { 'content-type': 'application/octet-stream' })
  await send('/invocations', '{"a":2}', JSON_TYPE)
  await send('/v1/models/scorehost:predict', '{"instances":[1,2]}', JSON_TYPE)
  await fetch(`${url}/score?a=3`, { headers: HEADERS })
  await infer(url, 'plus', [[1, 2]], {}, { headers: HEADERS })
  await send('/v2/models/plus/infer', ...binaryCall())
  // none of these scores
  await send('/score', '{"a":"refused"}', { authorization: 'Bearer another-key-0123456789' })
  for (const path of ['/swagger.json', '/v2', '/nowhere']) await fetch(url + path, { headers: HEADERS })
  await fetch(`${url}/score`, { method: 'OPTIONS' })
  const lines = await collected()

  assert.deepEqual(
    lines.map(({ method, path, status, error }) => [method, path, status, error]),
    [
      ['POST', '/score', 200, null],
      ['POST', '/score', 502, 'ERR_RUN_FAILED'],
      ['POST', '/score', 400, 'ERR_INPUT_MALFORMED'],
      ['POST', '/score', 200, null],
      ['POST', '/score', 200, null],
      ['POST', '/score', 200, null],
      ['POST', '/invocations', 200, null],
      ['POST', '/v1/models/scorehost:predict', 200, null],
      ['GET', '/score', 200, null],
      ['POST', '/v2/models/plus/infer', 200, null],
      ['POST', '/v2/models/plus/infer', 200, null],
    ],
  )
  const [first, failed, malformed, text, stream, bytes, , instances, query, tensors, binary] = lines
  assert.equal(first.requestId, 'mine')
  assert(first.runMs >= 0 && first.worker === 0)
  assert.match(first.time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.deepEqual(first.input, { contentType: 'application/json', bytes: 7, json: { a: 1 } })
  assert.deepEqual(first.output, { contentType: 'application/json', bytes: 15, json: { got: { a: 1 } } })
  assert.deepEqual([failed.input.json, failed.output], [{ fail: true }, null])
  assert.equal(malformed.input.text, '{"fail":')
  assert.deepEqual(text.output, { contentType: 'text/plain', bytes: 9, text: 'some text' })
  assert.equal(stream.output.text, 'one two')
  assert.deepEqual([bytes.input.base64, bytes.output.base64], ['AP8=', 'AP8='])
  assert.deepEqual(instances.output.json, { predictions: [{ got: 1 }, { got: 2 }] })
  assert.deepEqual([query.input.text, query.output.json], ['a=3', { got: { a: 3 } }])
  assert.deepEqual(tensors.input.json.inputs[0].data, [1, 2])
  assert.deepEqual(tensors.output.json.outputs[0].data, [2, 3])
  assert.deepEqual(binary.input.json.inputs[0].data, [5, 6])
  assert.deepEqual(binary.output.json.outputs[0].data, [6, 7])
  for (const secret of [KEY, 'not-collected', 'another-key']) assert(!JSON.stringify(lines).includes(secret))
})

/** Binary tensors in, and out. */
function binaryCall(): [body: Uint8Array, headers: Readonly<Record<string, string>>] {
  const parameters = { binary_data_size: 8 }
  const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], parameters }]
  const json = Buffer.from(JSON.stringify({ parameters: { binary_data_output: true }, inputs }))
  const body = Buffer.concat([json, new Uint8Array(Float32Array.of(5, 6).buffer)])
  const headers = {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': `${json.length}`,
    // the answer is collected before it is compressed
    'accept-encoding': 'gzip',
  }
  return [body, headers]
}

test('nothing that was answered before SIGTERM is missing, nor what is answered after it', async t => {
  const { runtime, collected } = await startCollecting(t, { WORKER_COUNT: '2' })
  const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => runtime.score({ index })))
  assert(answers.every(({ status }) => status === 200))
  const lines = await collected()
  const indexes = lines.map(line => line.input.json.index).sort((a, b) => a - b)
  assert.deepEqual(
    indexes,
    Array.from({ length: 300 }, (_, index) => index),
  )
})

test('a worker that ends by itself leaves what it has answered', async t => {
  const { runtime, folder } = await startCollecting(t)
  await runtime.score({ index: 1 })
  await runtime.score({ exit: true })
  await runtime.waitForStatus(({ workers: [worker] }) => Object.keys(worker?.restarts ?? {}).length > 0)
  assert.deepEqual(
    linesIn(folder).map(line => line.input.json),
    [{ index: 1 }],
  )
})

test('a sample is a part of all', async t => {
  const { runtime, collected } = await startCollecting(t, { SCOREHOST_DATA_SAMPLE_PERCENT: '50' })
  for (let index = 0; index < 200; index += 20)
    await Promise.all(Array.from({ length: 20 }, () => runtime.score({ index })))
  const { length } = await collected()
  // to be outside by chance is one in 10^9
  assert(length > 55 && length < 145, `${length} of 200`)
})

test('bodies are cut, and files are bounded', async t => {
  const { runtime, folder, collected } = await startCollecting(t, {
    SCOREHOST_DATA_BODY_BYTES: '40000',
    SCOREHOST_DATA_MAX_BYTES: '1048576',
  })
  const text = 'x'.repeat(100_000)
  for (let index = 0; index < 40; index++) {
    const init = { method: 'POST', body: JSON.stringify({ index, text }), headers: JSON_TYPE }
    assert((await (await fetch(`${runtime.url}/score`, init)).text()) === text)
  }
  const lines = await collected()
  const { input, output } = lines.at(-1)
  assert.deepEqual([input.truncated, output.truncated, output.bytes], [true, true, 100_000])
  assert.equal(output.text.length, 40_000)
  const bytes = filesIn(folder).reduce((sum, path) => sum + readFileSync(join(folder, path)).length, 0)
  assert(bytes > 500_000 && bytes <= 1_048_576, `${bytes}`)
  assert(lines.at(-1).input.text.startsWith('{"index":39'), 'the newest is there')
})

test('a folder that cannot be written costs one warning, and no request', async t => {
  const inTheWay = join(temporaryFolder(t), 'file')
  writeFileSync(inTheWay, '')
  const { runtime } = await startCollecting(t, { SCOREHOST_DATA_FOLDER: join(inTheWay, 'data') })
  const warnings = () => runtime.log.filter(line => line.level === 'warn')
  assert.equal((await runtime.score({ index: 1 })).status, 200)
  const warning = await runtime.waitForLog(line => line.level === 'warn')
  assert.match(
    warning.msg,
    /cannot be written to .*file\/data \(SCOREHOST_DATA_FOLDER\): .*; requests are served without/,
  )
  for (let index = 0; index < 20; index++) assert.equal((await runtime.score({ index })).status, 200)
  runtime.process.kill('SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  assert.equal(warnings().length, 1)
})

test('where nothing is collected nothing is made', async t => {
  const { runtime, folder } = await startCollecting(t, { AML_MODEL_DC_STORAGE_ENABLED: 'false' })
  assert.equal((await runtime.score({ index: 1 })).status, 200)
  runtime.process.kill('SIGTERM')
  await runtime.end
  assert.throws(() => readdirSync(folder), { code: 'ENOENT' })
})
