// What is measured: processes that all answer the same request, and the addresses to send it to.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { repositoryPath, startReady } from '../test/support/start-runtime.ts'

/** Everything that can be measured, the baseline first. */
export const CONTESTANTS = ['bare', 'worker', 'front', 'express'] as const
export type ContestantName = (typeof CONTESTANTS)[number]

export const BODY = '{"data":[[5.1,3.5,1.4,0.2]]}'
const RIGHT_CLASSES = '["setosa"]'

export interface Contestant {
  readonly name: ContestantName
  readonly url: string
  /** The processes whose CPU time a request costs. */
  readonly pids: readonly number[]
}

export interface Contest {
  readonly contestants: readonly Contestant[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts all of them; the caller disposes of them. `worker` and `front` are two ways into one service. */
export async function startContest(): Promise<Contest> {
  const starting = [startBaseline('bare'), startBaseline('express'), startService()]
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
export async function requireRightAnswer({ name, url }: Contestant): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: BODY })
  const text = await answer.text()
  if (!answer.ok || JSON.stringify(JSON.parse(text).classes) !== RIGHT_CLASSES)
    throw new Error(`${name} answers ${answer.status} ${text} in place of the classes ${RIGHT_CLASSES}`)
}

async function startBaseline(name: 'bare' | 'express'): Promise<Contest> {
  const program = fileURLToPath(new URL(`./baselines/${name}.js`, import.meta.url))
  const child = fork(program, { execArgv: [], env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } })
  const exit = once(child, 'exit')
  const [port] = await Promise.race([
    once(child, 'message'),
    exit.then(() => Promise.reject(new Error(`the baseline ${name} ended before it listened`))),
  ])
  return {
    contestants: [{ name, url: `http://127.0.0.1:${port}/score`, pids: pidsOf(child) }],
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exit
    },
  }
}

async function startService(): Promise<Contest> {
  // one thread, as the baselines have: with more the engine's pool would be measured
  const env = { WORKER_COUNT: '1', SCOREHOST_ONNX_THREADS: '1', SCOREHOST_FRONT: 'node' }
  const runtime = await startReady({ module: repositoryPath('samples/iris'), env })
  const { pid, workers } = await runtime.status()
  const address = workers[0]?.address
  const workerPids = workers.flatMap(pidsOf)
  return {
    contestants: [
      { name: 'worker', url: `http://${address}/score`, pids: workerPids },
      { name: 'front', url: `${runtime.url}/score`, pids: [pid, ...workerPids] },
    ],
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  }
}

function pidsOf({ pid }: { readonly pid?: number | null | undefined }): number[] {
  return pid === null || pid === undefined ? [] : [pid]
}
