// A deployed container as a platform treats it: started, probed, sent requests, ended with SIGTERM.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FRONT } from '../support/front.ts'
import { PATIENCE_MS } from '../support/start-runtime.ts'
import { type Deployed, freePort, type Place, placed } from './deployed.ts'
import { ENTRYPOINT, imagePath } from './image.ts'

/** What this machine needs and no container: a front that is installed, and worker ports apart from those of other tests. */
const MACHINE = { SCOREHOST_FRONT: FRONT, SCOREHOST_WORKER_PORT: '19290' }

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Service {
  get(path: string): Promise<Answer>
  /** POSTs JSON and returns the answer's, which has to be a 200. */
  post(path: string, input: unknown): Promise<unknown>
}

/**
 * Starts what is deployed, waits until it lives and is ready, lets a test call it, and ends it: it has to exit with 0 in time.
 *
 * @param folders Of this machine, by the paths that stand for them in the container.
 */
export async function exercise(
  t: TestContext,
  deployed: Deployed,
  folders: Place['folders'],
  calls: (service: Service) => Promise<void>,
): Promise<void> {
  const port = await freePort()
  const { env, args } = placed(deployed, { port, folders })
  const child = spawn(ENTRYPOINT, args, {
    env: { PATH: imagePath(t), ...env, ...MACHINE },
    cwd: env['AML_APP_ROOT'],
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => written.push(text))
  const end = once(child, 'close')
  const service = clientOf(`http://127.0.0.1:${port}`)
  try {
    for (const path of [deployed.liveness, deployed.readiness])
      await probe(service, path, () => child.exitCode)
    await calls(service)
    const startMs = performance.now()
    child.kill('SIGTERM')
    const [exitCode] = await end
    assert.equal(exitCode, 0)
    const seconds = (performance.now() - startMs) / 1000
    assert(seconds < deployed.graceSeconds, `it took ${seconds} s of the ${deployed.graceSeconds} s it has`)
  } catch (thrown) {
    t.diagnostic(written.join(''))
    throw thrown
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await end
  }
}

/** Asks until the answer is exactly 200, which is what every platform takes for healthy. */
async function probe(service: Service, path: string, exitCode: () => number | null): Promise<void> {
  let last = 'nothing'
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(50)) {
    assert.equal(exitCode(), null, `it has not ended before ${path} answered 200, but ${last}`)
    const answer = await service.get(path).catch(() => null) // no port is open yet
    if (answer?.status === 200) return
    if (answer !== null) last = `${answer.status} ${answer.text}`
  }
  assert.fail(`GET ${path} did not become 200 but ${last}`)
}

function clientOf(url: string): Service {
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(url + path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return {
    get: path => call(path, {}),
    async post(path, input) {
      const headers = { 'content-type': 'application/json' }
      const { status, text } = await call(path, { method: 'POST', headers, body: JSON.stringify(input) })
      assert.equal(status, 200, `POST ${path}: ${text}`)
      return JSON.parse(text)
    },
  }
}
