// Starts contestants by their names. They all serve the same: a program of bench/baselines, and a score module that does as it does.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryPath } from '../../test/support/start-runtime.ts'
import { processTree } from '../process-tree.ts'
import { type Baseline, type Program, startBaseline, startCluster } from './baseline.ts'
import { type Contestant, startAll } from './contestant.ts'
import { startNginx } from './nginx.ts'
import { startService } from './service.ts'

export interface App {
  readonly program: Program
  /** Absolute path of an app root. */
  readonly module: string
}

/** How many of them share the work, but for those whose name says one. */
const PROCESSES = 2
const IRIS_ALONE = {
  module: repositoryPath('bench/modules/iris-alone'),
  env: { AZUREML_MODEL_DIR: repositoryPath('samples/iris/azureml-models') },
}

/** What there is of a contestant but its name. */
type Started = Omit<Contestant, 'name'>
type Start = (app: App, folder: string) => Promise<Started>

const STARTS = {
  bare: ({ program }) => startTree(startCluster(program)),
  'bare-1': ({ program }) => startTree(startBaseline(program)),
  'bare-nginx': ({ program }, folder) =>
    startProxied(
      () => Array.from({ length: PROCESSES }, () => startBaseline(program)),
      bare => startNginx(folder, bare.map(addressOf)),
    ),
  'bare-nginx-unix': ({ program }, folder) =>
    startProxied(
      () => {
        const sockets = mkdtempSync(join(folder, 'sockets-'))
        return Array.from({ length: PROCESSES }, (_, index) =>
          startBaseline(program, { socket: join(sockets, `${index}.sock`) }),
        )
      },
      bare => startNginx(folder, bare.map(addressOf)),
    ),
  nginx: ({ module }) => startWhole(module, 'nginx'),
  node: ({ module }) => startWhole(module, 'node'),
  // as a score module asks for whose run() is synchronous, and slow: the front keeps what would wait
  'node-1': ({ module }) => startWhole(module, 'node', { SCOREHOST_CONCURRENCY: '1' }),
  express: () => startTree(startCluster('express')),
  'express-proxy': () =>
    startProxied(
      () => [startCluster('express')],
      ([app]) => startBaseline('proxy', { words: [app?.url ?? ''] }),
    ),
  worker: ({ module }) => startWorker({ module }),
  'worker-alone': () => startWorker(IRIS_ALONE),
} as const satisfies Record<string, Start>

export type ContestantName = keyof typeof STARTS

/** @param folder Where they may make files. */
export function startContestants(names: readonly ContestantName[], app: App, folder: string) {
  return startAll(names.map(async name => ({ name, ...(await STARTS[name](app, folder)) })))
}

async function startTree(starting: Promise<Baseline>): Promise<Started> {
  const baseline = await starting
  const { url, pid } = baseline
  return { url, pids: processTree(pid), [Symbol.asyncDispose]: () => baseline[Symbol.asyncDispose]() }
}

/** Baselines, and what passes requests on to them. */
async function startProxied(
  startBehind: () => readonly Promise<Baseline>[],
  startProxy: (behind: readonly Baseline[]) => Promise<AsyncDisposable & { url: string; pid: number }>,
): Promise<Started> {
  const behind = await startAll(startBehind())
  try {
    const proxy = await startProxy(behind.all)
    return {
      url: proxy.url,
      pids: [proxy, ...behind.all].flatMap(({ pid }) => processTree(pid)),
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]()
        await behind[Symbol.asyncDispose]()
      },
    }
  } catch (thrown) {
    await behind[Symbol.asyncDispose]()
    throw thrown
  }
}

function addressOf({ address }: Baseline): string {
  return address
}

async function startWhole(
  module: string,
  front: 'node' | 'nginx',
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const service = await startService({ module, front, workers: PROCESSES, env })
  return {
    url: service.url,
    pids: processTree(service.supervisorPid),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}

/** A worker, asked on its own port. */
async function startWorker(options: {
  readonly module: string
  readonly env?: Record<string, string>
}): Promise<Started> {
  const service = await startService({ ...options, front: 'node', workers: 1 })
  const { url, pid } = service.firstWorker
  return { url, pids: [pid], [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}
