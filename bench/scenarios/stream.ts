// An answer in 20 pieces of 200 bytes: what streaming costs.

import { repositoryPath } from '../../test/support/start-runtime.ts'
import type { Runner } from '../load-sample.ts'
import type { Scenario } from '../scenario.ts'
import { measureScoring } from '../score-contest.ts'

const EXPECTED = 'x'.repeat(20 * 200)
const CONNECTIONS = 64
const CONTESTANTS = ['bare', 'nginx', 'node'] as const

export const STREAM: Scenario = {
  name: 'stream',
  title: `an answer streamed in 20 pieces, ${CONNECTIONS} connections`,
  contestants: CONTESTANTS,
  measure: bench =>
    measureScoring(bench, {
      title: 'stream of 20 pieces',
      connections: CONNECTIONS,
      contestants: CONTESTANTS,
      baseline: 'bare',
      app: { program: 'stream', module: repositoryPath('bench/modules/stream') },
      request: { headers: { 'content-type': 'application/json' }, body: '{}' },
      targets: [],
      requireRight: requireStream,
    }),
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
