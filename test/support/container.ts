// Containers of the image, for the tests of it: CONTAINER_ENGINE says by what they are run.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { type LogLine, PATIENCE_MS } from './start-runtime.ts'

/** A command that takes docker's words; null where there is none. */
const engine = process.env['CONTAINER_ENGINE'] || null

/** `npm run test:container` builds it. */
export const IMAGE = 'scorehost:test'

/** What it is built on; unset: the Dockerfile's own. */
export const NODE_IMAGE = process.env['NODE_IMAGE'] || null

/** Why a test of the image cannot be run here; false where it can. */
export const noEngine = engine === null && 'CONTAINER_ENGINE is not set: nothing here runs containers'

/** A machine with other work to do takes its time to make a container. */
const CONTAINER_PATIENCE_MS = 2 * PATIENCE_MS

export interface Output {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one command of the engine to its end, whatever that is. */
export async function engineOutput(...words: readonly string[]): Promise<Output> {
  // what buildah writes by itself has no place for a health check; docker knows no such variable
  const env = { ...process.env, BUILDAH_FORMAT: 'docker' }
  return new Promise(resolve =>
    execFile(
      engine ?? 'false',
      words,
      { env, cwd: tmpdir(), maxBuffer: 64 * 1024 ** 2 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ exitCode, stdout, stderr })
      },
    ),
  )
}

/** As engineOutput, and gives what it printed. @throws where it does not exit with 0 */
export async function engineText(...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await engineOutput(...words)
  if (exitCode !== 0) throw new Error(`${words.join(' ')} exited with ${exitCode}: ${stderr}${stdout}`)
  return stdout.trim()
}

export interface ImageFacts {
  readonly sizeBytes: number
  readonly user: string
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly env: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly ports: readonly string[]
  readonly workingDirectory: string
  readonly healthcheck: readonly string[]
}

/** @throws where there is no such image here */
export async function inspectImage(name: string): Promise<ImageFacts> {
  const [found] = JSON.parse(await engineText('image', 'inspect', name))
  const { Size, Config, Healthcheck } = found
  return {
    sizeBytes: Size,
    user: Config.User,
    entrypoint: Config.Entrypoint ?? [],
    command: Config.Cmd ?? [],
    env: Config.Env ?? [],
    labels: Config.Labels ?? {},
    ports: Object.keys(Config.ExposedPorts ?? {}),
    workingDirectory: Config.WorkingDir,
    healthcheck: (Config.Healthcheck ?? Healthcheck)?.Test ?? [], // podman has it beside the configuration
  }
}

export interface ContainerOptions {
  /** Of the engine's run. */
  readonly options?: readonly string[]
  /** In place of the image's own command. */
  readonly command?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly image?: string
}

function runWords(name: string, { options = [], command = [], env = {}, image = IMAGE }: ContainerOptions) {
  const settings = Object.entries({ SCOREHOST_DRAIN_DELAY_MS: '0', ...env })
  const variables = settings.flatMap(([key, value]) => ['--env', `${key}=${value}`])
  return ['run', '--name', name, ...variables, ...options, image, ...command]
}

/** Runs a container to its end. */
export async function runContainer(options: ContainerOptions): Promise<Output> {
  const name = `scorehost-test-${randomUUID()}`
  try {
    return await engineOutput(...runWords(name, options))
  } finally {
    await engineOutput('rm', '--force', name)
  }
}

/** A container that runs, seen from outside. */
export class Container {
  readonly name = `scorehost-test-${randomUUID()}`
  readonly log: LogLine[] = []
  /** What it and the engine wrote that is no line of the log. */
  readonly text: string[] = []
  /** The exit code of its process 1. */
  readonly end: Promise<number | null>
  readonly #process: ChildProcess
  readonly #watchers = new Set<() => void>()

  constructor(options: ContainerOptions) {
    this.#process = spawn(engine ?? 'false', runWords(this.name, options), {
      cwd: tmpdir(), // podman notes there that memory ran out
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream === null) continue
      createInterface(stream).on('line', line => {
        if (line.startsWith('{"level":')) this.log.push(JSON.parse(line))
        else this.text.push(line)
        for (const watcher of this.#watchers) watcher()
      })
    }
    this.end = once(this.#process, 'close').then(([exitCode]) => exitCode)
  }

  /** Settles when every worker is ready. */
  async ready(): Promise<this> {
    await this.#waitFor('it was ready', () => this.text.find(line => line.startsWith('Scorehost is ready')))
    return this
  }

  /** The first log line for which this holds, also among those already written. */
  waitForLog(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return this.#waitFor('the awaited log line', () => this.log.find(matches))
  }

  /** Where a port of the container is reached from here; it must have been published. */
  async url(port = 5001): Promise<string> {
    const [address = ''] = (await engineText('port', this.name, String(port))).split('\n')
    return `http://${address}`
  }

  /** What a command prints in it. @throws where it fails */
  exec(...command: readonly string[]): Promise<string> {
    return engineText('exec', this.name, ...command)
  }

  /** As {@link exec}, by a shell. */
  sh(script: string): Promise<string> {
    return this.exec('sh', '-c', script)
  }

  /** POSTs JSON to /score from inside: a container without a network is reached by no other way. */
  async scoreInside(input: unknown): Promise<Readonly<Record<string, unknown>>> {
    const data = ['-H', 'content-type: application/json', '-d', JSON.stringify(input)]
    return JSON.parse(await this.exec('curl', '-sS', 'http://127.0.0.1:5001/score', ...data))
  }

  /** Names of all processes in it, by id. */
  async processes(): Promise<ReadonlyMap<number, string>> {
    const lines = await this.sh(
      'cd /proc && for pid in [0-9]*; do echo "$pid $(cat $pid/comm 2>/dev/null)"; done',
    )
    return new Map(
      lines.split('\n').map(line => {
        const [pid = '', ...name] = line.split(' ')
        return [Number(pid), name.join(' ')]
      }),
    )
  }

  /** SIGTERM as `docker stop` sends it, and the exit code that comes of it. */
  async stop(): Promise<number | null> {
    await engineText('stop', '-t', '20', this.name)
    return this.end
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await engineOutput('kill', this.name)
    await this.end
    await engineOutput('rm', '--force', this.name)
  }

  #waitFor<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        act()
      }
      const fail = (why: string) => {
        const written = [...this.log.map(line => JSON.stringify(line)), ...this.text].join('\n')
        settle(() => reject(new Error(`${why} before ${what}; it wrote:\n${written}`)))
      }
      const look = () => {
        const found = find()
        if (found !== undefined) settle(() => resolve(found))
      }
      const timer = setTimeout(() => fail(`${CONTAINER_PATIENCE_MS} ms went by`), CONTAINER_PATIENCE_MS)
      this.#watchers.add(look)
      void this.end.then(() => setImmediate(() => this.#watchers.has(look) && fail('the container ended')))
      look()
    })
  }
}

/** Starts a container and waits until it is ready; the caller disposes of it. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const container = new Container(options)
  try {
    return await container.ready()
  } catch (thrown) {
    await container[Symbol.asyncDispose]()
    throw thrown
  }
}

/** A free port of this machine that only this machine reaches, for a port of the container. */
export const published = (port = 5001) => ['--publish', `127.0.0.1::${port}`]

/** A folder of this machine, which the container may only read. */
export const mounted = (folder: string, at = '/var/azureml-app') => ['--volume', `${folder}:${at}:ro`]

/** POSTs JSON to /score and reads the answer. */
export async function scoreAt(url: string, input: unknown): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(input)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const answer = await fetch(`${url}/score`, { method: 'POST', headers, body, signal })
  return (await answer.json()) as Readonly<Record<string, unknown>> // true: of all but a few of the fixtures
}
