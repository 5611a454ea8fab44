// How much memory processes take, and whether it grows with the requests.

import { rssBytes } from '../../test/support/process-use.ts'
import { startBaseline } from '../contestants/baseline.ts'
import { startService } from '../contestants/service.ts'
import type { Sample } from '../figures.ts'
import { IRIS_APP, irisRunner, requireIris } from '../iris-request.ts'
import { requireClean } from '../load-report.ts'
import type { Runner } from '../load-sample.ts'
import { type Bench, choose, type Scenario } from '../scenario.ts'
import { type Column, makeSection } from '../section.ts'
import { type Point, slopeOfSecondHalf } from '../slope.ts'
import type { Target } from '../verdict.ts'

const CONTESTANTS = ['bare-1', 'worker', 'supervisor'] as const
const BASELINE = 'bare-1'
const CONNECTIONS = 64
/** On the way. */
const SAMPLES = 20
/** However few requests were asked for, so that there is a second half. */
const LEAST_SAMPLES = 4
const MB = 1_000_000
/** With fewer requests what grows is what was not warm yet. */
const ENOUGH_REQUESTS = 200_000

const COLUMNS: readonly Column[] = [
  { measure: 'rssMb', hasRatio: false },
  { measure: 'slopeMb', hasRatio: false },
]

export const MEMORY: Scenario = {
  name: 'memory',
  title: 'memory after many iris requests through the node front, one worker',
  contestants: CONTESTANTS,
  async measure(bench) {
    const names = choose(bench, CONTESTANTS, BASELINE)
    if (names.length === 0) return []
    const { 'bare-1': bare, ...service } = { ...(await measureBare(bench)), ...(await measureService(bench)) }
    const all: Readonly<Record<string, Sample>> = { [BASELINE]: bare, ...service }
    // one round: what a process takes after its first million requests is not seen again in its second
    const round = Object.fromEntries(names.map(name => [name, all[name] ?? {}]))
    const targets = targetsFor(bench.requests).filter(({ contestant }) => bench.chosen.has(contestant))
    const title = `memory after ${bench.requests} requests`
    return [makeSection({ title, baseline: BASELINE, columns: COLUMNS, targets }, [round], bench.absent)]
  },
}

function targetsFor(requests: number): Target[] {
  const slopeLimit = requests < ENOUGH_REQUESTS ? null : 5
  const value = { kind: 'value' } as const
  return [
    {
      contestant: 'worker',
      measure: 'rssMb',
      comparison: { kind: 'difference', to: BASELINE },
      bound: '≤',
      limit: 35,
    },
    { contestant: 'supervisor', measure: 'rssMb', comparison: value, bound: '≤', limit: 75 },
    { contestant: 'worker', measure: 'slopeMb', comparison: value, bound: '≤', limit: slopeLimit },
    { contestant: 'supervisor', measure: 'slopeMb', comparison: value, bound: '≤', limit: slopeLimit },
  ]
}

async function measureBare(bench: Bench) {
  await using bare = await startBaseline(IRIS_APP.program)
  const runner = irisRunner({ name: BASELINE, url: bare.url, pids: [bare.pid] })
  return await watchMemory(bench, runner, { 'bare-1': bare.pid })
}

async function measureService(bench: Bench) {
  await using service = await startService({ module: IRIS_APP.module, front: 'node', workers: 1 })
  const { url, supervisorPid, firstWorker } = service
  const runner = irisRunner({ name: 'node', url, pids: [] })
  return await watchMemory(bench, runner, { worker: firstWorker.pid, supervisor: supervisorPid })
}

/** Sends the requests in parts, and looks at the processes after each. */
async function watchMemory<Name extends string>(
  { generator, requests }: Bench,
  runner: Runner,
  pids: Readonly<Record<Name, number>>,
): Promise<Record<Name, Sample>> {
  await requireIris(runner)
  const names = Object.keys(pids) as Name[] // true: it has no others
  const points = new Map<Name, Point[]>(names.map(name => [name, []]))
  let answered = 0
  let seconds = 1
  for (let part = 0; part < LEAST_SAMPLES || answered < requests; part++) {
    const report = await generator.run({ ...runner, connections: CONNECTIONS, seconds })
    requireClean(report, runner.name)
    answered += report.answered
    for (const name of names) points.get(name)?.push({ x: answered, y: rssBytes(pids[name]) / MB })
    const partsLeft = Math.max(1, SAMPLES - part - 1)
    seconds = Math.max(1, Math.round((requests - answered) / partsLeft / report.requestsPerSecond))
  }
  return Object.fromEntries(names.map(name => [name, sampleOf(points.get(name) ?? [])])) as Record<
    Name,
    Sample
  > // true: one of each
}

function sampleOf(points: readonly Point[]): Sample {
  const growth = slopeOfSecondHalf(points)
  return {
    rssMb: points.at(-1)?.y ?? Number.NaN,
    ...(growth === null ? {} : { slopeMb: growth * 1_000_000 }),
  }
}
