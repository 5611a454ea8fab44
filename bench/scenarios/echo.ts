// A body of 10 MB there and back: what large bodies cost.

import { repositoryPath } from '../../test/support/start-runtime.ts'
import { measureContest } from '../contest.ts'
import { startContestants } from '../contestants/start-contestants.ts'
import type { Runner } from '../load-sample.ts'
import { choose, type Scenario } from '../scenario.ts'
import { speedTarget } from '../verdict.ts'

const BODY = Buffer.from(Uint8Array.from({ length: 10_000_000 }, (_, index) => index % 251))
const CONNECTIONS = 8
const CONTESTANTS = ['bare', 'bare-nginx', 'nginx', 'node', 'worker'] as const
const BASELINE = 'bare'
const APP = { program: 'echo', module: repositoryPath('bench/modules/echo') } as const

export const ECHO: Scenario = {
  name: 'echo',
  title: `a body of 10 MB, echoed, ${CONNECTIONS} connections`,
  contestants: CONTESTANTS,
  async measure(bench) {
    const chosen = choose(bench, CONTESTANTS, BASELINE)
    if (chosen.length === 0) return []
    await using started = await startContestants(chosen, APP, bench.folder)
    const runners = started.all.map(({ name, url, pids }) => ({
      name,
      url: `${url}/score`,
      pids,
      headers: { 'content-type': 'application/octet-stream' },
      body: BODY,
    }))
    for (const runner of runners) await requireEcho(runner)
    const targets = [speedTarget('nginx', 0.7, BASELINE)]
    return [
      await measureContest(bench, {
        title: 'echo of 10 MB',
        connections: CONNECTIONS,
        baseline: BASELINE,
        targets,
        runners,
      }),
    ]
  },
}

async function requireEcho({ name, url, headers }: Runner): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body: BODY })
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (!answer.ok || !bytes.equals(BODY))
    throw new Error(
      `${name} answers ${answer.status} and ${bytes.length} bytes, ${bytes.subarray(0, 300)}, in place of its input`,
    )
}
