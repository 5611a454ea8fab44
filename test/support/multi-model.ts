// A service in SageMaker's multi-model mode, and what SageMaker asks of it.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { PATIENCE_MS, type Runtime, type RuntimeOptions, startReady } from './start-runtime.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface Answered {
  readonly status: number
  readonly text: string
  readonly contentType: string | null
  /** `code` of an error; undefined of any other answer. */
  readonly code: unknown
  /** `message` of an error, else empty. */
  readonly message: string
}

export interface MultiModelService {
  readonly runtime: Runtime
  /** The model folder. */
  readonly folder: string
  /** Puts files into the model folder, by their path in it. */
  put(files: Readonly<Record<string, string | Uint8Array>>): void
  /** POST /models; the url is that of the name's own folder, where no other is given. */
  load(name: unknown, url?: unknown): Promise<Answered>
  unload(name: string): Promise<Answered>
  invoke(name: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Answered>
  get(path: string): Promise<Answered>
  /** Names by GET /models. */
  names(): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts one without any model; the model folder has these files at the start. */
export async function startMultiModel(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<RuntimeOptions> = {},
): Promise<MultiModelService> {
  const folder = join(temporaryFolder(t), 'models')
  const put: MultiModelService['put'] = more => {
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
  }
  put(files)
  const env = {
    SAGEMAKER_MULTI_MODEL: 'true',
    SCOREHOST_PROFILE: 'sagemaker',
    AZUREML_MODEL_DIR: folder,
    WORKER_COUNT: '2',
    ...options.env,
  }
  const runtime = await startReady({ module: temporaryFolder(t), ...options, env })
  const ask = async (path: string, init: RequestInit = {}): Promise<Answered> => {
    const answer = await fetch(`${runtime.url}${path}`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...init,
    })
    const text = await answer.text()
    const error = answer.ok ? {} : JSON.parse(text)
    return {
      status: answer.status,
      text,
      contentType: answer.headers.get('content-type'),
      code: error.code,
      message: error.message ?? error.error ?? '',
    }
  }
  const one = (name: string) => `/models/${encodeURIComponent(name)}`
  return {
    runtime,
    folder,
    put,
    load: (model_name, url = `${folder}/${model_name}/model`) =>
      ask('/models', { method: 'POST', body: JSON.stringify({ model_name, url }) }),
    unload: name => ask(one(name), { method: 'DELETE' }),
    invoke: (name, body, headers = { 'content-type': 'application/json' }) =>
      ask(`${one(name)}/invoke`, { method: 'POST', body, headers }),
    get: path => ask(path),
    async names() {
      const { models } = JSON.parse((await ask('/models')).text)
      return models.map(({ modelName }: { modelName: string }) => modelName).join(' ')
    },
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}
