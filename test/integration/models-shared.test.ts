// Real models beside the checkout, in shared/models: they answer what was recorded. Skipped where they are not.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { appRoot, call } from '../support/served-models.ts'
import { PATIENCE_MS, repositoryPath, startReady } from '../support/start-runtime.ts'

const FOLDER = process.env['SHARED_MODELS'] ?? repositoryPath('../shared/models')
const skip = existsSync(FOLDER) ? false : `${FOLDER} is not there`
const CLOSE = 1e-5

/** What own/{name}.json holds. */
interface Recorded {
  readonly input: readonly (readonly number[])[]
  readonly label: readonly number[]
  readonly probabilities: readonly (readonly number[])[]
}

interface Output {
  readonly label: ArrayLike<number>
  readonly probabilities: ArrayLike<number>
}

function assertClose(
  { label, probabilities }: Output,
  { label: labels, probabilities: recorded }: Recorded,
): void {
  assert.deepEqual(Array.from(label, Number), labels)
  const expected = recorded.flat()
  assert.equal(probabilities.length, expected.length)
  for (const [index, value] of expected.entries())
    assert.ok(Math.abs((probabilities[index] ?? Number.NaN) - value) < CLOSE, `element ${index}`)
}

async function inferJson(url: string, model: string, { input }: Recorded): Promise<Output> {
  const shape = [input.length, input[0]?.length ?? 0]
  const inputs = [{ name: 'input', datatype: 'FP32', shape, data: input }]
  const { status, json } = await call(url, `/v2/models/${model}/infer`, { inputs })
  assert.equal(status, 200)
  const outputs = json.outputs as readonly { name: string; data: number[] }[] // true: the shape of the answer
  return Object.fromEntries(outputs.map(({ name, data }) => [name, data])) as unknown as Output // true: the model's outputs
}

/** One FP32 input and every output as bytes. */
async function inferBytes(
  url: string,
  model: string,
  name: string,
  shape: readonly number[],
  data: Float32Array,
): Promise<Readonly<Record<string, { readonly shape: readonly number[]; readonly bytes: Buffer }>>> {
  const input = { name, datatype: 'FP32', shape, parameters: { binary_data_size: data.byteLength } }
  const json = Buffer.from(JSON.stringify({ parameters: { binary_data_output: true }, inputs: [input] }))
  const answer = await fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'inference-header-content-length': String(json.length) },
    body: Buffer.concat([json, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  const body = Buffer.from(await answer.arrayBuffer())
  assert.equal(answer.status, 200, body.toString())
  let at = Number(answer.headers.get('inference-header-content-length'))
  const { outputs } = JSON.parse(body.toString('utf8', 0, at))
  return Object.fromEntries(
    // true: the shape of the answer
    (outputs as { name: string; shape: number[]; parameters: { binary_data_size: number } }[]).map(output => {
      const bytes = Buffer.from(body.subarray(at, at + output.parameters.binary_data_size))
      at += bytes.length
      return [output.name, { shape: output.shape, bytes }]
    }),
  )
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}

describe('models of one’s own', { skip }, () => {
  it('answer what was recorded, as JSON and as bytes', async () => {
    const folder = join(FOLDER, 'own')
    await using runtime = await startReady({
      module: 'empty',
      env: { WORKER_COUNT: '1', AZUREML_MODEL_DIR: folder },
    })
    for (const model of ['iris_logreg', 'digits_mlp']) {
      const recorded: Recorded = JSON.parse(readFileSync(join(folder, `${model}.json`), 'utf8'))
      assertClose(await inferJson(runtime.url, model, recorded), recorded)
      const shape = [recorded.input.length, recorded.input[0]?.length ?? 0]
      const data = Float32Array.from(recorded.input.flat())
      const { label, probabilities } = await inferBytes(runtime.url, model, 'input', shape, data)
      assert(label && probabilities)
      const labels = new BigInt64Array(new Uint8Array(label.bytes).buffer)
      assertClose({ label: Array.from(labels, Number), probabilities: floats(probabilities.bytes) }, recorded)
    }
  })
})

describe('public models', { skip }, () => {
  it('run, in the shapes that they name', async t => {
    const read = (name: string) => readFileSync(join(FOLDER, 'public', `${name}.onnx`))
    const module = appRoot(t, {
      'mnist/model.onnx': read('mnist'),
      'ultraface/model.onnx': read('ultraface-rfb-320'),
    })
    await using runtime = await startReady({ module, env: { WORKER_COUNT: '1' } })
    const { url } = runtime
    const digit = Float32Array.from({ length: 784 }, (_, pixel) =>
      pixel % 28 > 12 && pixel % 28 < 16 ? 1 : 0,
    )
    const { Plus214_Output_0: scores } = await inferBytes(url, 'mnist', 'Input3', [1, 1, 28, 28], digit)
    assert.deepEqual(scores?.shape, [1, 10])
    const values = floats(scores.bytes)
    assert.ok(values.every(Number.isFinite))
    // a vertical stroke
    assert.equal(values.indexOf(Math.max(...values)), 1)

    const picture = new Float32Array(3 * 240 * 320).fill(0.5)
    const faces = await inferBytes(url, 'ultraface', 'input', [1, 3, 240, 320], picture)
    assert.deepEqual(
      Object.entries(faces).map(([name, { shape }]) => [name, shape]),
      [
        ['scores', [1, 4420, 2]],
        ['boxes', [1, 4420, 4]],
      ],
    )
    for (const { bytes } of Object.values(faces)) assert.ok(floats(bytes).every(Number.isFinite))
  })
})
