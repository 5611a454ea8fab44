// Starts Scorehost as a user would, and says which of its processes is what.

import { startRuntime } from '../../test/support/start-runtime.ts'
import { endWithBench } from '../children.ts'

export interface ServiceOptions {
  /** Absolute path of the app root. */
  readonly module: string
  readonly front: 'node' | 'nginx'
  readonly workers: number
  readonly env?: Readonly<Record<string, string>>
}

export interface Service extends AsyncDisposable {
  /** Of the front, without a slash at the end. */
  readonly url: string
  readonly supervisorPid: number
  readonly firstWorker: {
    /** Of its own port, which it has behind the node front. */
    readonly url: string
    readonly pid: number
  }
}

/** @throws Error where it does not become ready */
export async function startService({ module, front, workers, env }: ServiceOptions): Promise<Service> {
  const runtime = await startRuntime({
    module,
    env: {
      WORKER_COUNT: `${workers}`,
      // as the baselines have: with more the engine's pool would be measured
      SCOREHOST_ONNX_THREADS: '1',
      SCOREHOST_FRONT: front,
      ...env,
    },
  })
  endWithBench(runtime.process, 'SIGINT')
  const dispose = () => runtime[Symbol.asyncDispose]()
  try {
    await runtime.ready
    const { pid, workers: slots } = await runtime.status()
    return {
      url: runtime.url,
      supervisorPid: pid,
      firstWorker: { url: `http://${slots[0]?.address}`, pid: slots[0]?.pid ?? 0 },
      [Symbol.asyncDispose]: dispose,
    }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}
