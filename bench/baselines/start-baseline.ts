// Starts a baseline, a process of its own that ends with the benchmark.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Baseline {
  /** Without a slash at the end. */
  readonly url: string
  readonly pid: number
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws Error where it ends before it listens */
export async function startBaseline(
  name: 'bare' | 'express' | 'tensors',
  words: readonly string[] = [],
): Promise<Baseline> {
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url))
  const child = fork(program, words, { execArgv: [], env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } })
  const exit = once(child, 'exit')
  const [port] = await Promise.race([
    once(child, 'message'),
    exit.then(() => Promise.reject(new Error(`the baseline ${name} ended before it listened`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exit
    },
  }
}
