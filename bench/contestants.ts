// What is measured: processes that all answer the same request, and the addresses to send it to.

import { repositoryPath, startReady } from '../test/support/start-runtime.ts'
import { startBaseline } from './baselines/start-baseline.ts'
import type { Runner } from './rounds.ts'

/** Everything that can be measured, the baseline first. */
export const CONTESTANTS = ['bare', 'worker', 'unmetered', 'front', 'express'] as const
export type ContestantName = (typeof CONTESTANTS)[number]

const BODY = '{"data":[[5.1,3.5,1.4,0.2]]}'
const RIGHT_CLASSES = '["setosa"]'

export interface Contestant extends Runner {
  readonly name: ContestantName
}

export interface Contest {
  readonly contestants: readonly Contestant[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts all of them; the caller disposes of them. `worker` and `front` are two ways into one service. */
export async function startContest(): Promise<Contest> {
  const starting = [startOne('bare'), startOne('express'), startService(), startUnmetered()]
  const started = await Promise.allSettled(starting)
  const contests = started.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
  const dispose = async () => {
    await Promise.all(contests.map(contest => contest[Symbol.asyncDispose]()))
  }
  const failed = started.find(result => result.status === 'rejected')
  if (failed !== undefined) {
    await dispose()
    throw failed.reason
  }
  return { contestants: contests.flatMap(contest => contest.contestants), [Symbol.asyncDispose]: dispose }
}

/** @throws Error where the answer is not the right one */
export async function requireRightAnswer({ name, url, headers }: Contestant): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body: BODY })
  const text = await answer.text()
  if (!answer.ok || JSON.stringify(JSON.parse(text).classes) !== RIGHT_CLASSES)
    throw new Error(`${name} answers ${answer.status} ${text} in place of the classes ${RIGHT_CLASSES}`)
}

async function startOne(name: 'bare' | 'express'): Promise<Contest> {
  const baseline = await startBaseline(name)
  return {
    contestants: [contestant(name, baseline.url, [baseline.pid])],
    [Symbol.asyncDispose]: () => baseline[Symbol.asyncDispose](),
  }
}

/** One thread, as the baselines have: with more the engine's pool would be measured. */
const SERVICE = { WORKER_COUNT: '1', SCOREHOST_ONNX_THREADS: '1', SCOREHOST_FRONT: 'node' }

async function startService(): Promise<Contest> {
  const env = SERVICE
  const runtime = await startReady({ module: repositoryPath('samples/iris'), env })
  const { pid, workers } = await runtime.status()
  const address = workers[0]?.address
  const workerPids = workers.flatMap(pidsOf)
  return {
    contestants: [
      contestant('worker', `http://${address}`, workerPids),
      contestant('front', runtime.url, [pid, ...workerPids]),
    ],
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}

/** A worker that counts and times nothing. */
async function startUnmetered(): Promise<Contest> {
  const env = { ...SERVICE, SCOREHOST_METRICS: 'false' }
  const runtime = await startReady({ module: repositoryPath('samples/iris'), env })
  const { workers } = await runtime.status()
  return {
    contestants: [contestant('unmetered', `http://${workers[0]?.address}`, workers.flatMap(pidsOf))],
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}

function contestant(name: ContestantName, url: string, pids: readonly number[]): Contestant {
  return { name, url: `${url}/score`, pids, headers: { 'content-type': 'application/json' }, body: BODY }
}

function pidsOf({ pid }: { readonly pid?: number | null | undefined }): number[] {
  return pid === null || pid === undefined ? [] : [pid]
}
