// What is measured of the models, and against what.

import { InferenceSession, Tensor } from 'onnxruntime-node'
import { repositoryPath, startReady } from '../test/support/start-runtime.ts'
import { type Baseline, startBaseline } from './baselines/start-baseline.ts'
import { type MeasuredModels, type Variant, writeModels } from './measured-models.ts'
import type { Runner } from './rounds.ts'
import { bareBytes, bareJson, type Floats, type TensorRequest, v2Binary, v2Json } from './tensor-requests.ts'

interface TrialRow {
  readonly title: string
  readonly model: 'image' | 'pooling' | 'digits' | 'wide'
  readonly format: 'binary' | 'json'
  readonly connections: number
  /** Requests per second, as a ratio to the baseline. */
  readonly targets: Readonly<Record<string, number>>
}

const FEW = 8
const MANY = 64

export const TRIALS = {
  'image-binary': {
    title: 'image, binary',
    model: 'image',
    format: 'binary',
    connections: FEW,
    targets: { worker: 0.8 },
  },
  'image-json': { title: 'image, JSON', model: 'image', format: 'json', connections: FEW, targets: {} },
  'pooling-binary': {
    title: 'pooling, binary',
    model: 'pooling',
    format: 'binary',
    connections: FEW,
    targets: {},
  },
  'digits-json': {
    title: 'digits, JSON',
    model: 'digits',
    format: 'json',
    connections: MANY,
    targets: { batched: 1.3 },
  },
  'digits-binary': {
    title: 'digits, binary',
    model: 'digits',
    format: 'binary',
    connections: MANY,
    targets: { batched: 1.3 },
  },
  'wide-json': { title: 'wide, JSON', model: 'wide', format: 'json', connections: MANY, targets: {} },
  'wide-binary': {
    title: 'wide, binary',
    model: 'wide',
    format: 'binary',
    connections: MANY,
    targets: { batched: 2.8 },
  },
} as const satisfies Record<string, TrialRow>

export type TrialName = keyof typeof TRIALS

export interface Trial extends TrialRow {
  /** The baseline first. */
  readonly runners: readonly Runner[]
  /** @throws Error where one of them does not give what the model gives */
  requireRightAnswers(): Promise<void>
}

export interface TrialGround extends AsyncDisposable {
  /** Which models they are, in words. */
  readonly notes: readonly string[]
  trial(name: TrialName): Promise<Trial>
}

interface Service extends AsyncDisposable {
  readonly worker: string
  readonly front: string
  readonly workerPids: readonly number[]
  readonly allPids: readonly number[]
}

const VARIANT_NAMES: readonly Variant[] = ['alone', 'batched', 'default']
const TOLERANCE = 1e-4

/**
 * Makes the models and starts the service and the baselines, which have a thread each.
 *
 * @param folder An empty one, for the models.
 */
export async function prepareTrials(folder: string, names: readonly TrialName[]): Promise<TrialGround> {
  const models = await writeModels(folder, repositoryPath('../shared/models'))
  const started: AsyncDisposable[] = []
  const disposeAll = async () => {
    await Promise.all(started.map(one => one[Symbol.asyncDispose]()))
  }
  try {
    const service = await startService(folder)
    started.push(service)
    const bare = new Map<string, Baseline>()
    for (const { model } of names.map(name => TRIALS[name]))
      if (!isBatched(model) && !bare.has(model)) {
        const baseline = await startBaseline('tensors', [models[model]])
        started.push(baseline)
        bare.set(model, baseline)
      }
    return {
      notes: models.notes,
      trial: name => prepareTrial(TRIALS[name], models, service, bare),
      [Symbol.asyncDispose]: disposeAll,
    }
  } catch (thrown) {
    await disposeAll()
    throw thrown
  }
}

function isBatched(model: TrialRow['model']): boolean {
  return model === 'digits' || model === 'wide'
}

async function startService(folder: string): Promise<Service> {
  // one thread, as the baselines have: with more the engine's pool would be measured
  const env = { WORKER_COUNT: '1', SCOREHOST_ONNX_THREADS: '1', SCOREHOST_FRONT: 'node' }
  const runtime = await startReady({ module: folder, env })
  const { pid, workers } = await runtime.status()
  const workerPids = workers.flatMap(worker => worker.pid ?? [])
  return {
    worker: `http://${workers[0]?.address}`,
    front: runtime.url,
    workerPids,
    allPids: [pid, ...workerPids],
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}

async function prepareTrial(
  row: TrialRow,
  models: MeasuredModels,
  service: Service,
  bare: ReadonlyMap<string, Baseline>,
): Promise<Trial> {
  const { tensor, output, expected } = await askModel(models[row.model])
  const request = row.format === 'json' ? v2Json(tensor) : v2Binary(tensor)
  const baseline = bare.get(row.model)
  const runners: Contestant[] =
    baseline === undefined
      ? VARIANT_NAMES.map(variant => ({
          ...request,
          name: variant,
          url: inferUrl(service.worker, `${row.model}_${variant}`),
          pids: service.workerPids,
        }))
      : [
          bareContestant(row.format, baseline, tensor),
          {
            ...request,
            name: 'worker',
            url: inferUrl(service.worker, row.model),
            pids: service.workerPids,
          },
          { ...request, name: 'front', url: inferUrl(service.front, row.model), pids: service.allPids },
        ]
  return {
    ...row,
    runners,
    async requireRightAnswers() {
      for (const runner of runners) await requireRightAnswer(runner, output, expected)
    },
  }
}

type Contestant = Runner & TensorRequest

function bareContestant(format: 'binary' | 'json', { url, pid }: Baseline, tensor: Floats): Contestant {
  const request = format === 'json' ? bareJson(tensor) : bareBytes(tensor)
  return { ...request, name: 'bare', url: `${url}/${format}`, pids: [pid] }
}

function inferUrl(server: string, model: string): string {
  return `${server}/v2/models/${model}/infer`
}

/** An input of one row, and what the model itself makes of it. */
async function askModel(file: string) {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 })
  const [input] = session.inputMetadata
  const output = session.outputMetadata.find(one => one.isTensor && one.type === 'float32')?.name ?? ''
  if (input?.isTensor !== true) throw new TypeError(`${file} has no tensor as its input`)
  const shape = input.shape.map(size => (typeof size === 'number' && size > 0 ? size : 1))
  const count = shape.reduce((product, size) => product * size, 1)
  // numbers of 17 digits as JSON, as those of a real picture have
  const data = Float32Array.from({ length: count }, (_, index) => Math.abs(Math.sin(index + 1)))
  const outputs = await session.run({ [input.name]: new Tensor('float32', data, shape) })
  const expected = outputs[output]?.data as Float32Array // true: it was chosen for its type
  return { tensor: { name: input.name, shape, data }, output, expected }
}

async function requireRightAnswer(
  { name, url, headers, body, readAnswer }: Contestant,
  output: string,
  expected: Float32Array,
): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const start = bytes.subarray(0, 300)
  if (!answer.ok) throw new Error(`${name} answers ${answer.status} ${start}`)
  const found = readAnswer(bytes, answer.headers, output)
  const isRight =
    found.length === expected.length &&
    found.every((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)) <= TOLERANCE)
  if (!isRight) throw new Error(`${name} gives ${found.slice(0, 5)}… in place of ${expected.slice(0, 5)}…`)
}
