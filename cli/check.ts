// scorehost check: loads a score module, initialises it and scores one input, as a worker would.

import { randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { waitForDebugger } from 'node:inspector'
import { requireAppRoot } from '../runtime/app-root.ts'
import { Cancellation } from '../runtime/cancellation.ts'
import type { Config } from '../runtime/config.ts'
import { azureml } from '../runtime/contracts/azureml.ts'
import type { HttpReply } from '../runtime/contracts/contract.ts'
import { asScorehostError, ScorehostError } from '../runtime/errors.ts'
import { createLog, type Log } from '../runtime/log.ts'
import { findEntry } from '../runtime/model/load.ts'
import { modelsToLoad } from '../runtime/settings.ts'
import type { WholeService } from '../runtime/worker/catalog.ts'
import { logConsole } from '../runtime/worker/console.ts'
import { openInspector } from '../runtime/worker/inspector.ts'
import { loadService, type Service } from '../runtime/worker/service.ts'
import { readArguments } from './arguments.ts'
import { LoopWatch } from './blocked-loop.ts'
import { targetFlags } from './check-target.ts'
import type { Command } from './command.ts'
import { readConfiguration } from './configuration.ts'
import { type Escape, watchEscapes } from './escapes.ts'
import { failureReport } from './failure-report.ts'
import { settingsHelp } from './help.ts'
import { writeReply } from './reply-text.ts'
import { readData, type ScoredData, sampleData } from './scored-data.ts'
import { painter } from './terminal-style.ts'

const EXIT_FAILED = 3
const NO_DATA = `init() ran. There is nothing to score: export an inputSample, or give data with --data FILE (- is standard input).
`

/** What the score module is doing, by the name of the function that it is in. */
type Phase = 'load' | 'init' | 'run' | 'close'

export const check: Command = {
  summary: 'Load a score module, run its init() and score one input.',
  help: () => `Usage: scorehost check [file or folder] [--data FILE] [settings]

Loads the score module as a worker would, runs init(), scores its inputSample or what --data names, and prints the answer,
then the times and the memory on standard error. A folder is taken for the app root; so is the folder of a file, where no
app root is set. With --inspect it waits for a debugger first.
Exit codes: 0 all went well, 2 a setting is wrong, 3 the score module failed.

  --data …                  File to score in place of the inputSample; - is standard input.
  --content-type …          Its content type. Default: by extension, .json, .txt and .csv, else application/octet-stream;
                            of standard input application/json.
${settingsHelp()}
`,
  async run(words) {
    const own = { values: ['data', 'content-type'], operand: 'the score module or its folder' }
    const { flags, value, operand } = readArguments(words, own)
    const contentType = value('content-type')
    const file = value('data')
    const data = file === null ? null : readData(file, contentType)
    const appRootIsSet = flags['app-root'] !== undefined || (process.env['AML_APP_ROOT'] ?? '') !== ''
    const config = readConfiguration({ ...targetFlags(operand, appRootIsSet), ...flags })
    requireAppRoot(config.settings.appRoot)
    return new Check(config, data, contentType).run()
  },
}

class Check {
  readonly #config: Config
  readonly #data: ScoredData | null
  readonly #contentType: string | null
  readonly #log: Log
  readonly #end: (exitCode: number) => never
  readonly #loop = new LoopWatch()
  #phase: Phase = 'load'
  #phaseStartMs = performance.now()
  readonly #times: string[] = []

  constructor(config: Config, data: ScoredData | null, contentType: string | null) {
    this.#config = config
    this.#data = data
    this.#contentType = contentType
    this.#log = createLog(config.settings, { process: 'check', pid: process.pid })
    this.#end = watchEscapes(way => this.#fail(this.#escaped(way)))
  }

  /** Ends the process: a score module may leave timers and sockets behind that would keep it alive. */
  async run(): Promise<never> {
    const { settings, warnings } = this.#config
    for (const warning of warnings) this.#log.warn(warning)
    process.chdir(settings.appRoot)
    // as for a worker: what a module starts is to find the same
    process.env['AML_APP_ROOT'] = settings.appRoot
    process.env['AZUREML_MODEL_DIR'] = settings.modelDir
    logConsole(this.#log)
    try {
      // the check would be over before anybody has attached
      if (await openInspector(settings, this.#log)) waitForDebugger()
      const service = await this.#load()
      const data = this.#data ?? sampleData(service.core.service.inputSample, this.#contentType)
      if (data === null) process.stdout.write(NO_DATA)
      else await this.#score(service, data)
      this.#enter('close')
      await service.close()
    } catch (thrown) {
      this.#fail(asScorehostError(thrown))
    }
    const memory = `${Math.round(process.memoryUsage.rss() / 1024 ** 2)} MiB`
    process.stderr.write(`${[...this.#times, `memory ${memory}`].join(', ')}\n`)
    return this.#end(0)
  }

  async #load(): Promise<Service> {
    const { initTimeoutMs } = this.#config.settings
    const overdue = setTimeout(() => {
      const message = `${this.#doing()} did not end within ${initTimeoutMs} ms (SCOREHOST_INIT_TIMEOUT_MS)`
      this.#fail(new ScorehostError('ERR_INIT_FAILED', message))
    }, initTimeoutMs)
    this.#enter('load')
    this.#loop.allow(initTimeoutMs)
    const service = await loadService(this.#config.settings, this.#log, {
      whole: ALONE,
      models: modelsToLoad(this.#config.settings),
      requiredModel: null,
      initStarts: () => this.#enter('init'),
    })
    clearTimeout(overdue)
    return service
  }

  async #score(service: Service, data: ScoredData): Promise<void> {
    this.#enter('run')
    this.#loop.allow(this.#config.settings.scoringTimeoutMs)
    const reply = await scoreOverContract(service, data)
    await writeReply(reply, text => process.stdout.write(text))
  }

  #enter(phase: Phase): void {
    const nowMs = performance.now()
    if (phase !== 'load') this.#times.push(`${this.#phase} ${Math.round(nowMs - this.#phaseStartMs)} ms`)
    this.#phase = phase
    this.#phaseStartMs = nowMs
  }

  #doing(): string {
    return this.#phase === 'load' ? 'loading the score module' : `${this.#phase}()`
  }

  /** With the code that the service would have for it. */
  #escaped({ how, thrown }: Escape): ScorehostError {
    // whoever would have awaited the engine's own answer was stopped with the loop
    if (this.#loop.blocked !== null && thrown instanceof ScorehostError) return thrown
    const isStarting = this.#phase === 'load' || this.#phase === 'init'
    const message = `${this.#phase === 'load' ? 'the score module, while it was loaded,' : this.#doing()} ${how}`
    return new ScorehostError(isStarting ? 'ERR_INIT_FAILED' : 'ERR_WORKER_LOST', message, { cause: thrown })
  }

  #fail(thrown: ScorehostError): never {
    const { blocked } = this.#loop
    const error =
      blocked === null ? thrown : new ScorehostError(thrown.code, thrown.message, { cause: blocked })
    const { appRoot } = this.#config.settings
    const paint = painter(process.stderr.isTTY, process.env)
    const author = { appRoot: realpathSync(appRoot), entry: this.#entry() }
    process.stderr.write(failureReport(error, author, paint))
    return this.#end(EXIT_FAILED)
  }

  #entry(): string | null {
    try {
      return findEntry(this.#config.settings)
    } catch {
      return null // that there is none is what the report is about
    }
  }
}

/** Nobody asks this process about other workers. */
const ALONE: WholeService = {
  statistics: async () => ({}),
  change: async () => {},
}

/** Through the route that serves `POST /score`, so that decoding, checks and encoding are those of the service. */
async function scoreOverContract({ core }: Service, data: ScoredData): Promise<HttpReply> {
  const route = azureml.routes.find(({ method, path }) => method === 'POST' && path === '/score')
  if (route === undefined) throw new ScorehostError('ERR_INTERNAL', 'the contract has no route to score')
  const call = {
    method: route.method,
    path: route.path,
    params: {},
    query: '',
    headers: { 'content-type': data.contentType, 'content-length': String(data.body.length) },
    body: data.body,
    requestId: randomUUID(),
    always: {},
    timing: { queueMs: null, runMs: null },
    trace: null,
    cancellation: new Cancellation(),
  }
  return route.handle(call, core)
}
