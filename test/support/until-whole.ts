// Waits until a service has all its workers again.

import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS } from './start-runtime.ts'

/** Settles when as many different workers have answered the behaviours module's `who` as there ought to be. */
export async function untilWhole(url: string, workers: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  const pids = new Set<unknown>()
  while (pids.size < workers) {
    if (performance.now() > deadline) throw new Error(`only ${pids.size} of ${workers} workers answer`)
    for (const answer of await Promise.all(Array.from({ length: workers }, () => who(url)))) {
      if (answer !== null) pids.add(answer)
    }
    // nothing outside the service tells when a worker is back, so it is asked again after a while
    await sleep(100)
  }
}

async function who(url: string): Promise<unknown> {
  const body = JSON.stringify({ do: 'who' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/score`, { method: 'POST', headers, body })
  const text = await answer.text()
  return answer.ok ? JSON.parse(text).pid : null
}
