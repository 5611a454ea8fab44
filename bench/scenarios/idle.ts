// Thousands of connections that do nothing: whether they cost those that do something.

import { startContestants } from '../contestants/start-contestants.ts'
import type { Sample } from '../figures.ts'
import { openIdle } from '../idle-crowd.ts'
import { IRIS_APP, IRIS_REQUEST, irisRunner, requireIris } from '../iris-request.ts'
import { type Runner, sampleLoad, warmUp } from '../load-sample.ts'
import { requireOpenFiles } from '../open-files.ts'
import { takeRounds } from '../rounds.ts'
import { type Bench, choose, type Scenario } from '../scenario.ts'
import { LOAD_COLUMNS, makeSection, type Section } from '../section.ts'
import { speedTarget } from '../verdict.ts'

const CONTESTANTS = ['nginx', 'node'] as const
const CONNECTIONS = 64
const LEAST_RATIO = 0.95

export const IDLE: Scenario = {
  name: 'idle',
  title: `idle connections beside the iris load of ${CONNECTIONS} connections`,
  contestants: CONTESTANTS,
  async measure(bench) {
    const sections: Section[] = []
    for (const front of CONTESTANTS) sections.push(...(await measureFront(bench, front)))
    return sections
  },
}

/** Each front is its own baseline. */
async function measureFront(bench: Bench, front: (typeof CONTESTANTS)[number]): Promise<Section[]> {
  const { generator, rounds, seconds, idleConnections, chosen, absent } = bench
  if (!chosen.has(front)) return []
  const crowded = `${front}, ${idleConnections} idle`
  const plan = {
    title: `${front} and idle connections`,
    baseline: front,
    columns: LOAD_COLUMNS,
    targets: [speedTarget(crowded, LEAST_RATIO, front)],
  }
  if (choose(bench, [front], front).length === 0) return [makeSection(plan, [], absent)]
  requireOpenFiles(idleConnections)
  await using started = await startContestants([front], IRIS_APP, bench.folder)
  const [runner] = started.all.map(irisRunner)
  if (runner === undefined) return []
  await requireIris(runner)
  await warmUp(generator, [runner], seconds)
  const load = { connections: CONNECTIONS, seconds }
  const sides: readonly Runner[] = [runner, { ...runner, name: crowded }]
  const measured = await takeRounds(sides, rounds, async (side): Promise<Sample> => {
    if (side === runner) return sampleLoad(generator, side, load)
    await using idle = await openIdle(side.url, IRIS_REQUEST.body, idleConnections)
    const sample = await sampleLoad(generator, side, load)
    await idle.requireOpen()
    return sample
  })
  return [makeSection(plan, measured, absent)]
}
