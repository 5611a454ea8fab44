// Starts a baseline: processes of its own that end with the benchmark.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { endWithBench } from '../children.ts'

/** A file of bench/baselines. */
export type Program = 'bare' | 'express' | 'tensors' | 'echo' | 'stream' | 'blocking' | 'proxy' | 'cluster'

export interface Baseline extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string
  /** For nginx. */
  readonly address: string
  readonly pid: number
}

interface BaselineOptions {
  readonly words?: readonly string[]
  /** Absolute path of a socket to listen on in place of a port. */
  readonly socket?: string
}

/** @throws Error where it ends before it listens */
export async function startBaseline(
  program: Program,
  { words = [], socket }: BaselineOptions = {},
): Promise<Baseline> {
  const child = fork(fileOf(program), words, {
    execArgv: [],
    env: {
      ...process.env,
      ORT_DISABLE_TELEMETRY: '1',
      ...(socket === undefined ? {} : { BENCH_SOCKET: socket }),
    },
  })
  endWithBench(child, 'SIGTERM')
  const exit = once(child, 'exit')
  const [port] = await Promise.race([
    once(child, 'message'),
    exit.then(() => Promise.reject(new Error(`the baseline ${program} ended before it listened`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    address: socket === undefined ? `127.0.0.1:${port}` : `unix:${socket}`,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exit
    },
  }
}

/** The same twice on one port. */
export function startCluster(program: Program): Promise<Baseline> {
  return startBaseline('cluster', { words: [fileOf(program)] })
}

function fileOf(program: Program): string {
  return fileURLToPath(new URL(`../baselines/${program}.js`, import.meta.url))
}
