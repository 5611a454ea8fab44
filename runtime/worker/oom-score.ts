// Which process the kernel kills where memory runs out: a worker and not the supervisor, and of workers one that is only starting.

import { readFileSync, writeFileSync } from 'node:fs'

const FILE = '/proc/self/oom_score_adj'
const MOST = 1000
const STARTING = 1000
const SERVING = 500

/**
 * The supervisor's end would be the end of all workers. And where a new generation, with a model more, does not fit beside the one that
 * serves, it is the new one that has to go, whatever the sizes: half the limit counts for more than what an old worker can have in
 * excess of a new one that runs out of memory beside it.
 *
 * The score is raised from what the container has and not set: Kubernetes gives -997 to a guaranteed pod, which must not become
 * the first of its node to be killed, and 1000 to one without requests. To lower what was raised needs no privilege.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior
 */
export class OomScore {
  /** What the container has; null where there is no such thing. */
  readonly #own: number | null = readOwn()

  /** While it loads. */
  raiseForStart(): void {
    this.#raise(STARTING)
  }

  /** From when it is ready. */
  raiseForService(): void {
    this.#raise(SERVING)
  }

  #raise(by: number): void {
    if (this.#own === null) return
    try {
      writeFileSync(FILE, `${Math.min(MOST, this.#own + by)}`)
    } catch {
      // where it may not be written, the largest process is killed, which most likely is a worker
    }
  }
}

function readOwn(): number | null {
  try {
    return process.platform === 'linux' ? Number(readFileSync(FILE, 'utf8')) : null
  } catch {
    return null
  }
}
