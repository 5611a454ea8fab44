// Models without code over the V2 protocol, with batching and without: what it gains.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryPath } from '../../test/support/start-runtime.ts'
import { measureContest } from '../contest.ts'
import { startService } from '../contestants/service.ts'
import { VARIANT_NAMES, writeModels } from '../measured-models.ts'
import { askModel, inferUrl, requireAnswer } from '../model-answers.ts'
import { choose, type Scenario } from '../scenario.ts'
import { v2Binary, v2Json } from '../tensor-requests.ts'
import { speedTarget } from '../verdict.ts'

interface Row {
  readonly name: string
  readonly model: 'digits' | 'wide'
  readonly format: 'JSON' | 'binary'
  /** Of `batched` to `alone`. */
  readonly target: number
}

const ROWS: readonly Row[] = [
  { name: 'digits-json', model: 'digits', format: 'JSON', target: 1.3 },
  { name: 'digits-binary', model: 'digits', format: 'binary', target: 1.3 },
  { name: 'wide-json', model: 'wide', format: 'JSON', target: 1.8 },
  { name: 'wide-binary', model: 'wide', format: 'binary', target: 2.8 },
]
const CONNECTIONS = 64
const BASELINE = 'alone'

export const BATCHING: readonly Scenario[] = ROWS.map(({ name, model, format, target }) => ({
  name,
  title: `${model}, ${format}: one row to a model with batching and without, ${CONNECTIONS} connections`,
  contestants: VARIANT_NAMES,
  async measure(bench) {
    const chosen = choose(bench, VARIANT_NAMES, BASELINE)
    if (chosen.length === 0) return []
    const folder = mkdtempSync(join(bench.folder, 'models-'))
    const models = await writeModels(folder, repositoryPath('../shared/models'))
    bench.note(models.notes[model])
    // the three are one model under three names
    await using service = await startService({ module: folder, front: 'node', workers: 1 })
    const { url, pid } = service.firstWorker
    const answer = await askModel(models[model])
    const request = format === 'JSON' ? v2Json(answer.tensor) : v2Binary(answer.tensor)
    const runners = chosen.map(variant => ({
      ...request,
      name: variant,
      url: inferUrl(url, `${model}_${variant}`),
      pids: [pid],
    }))
    for (const runner of runners) await requireAnswer(runner, answer)
    const title = `${model}, ${format}`
    const targets = [speedTarget('batched', target, BASELINE)]
    return [
      await measureContest(bench, { title, connections: CONNECTIONS, baseline: BASELINE, targets, runners }),
    ]
  },
}))
