// An answer in 20 pieces of 200 bytes: what streaming costs.

import { repositoryPath } from '../../test/support/start-runtime.ts'
import { measureContest } from '../contest.ts'
import { startContestants } from '../contestants/start-contestants.ts'
import type { Runner } from '../load-sample.ts'
import { choose, type Scenario } from '../scenario.ts'

const EXPECTED = 'x'.repeat(20 * 200)
const CONNECTIONS = 64
const CONTESTANTS = ['bare', 'nginx', 'node'] as const
const BASELINE = 'bare'
const APP = { program: 'stream', module: repositoryPath('bench/modules/stream') } as const

export const STREAM: Scenario = {
  name: 'stream',
  title: `an answer streamed in 20 pieces, ${CONNECTIONS} connections`,
  contestants: CONTESTANTS,
  async measure(bench) {
    const chosen = choose(bench, CONTESTANTS, BASELINE)
    if (chosen.length === 0) return []
    await using started = await startContestants(chosen, APP, bench.folder)
    const runners = started.all.map(({ name, url, pids }) => ({
      name,
      url: `${url}/score`,
      pids,
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }))
    for (const runner of runners) await requireStream(runner)
    return [
      await measureContest(bench, {
        title: 'stream of 20 pieces',
        connections: CONNECTIONS,
        baseline: BASELINE,
        targets: [],
        runners,
      }),
    ]
  },
}

async function requireStream({ name, url, headers, body }: Runner): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body })
  const text = await answer.text()
  const isStreamed = !answer.headers.has('content-length')
  if (!answer.ok || text !== EXPECTED || !isStreamed)
    throw new Error(
      `${name} answers ${answer.status} ${text.slice(0, 300)} (streamed: ${isStreamed}) in place of 20 pieces`,
    )
}
