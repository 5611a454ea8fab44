// One iris flower as JSON: what a request costs on its way to a small model and back.

import type { ContestantName } from '../contestants/start-contestants.ts'
import { IRIS_APP, IRIS_REQUEST, requireIris } from '../iris-request.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { measureScoring } from '../score-contest.ts'
import type { Section } from '../section.ts'
import { speedTarget, type Target } from '../verdict.ts'

interface Group {
  readonly title: string
  /** The baseline first. */
  readonly names: readonly [ContestantName, ...ContestantName[]]
}

const TWO: Group = {
  title: 'iris, two processes',
  names: ['bare', 'bare-nginx', 'bare-nginx-unix', 'nginx', 'node', 'express', 'express-proxy'],
}
const ONE: Group = { title: 'iris, one process', names: ['bare-1', 'worker', 'worker-alone'] }

/** Later versions of Node run Express much faster than 20, and so it proves nothing there. */
const expressLimit = process.versions.node.startsWith('20.') ? 3 : null

const TARGETS: Readonly<Record<number, readonly Target[]>> = {
  1: [
    {
      contestant: 'nginx',
      measure: 'p50Micros',
      comparison: { kind: 'difference', to: 'bare' },
      bound: '≤',
      limit: 120,
    },
  ],
  64: [
    speedTarget('nginx', 0.85, 'bare'),
    speedTarget('nginx', expressLimit, 'express-proxy'),
    speedTarget('node', 0.4, 'bare'),
    speedTarget('worker-alone', 0.9, 'bare-1'),
    speedTarget('worker', 1.2, 'bare-1'),
  ],
}

export const IRIS: readonly Scenario[] = [1, 64, 256].map(connections => ({
  name: `iris-${connections}`,
  title: `one iris flower as JSON, ${connections} connections`,
  contestants: [...TWO.names, ...ONE.names],
  async measure(bench) {
    const sections: Section[] = []
    // one group after the other, so that those who are held against each other are measured next to each other
    for (const group of [TWO, ONE]) sections.push(...(await measureGroup(bench, group, connections)))
    return sections
  },
}))

function measureGroup(bench: Bench, { title, names }: Group, connections: number): Promise<Section[]> {
  const [baseline] = names
  return measureScoring(bench, {
    title,
    connections,
    contestants: names,
    baseline,
    app: IRIS_APP,
    request: IRIS_REQUEST,
    // of the other group none has a place in these rounds, and so no verdict
    targets: (TARGETS[connections] ?? []).filter(({ contestant }) => names.some(name => name === contestant)),
    requireRight: requireIris,
  })
}
