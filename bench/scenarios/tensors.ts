// Tensors of 600 kB to models without code: what it costs to take them there and back.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryPath } from '../../test/support/start-runtime.ts'
import { measureContest } from '../contest.ts'
import { startBaseline } from '../contestants/baseline.ts'
import { startService } from '../contestants/service.ts'
import { writeModels } from '../measured-models.ts'
import { askModel, inferUrl, requireAnswer, type TensorRunner } from '../model-answers.ts'
import { processTree } from '../process-tree.ts'
import { choose, type Scenario } from '../scenario.ts'
import { bareBytes, bareJson, v2Binary, v2Json } from '../tensor-requests.ts'
import { speedTarget } from '../verdict.ts'

interface Row {
  readonly name: string
  readonly model: 'image' | 'pooling'
  readonly format: 'JSON' | 'binary'
  /** Of `worker` to `bare`. */
  readonly target: number | null
}

const ROWS: readonly Row[] = [
  { name: 'image-binary', model: 'image', format: 'binary', target: 0.95 },
  { name: 'image-json', model: 'image', format: 'JSON', target: 1.3 },
  { name: 'pooling-binary', model: 'pooling', format: 'binary', target: null },
]
const CONNECTIONS = 8
const CONTESTANTS = ['bare', 'worker', 'front'] as const
const BASELINE = 'bare'

export const TENSORS: readonly Scenario[] = ROWS.map(({ name, model, format, target }) => ({
  name,
  title: `${model}, ${format}: a tensor of 600 kB to a model, ${CONNECTIONS} connections`,
  contestants: CONTESTANTS,
  async measure(bench) {
    const chosen = choose(bench, CONTESTANTS, BASELINE)
    if (chosen.length === 0) return []
    const folder = mkdtempSync(join(bench.folder, 'models-'))
    const models = await writeModels(folder, repositoryPath('../shared/models'))
    bench.note(models.notes[model])
    await using bare = await startBaseline('tensors', { words: [models[model]] })
    await using service = await startService({ module: folder, front: 'node', workers: 1 })
    const answer = await askModel(models[model])
    const { tensor } = answer
    const request = format === 'JSON' ? v2Json(tensor) : v2Binary(tensor)
    const { firstWorker, supervisorPid } = service
    const all: Readonly<Record<(typeof CONTESTANTS)[number], Omit<TensorRunner, 'name'>>> = {
      bare: {
        ...(format === 'JSON' ? bareJson(tensor) : bareBytes(tensor)),
        url: `${bare.url}/${format.toLowerCase()}`,
        pids: [bare.pid],
      },
      worker: { ...request, url: inferUrl(firstWorker.url, model), pids: [firstWorker.pid] },
      front: { ...request, url: inferUrl(service.url, model), pids: processTree(supervisorPid) },
    }
    const runners = chosen.map(contestant => ({ name: contestant, ...all[contestant] }))
    for (const runner of runners) await requireAnswer(runner, answer)
    const title = `${model}, ${format}`
    const targets = target === null ? [] : [speedTarget('worker', target, BASELINE)]
    return [
      await measureContest(bench, { title, connections: CONNECTIONS, baseline: BASELINE, targets, runners }),
    ]
  },
}))
