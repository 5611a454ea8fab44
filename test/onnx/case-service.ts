// Scorehost with the models of many cases, and what it answers to them.

import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type Runtime, startReady } from '../support/start-runtime.ts'
import type { FoundCases, OnnxCase, UnfitCase } from './onnx-cases.ts'
import { difference } from './same-outputs.ts'
import { type Form, infer } from './v2-client.ts'

const WIDTH = 8
const START_PATIENCE_MS = 120_000

/** StringNormalizer wants this locale, which few machines have; what it needs of it is in the one that all have. */
const WANTED_LOCALE = 'en_US.UTF-8'
const PRESENT_LOCALE = '/usr/lib/locale/C.utf8'

/** What became of each case, by its name: null where it passed, else why not. */
export type Outcomes = ReadonlyMap<string, string | null>

export class CaseService {
  readonly #runtime: Runtime
  readonly #found: FoundCases
  /** By model: why it cannot be loaded. */
  readonly #unavailable: ReadonlyMap<string, string>

  private constructor(runtime: Runtime, found: FoundCases, unavailable: ReadonlyMap<string, string>) {
    this.#runtime = runtime
    this.#found = found
    this.#unavailable = unavailable
  }

  /**
   * Serves all models as they are, in one worker.
   *
   * @param work An empty folder.
   * @param put Puts the `model.onnx` of a case into a folder.
   */
  static async start(
    found: FoundCases,
    work: string,
    put: (one: OnnxCase | UnfitCase, folder: string) => void,
  ): Promise<CaseService> {
    const models = join(work, 'models')
    for (const one of [...found.cases, ...found.unfit]) {
      const folder = join(models, one.model, '1')
      mkdirSync(folder, { recursive: true })
      put(one, folder)
    }
    const locales = join(work, 'locales')
    mkdirSync(locales)
    symlinkSync(PRESENT_LOCALE, join(locales, WANTED_LOCALE))
    const runtime = await startReady({
      module: work,
      flags: ['--models', models, '--workers', '1'],
      env: {
        SCOREHOST_STRICT_READINESS: '0',
        // a second thread for each of a thousand sessions makes the start 60 times as long
        SCOREHOST_ONNX_THREADS: '1',
        SCOREHOST_INIT_TIMEOUT_MS: String(START_PATIENCE_MS),
        LOCPATH: locales,
      },
      patienceMs: START_PATIENCE_MS,
    })
    const answer = await fetch(`${runtime.url}/v2/repository/index`, { method: 'POST' })
    const index = JSON.parse(await answer.text()) as readonly {
      readonly name: string
      readonly state: string
      readonly reason: string
    }[]
    const unavailable = index.filter(({ state }) => state !== 'READY')
    return new CaseService(runtime, found, new Map(unavailable.map(({ name, reason }) => [name, reason])))
  }

  /**
   * Sends each case.
   *
   * @param times How often, at once; the first answer that is wrong counts.
   */
  async ask(form: Form, times = 1): Promise<Outcomes> {
    const outcomes = new Map<string, string | null>(
      this.#found.unfit.map(({ name, model, why }) => [name, this.#unavailable.get(model) ?? why]),
    )
    const left = this.#found.cases.values()
    const askNext = async () => {
      for (const one of left) outcomes.set(one.name, await this.#outcome(one, form, times))
    }
    await Promise.all(Array.from({ length: WIDTH }, askNext))
    return outcomes
  }

  async #outcome(one: OnnxCase, form: Form, times: number): Promise<string | null> {
    const reason = this.#unavailable.get(one.model)
    if (reason !== undefined) return reason
    const answers = await Promise.all(
      Array.from({ length: times }, () => infer(this.#runtime.url, one.model, one.inputs, form)),
    )
    const faults = answers.map(({ status, error, outputs }) =>
      error === null ? difference(outputs, one.outputs, !one.isRandom) : `${status} ${error}`,
    )
    return faults.find(fault => fault !== null) ?? null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]()
  }
}
