// A body of 10 MB there and back: what large bodies cost.

import { repositoryPath } from '../../test/support/start-runtime.ts'
import type { Runner } from '../load-sample.ts'
import type { Scenario } from '../scenario.ts'
import { measureScoring } from '../score-contest.ts'
import { speedTarget } from '../verdict.ts'

const BODY = Buffer.from(Uint8Array.from({ length: 10_000_000 }, (_, index) => index % 251))
const CONNECTIONS = 8
const CONTESTANTS = ['bare', 'bare-nginx', 'nginx', 'node', 'worker'] as const
const BASELINE = 'bare'

export const ECHO: Scenario = {
  name: 'echo',
  title: `a body of 10 MB, echoed, ${CONNECTIONS} connections`,
  contestants: CONTESTANTS,
  measure: bench =>
    measureScoring(bench, {
      title: 'echo of 10 MB',
      connections: CONNECTIONS,
      contestants: CONTESTANTS,
      baseline: BASELINE,
      app: { program: 'echo', module: repositoryPath('bench/modules/echo') },
      request: { headers: { 'content-type': 'application/octet-stream' }, body: BODY },
      targets: [speedTarget('nginx', 0.7, BASELINE)],
      requireRight: requireEcho,
    }),
}

async function requireEcho({ name, url, headers }: Runner): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body: BODY })
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (!answer.ok || !bytes.equals(BODY))
    throw new Error(
      `${name} answers ${answer.status} and ${bytes.length} bytes, ${bytes.subarray(0, 300)}, in place of its input`,
    )
}
